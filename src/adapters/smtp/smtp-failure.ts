/** Translates nodemailer's errors into failures: a reply is evidence and is classified; everything else happened to the connection. */

import type { SMTPError } from 'nodemailer/lib/smtp-connection';
import type { Stage, Values } from '../../domain/catalogue/entry.ts';
import { classifyNetworkError, classifyReply } from '../../domain/classification.ts';
import { type Failure, failure } from '../../domain/failure.ts';
import { parseReply, replyClass, type SmtpReply } from '../../domain/smtp-reply.ts';

/** Codes that nodemailer puts over the system's own, and that say less than the message does. */
const maskingCodes = new Set(['ESOCKET', 'ECONNECTION', 'EPROTOCOL', 'ESTREAM', 'EMESSAGE', 'EENVELOPE', 'EAUTH']);

const stages: Readonly<Record<string, Stage>> = {
  EHLO: 'connect',
  STARTTLS: 'tls',
  'AUTH XOAUTH2': 'auth',
  'MAIL FROM': 'mail-from',
  'RCPT TO': 'rcpt-to',
  DATA: 'data',
};

/** The server's refusal that an error carries, when it carries one: a reply of class 4yz or 5yz. */
export function refusalIn(error: SMTPError): SmtpReply | null {
  const reply = error.response === undefined ? null : parseReply(error.response);
  return reply && ['transient', 'permanent'].includes(replyClass(reply)) ? reply : null;
}

/**
 * The failure for an error of a connection.
 *
 * @param values of this route, with `host` and `port` of the server
 * @param stage where it happened, for errors that do not say at which command
 */
export function smtpFailure(error: SMTPError, values: Values, stage?: Stage): Failure {
  const reply = refusalIn(error);
  return reply ? replyFailure(reply, commandOf(error), values, stage) : connectionFailure(error, values, stage);
}

function replyFailure(reply: SmtpReply, command: string, values: Values, fallback: Stage | undefined): Failure {
  const said = [reply.code, reply.enhanced, reply.text].filter(Boolean).join(' ');
  const stage = stages[command] ?? fallback;
  const known = classifyReply(reply);
  return failure(command === 'STARTTLS' && known === 'refused-by-server' ? 'starttls-refused' : known, {
    ...(stage && { stage }),
    detail: `${values.host} refused ${command === 'CONN' ? 'the connection' : command} with "${said}".`,
    smtp: { command, reply },
    values,
  });
}

function connectionFailure(error: SMTPError, values: Values, stage: Stage | undefined): Failure {
  const own = error.code !== undefined && !maskingCodes.has(error.code) ? error.code : null;
  return failure(classifyNetworkError({ code: error.originalCode ?? own, message: error.message }), {
    ...(stage && { stage }),
    detail: `The connection to ${values.host}:${values.port} failed: ${error.message}.`,
    values,
  });
}

/** The refused command; the only authentication there is goes by its own name. */
function commandOf({ command = 'CONN' }: SMTPError): string {
  return command.startsWith('AUTH') ? 'AUTH XOAUTH2' : command;
}
