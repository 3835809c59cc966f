/** What went wrong in a dialogue, as failures: a reply is evidence and is classified; everything else happened to the connection. */

import type { Stage, Values } from '../../domain/catalogue/entry.ts';
import { classifyNetworkError, classifyReply } from '../../domain/classification.ts';
import { type Failure, failure } from '../../domain/failure.ts';
import { replyClass, type SmtpReply } from '../../domain/smtp-reply.ts';

/** What the server was asked for; `CONN` stands for the connection and its greeting, `TLS` for the handshake. */
export type Command = 'CONN' | 'EHLO' | 'STARTTLS' | 'TLS' | 'AUTH XOAUTH2' | 'RSET' | 'MAIL FROM' | 'RCPT TO' | 'DATA';

const stages: Readonly<Record<Command, Stage>> = {
  CONN: 'connect',
  EHLO: 'connect',
  STARTTLS: 'tls',
  TLS: 'tls',
  'AUTH XOAUTH2': 'auth',
  RSET: 'mail-from',
  'MAIL FROM': 'mail-from',
  'RCPT TO': 'rcpt-to',
  DATA: 'data',
};

/** Not a system's code: the server said something that is no reply, or not one to what it was asked. */
export const NO_REPLY = 'EPROTOCOL';

/** How a connection came to its end; its text shows nothing secret. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** A system's code such as `ECONNRESET`, `EPROTOCOL`, or null when none is known. */
  readonly code: string | null;
  /** The refusal with which the server ended it. */
  readonly reply: SmtpReply | null;

  constructor(message: string, code: string | null, reply: SmtpReply | null = null) {
    super(message);
    this.code = code;
    this.reply = reply;
  }
}

/** Whether a reply refuses, for now or for good. */
export function isRefusal(reply: SmtpReply): boolean {
  return ['transient', 'permanent'].includes(replyClass(reply));
}

/**
 * The failure for a refusing reply.
 *
 * @param values of this route, with `host` and `port` of the server
 */
export function refusal(reply: SmtpReply, command: Command, values: Values): Failure {
  const said = [reply.code, reply.enhanced, reply.text].filter(Boolean).join(' ');
  const known = classifyReply(reply);
  return failure(command === 'STARTTLS' && known === 'refused-by-server' ? 'starttls-refused' : known, {
    stage: stages[command],
    detail: `${values.host} refused ${command === 'CONN' ? 'the connection' : command} with "${said}".`,
    smtp: { command, reply },
    values,
  });
}

/** The failure for a connection that ended while this command was under way. */
export function connectionFailure(error: ConnectionError, command: Command, values: Values): Failure {
  if (error.reply) return refusal(error.reply, command, values);
  const { code, message } = error;
  const known = code === NO_REPLY ? 'smtp-reply-malformed' : classifyNetworkError({ code, message });
  return failure(known, {
    stage: stages[command],
    detail: `The connection to ${values.host}:${values.port} failed: ${message}.`,
    values,
  });
}
