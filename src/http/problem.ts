/** A failure as callers see it: problem details (RFC 9457), the same members for every failure. */

import type { FailureCode } from '../domain/catalogue/catalogue.ts';
import { entryOf, type Failure, httpStatus, isRetryable, retryAfterSeconds } from '../domain/failure.ts';
import { fillProse, remedyFor } from '../domain/remedy.ts';
import type { SmtpReply } from '../domain/smtp-reply.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** JSON as this server writes it: people read it in a terminal. */
export function inPrint(answer: unknown): string {
  return `${JSON.stringify(answer, null, 2)}\n`;
}

/** Where a problem's `type` leads: the page of its failure on this relay. */
export function typeOf(code: FailureCode): string {
  return `/failures/${code}`;
}

/** The part of a problem that a refused recipient in a receipt has too. */
export function explanation(failure: Failure) {
  const entry = entryOf(failure.code);
  return {
    type: typeOf(failure.code),
    title: entry.title,
    status: httpStatus(failure),
    code: failure.code,
    detail: detailOf(failure),
    stage: failure.stage,
    about: entry.about,
    responsible: entry.responsible,
    retryable: isRetryable(failure),
    retry_after: retryAfterSeconds(failure),
    smtp: failure.smtp && { command: failure.smtp.command, ...replyOf(failure.smtp.reply) },
    entra: failure.entra && {
      error: failure.entra.error,
      code: failure.entra.code,
      description: failure.entra.description,
      trace_id: failure.entra.traceId,
      correlation_id: failure.entra.correlationId,
      timestamp: failure.entra.timestamp,
    },
    remedy: remedyFor(failure),
  };
}

/**
 * The body of an error answer.
 *
 * @param instance what it is about: the submission, or the request where none was accepted
 */
export function problemOf(failure: Failure, requestId: string, instance = requestId) {
  const { type, title, status, code, detail, ...rest } = explanation(failure);
  return {
    type,
    title,
    status,
    code,
    detail,
    instance,
    request_id: requestId,
    message_id: failure.messageId,
    ...rest,
    errors: failure.errors,
    rejected: rejectedOf(failure),
  };
}

/** Refused recipients, each with its explanation. */
export function rejectedOf({ rejected }: Pick<Failure, 'rejected'>) {
  return rejected.map(({ recipient, failure }) => ({ recipient, failure: explanation(failure) }));
}

/** A reply in an answer: code, enhanced status code, text. */
export function replyOf({ code, enhanced, text }: SmtpReply) {
  return { code, enhanced, text };
}

/** What happened this time and, for what others answered, what that means. */
function detailOf(failure: Failure): string {
  const cause = fillProse(entryOf(failure.code).cause, failure.values);
  if (failure.detail === null) return cause;
  return failure.stage === 'request' ? failure.detail : `${failure.detail} ${cause}`;
}
