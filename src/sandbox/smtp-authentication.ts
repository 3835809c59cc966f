/** AUTH as smtp.office365.com answers it: XOAUTH2 with a straight 535 for a refusal, and no challenge that explains it. */

import { setTimeout as delay } from 'node:timers/promises';
import { type Delegation, judgeSignIn } from './mailbox-rights.ts';
import { UNSUCCESSFUL } from './recorded-replies.ts';
import { mailboxScenario } from './scenarios.ts';
import type { PlayedReply, ScriptedReplies } from './scripted-replies.ts';
import type { SmtpConnection } from './smtp-connection.ts';
import type { TokenIssuer } from './token-issuer.ts';

export interface AuthenticationRules {
  readonly tokens: TokenIssuer;
  readonly script: ScriptedReplies;
  /** Milliseconds before a 535. */
  readonly authenticationFailureDelay: number;
}

const BASIC_DISABLED = '535 5.7.139 Authentication unsuccessful, basic authentication is disabled. {session}';
const MALFORMED = '451 4.7.0 Temporary server error. Please try again later. PRX4 {session}';

export interface AuthenticationOutcome {
  readonly reply: string | PlayedReply;
  /** Whom the client said to be, also when it is refused. */
  readonly user?: string;
  /** Absent when the client is not authenticated. */
  readonly session?: AuthenticatedSession;
}

/** A client that is authenticated, and what it may do. */
export interface AuthenticatedSession {
  readonly mailbox: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly delegation: Delegation;
}

interface Credentials {
  readonly mailbox: string;
  readonly token: string;
}

/**
 * Judges AUTH.
 *
 * @param argument the mechanism and perhaps an initial response
 * @returns null when the connection broke in between
 */
export async function authenticate(
  connection: SmtpConnection,
  argument: string,
  rules: AuthenticationRules,
): Promise<AuthenticationOutcome | null> {
  const [mechanism = '', initial] = argument.split(' ');
  switch (mechanism.toUpperCase()) {
    case 'XOAUTH2':
      return await xoauth2(connection, initial, rules);
    case 'LOGIN':
      return await login(connection, initial, rules);
    default:
      return { reply: '504 5.7.4 Unrecognized authentication type {session}' };
  }
}

async function xoauth2(
  connection: SmtpConnection,
  initial: string | undefined,
  rules: AuthenticationRules,
): Promise<AuthenticationOutcome | null> {
  const response = initial ?? (await ask(connection, '334 '));
  if (response === null) return null;
  // RFC 4954 asks for 501 here; Exchange answers a cancelled exchange like a failed one.
  if (response === '*') return await refuse(UNSUCCESSFUL, rules);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(response)) {
    return { reply: '501 5.5.124 Invalid XOAUTH2 auth data {session}' };
  }
  const credentials = readCredentials(Buffer.from(response, 'base64').toString());
  if (credentials === null) return { reply: MALFORMED };
  const outcome = await judge(credentials, connection, rules);
  return { ...outcome, user: credentials.mailbox };
}

async function judge(
  { mailbox, token }: Credentials,
  connection: SmtpConnection,
  rules: AuthenticationRules,
): Promise<AuthenticationOutcome> {
  const scenario = mailboxScenario(mailbox);
  const submitter = await rules.tokens.submitter(token);
  if (!submitter) return await refuse(UNSUCCESSFUL, rules);
  const delegation = judgeSignIn(submitter, mailbox, scenario !== undefined);
  if (typeof delegation === 'string') return await refuse(delegation, rules);
  if (scenario?.at === 'auth' && scenario.reply !== null) return await refuse(scenario.reply, rules);
  const played = await rules.script.play('auth', mailbox, [], connection.closed);
  if (played) return { reply: played };
  const { tenantId, clientId } = submitter.principal;
  return { reply: '235 2.7.0 Authentication successful', session: { mailbox, tenantId, clientId, delegation } };
}

/** Reads `user=<mailbox>^Aauth=Bearer <token>^A^A`. */
function readCredentials(response: string): Credentials | null {
  const [user = '', auth = '', ...rest] = response.split('\x01');
  const mailbox = /^user=(.+)$/i.exec(user)?.[1];
  const token = /^auth=Bearer (.+)$/i.exec(auth)?.[1];
  if (mailbox === undefined || token === undefined || rest.length !== 2 || rest.join('') !== '') return null;
  return { mailbox, token };
}

/** Offered, and always refused: passwords are what Exchange Online is giving up. */
async function login(
  connection: SmtpConnection,
  initial: string | undefined,
  rules: AuthenticationRules,
): Promise<AuthenticationOutcome | null> {
  const user = initial ?? (await ask(connection, `334 ${Buffer.from('Username:').toString('base64')}`));
  if (user === null) return null;
  if (user === '*') return await refuse(UNSUCCESSFUL, rules);
  const password = await ask(connection, `334 ${Buffer.from('Password:').toString('base64')}`);
  return password === null ? null : await refuse(BASIC_DISABLED, rules);
}

async function ask(connection: SmtpConnection, challenge: string): Promise<string | null> {
  connection.reply(challenge);
  return await connection.line();
}

async function refuse(reply: string, rules: AuthenticationRules): Promise<AuthenticationOutcome> {
  if (reply.startsWith('535') && rules.authenticationFailureDelay > 0) {
    await delay(rules.authenticationFailureDelay, undefined, { ref: false });
  }
  return { reply };
}
