/** A submission as callers see it, member by member: all of its record but what is the relay's own. */

import type { Attempt, Instant, RecipientState, Submission } from '../domain/submission.ts';
import { explanation, replyOf } from './problem.ts';

/** Where a submission is found. */
export function submissionPath(id: string): string {
  return `/submissions/${id}`;
}

/** As a list has them: without attempts, and with the mere code of each refusal, since there may be a thousand of them. */
export function summaryOf(submission: Submission) {
  return {
    id: submission.id,
    status: submission.status,
    client: submission.client,
    tenant: submission.tenant,
    mailbox: submission.mailbox,
    from: submission.from,
    message_id: submission.messageId,
    recipients: submission.recipients.map(({ address, state, failure }) => ({
      address,
      state,
      code: failure?.code ?? null,
    })),
    attempt_count: submission.attemptCount,
    priority: submission.priority,
    retry: submission.retry,
    tags: submission.tags,
    metadata: submission.metadata,
    size: submission.size,
    accepted_at: timeOf(submission.acceptedAt),
    scheduled_at: timeOf(submission.scheduledAt),
    expires_at: timeOf(submission.expiresAt),
    next_attempt_at: timeOf(submission.nextAttemptAt),
    finished_at: timeOf(submission.finishedAt),
    last_failure: submission.lastFailure && explanation(submission.lastFailure),
    reply: submission.reply && replyOf(submission.reply),
  };
}

/** The whole of it. */
export function viewOf(submission: Submission) {
  return {
    ...summaryOf(submission),
    recipients: submission.recipients.map(recipientOf),
    attempts: submission.attempts.map(attemptOf),
  };
}

/** An instant in an answer; null stays null. */
export function timeOf(instant: Instant | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

function recipientOf({ address, state, failure }: RecipientState) {
  return { address, state, failure: failure && explanation(failure) };
}

function attemptOf({ startedAt, endedAt, outcome, reply, failure, serverTail }: Attempt) {
  return {
    started_at: timeOf(startedAt),
    ended_at: timeOf(endedAt),
    outcome,
    stage: failure?.stage ?? null,
    reply: reply && replyOf(reply),
    failure: failure && explanation(failure),
    server: serverTail,
  };
}
