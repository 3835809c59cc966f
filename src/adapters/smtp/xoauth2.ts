/** AUTH XOAUTH2 as Microsoft documents it for SMTP; the token goes to the server and nowhere else. */

import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { parseReply } from '../../domain/smtp-reply.ts';

/** Who authenticates: nodemailer hands `user` and `pass` to the handler as credentials. */
export interface Xoauth2 {
  readonly user: string;
  readonly pass: string;
}

type Handler = NonNullable<NonNullable<ConstructorParameters<typeof SMTPConnection>[0]>['customAuth']>[string];

/** RFC 4954 §6. */
const SUCCEEDED = 235;
/** RFC 4954 §4. A server that explains its refusal in a challenge, as Gmail does, waits for an empty answer before it refuses. */
const CHALLENGE = 334;

/**
 * The name under which nodemailer finds the handler. Asked for plain XOAUTH2 without a token source of its own,
 * it would fall back to LOGIN and show the token as a password.
 */
export const METHOD = 'XOAUTH2-APP-ONLY';

/** A handler for nodemailer's `customAuth`, which keeps the server's own words for a refusal. */
export const xoauth2: Handler = async ({ auth, sendCommand }) => {
  const { user, pass } = auth.credentials;
  const response = Buffer.from(`user=${user}\x01auth=Bearer ${pass}\x01\x01`).toString('base64');
  const codeOf = async (command: string): Promise<number | undefined> =>
    parseReply((await sendCommand(command)).response)?.code;
  let code = await codeOf(`AUTH XOAUTH2 ${response}`);
  if (code === CHALLENGE) code = await codeOf('');
  if (code !== SUCCEEDED) throw new Error('Authentication refused');
};
