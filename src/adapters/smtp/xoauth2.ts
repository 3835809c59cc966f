/** AUTH XOAUTH2 as Microsoft documents it for SMTP; the token goes to the server and nowhere else. */

import type { SmtpReply } from '../../domain/smtp-reply.ts';
import type { SmtpDialogue } from './smtp-dialogue.ts';

/** Who authenticates. */
export interface Xoauth2 {
  /** The mailbox. */
  readonly user: string;
  readonly token: string;
}

/** RFC 4954 §4. A server that explains its refusal in a challenge, as Gmail does, waits for an empty answer before it refuses. */
const CHALLENGE = 334;

/** @returns the server's last word, in which nothing of the token is left */
export async function authenticate(dialogue: SmtpDialogue, { user, token }: Xoauth2): Promise<SmtpReply> {
  const response = Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64');
  dialogue.secrets = [token, response];
  const reply = await dialogue.command(`AUTH XOAUTH2 ${response}`);
  return reply.code === CHALLENGE ? await dialogue.command('') : reply;
}
