/** What POST /send answers once the relay has the message: a receipt, the state of a submission that goes on, or a problem. */

import { type Failure, FailureError } from '../domain/failure.ts';
import type { Submission } from '../domain/submission.ts';
import type { SendOutcome } from '../relay/relay.ts';
import { explanation, rejectedOf, replyOf } from './problem.ts';
import { submissionPath, timeOf } from './submission-view.ts';

export interface SendAnswer {
  readonly status: 200 | 202;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/**
 * The answer to an outcome.
 *
 * @throws FailureError when nothing more happens by itself
 */
export function answerTo(outcome: SendOutcome): SendAnswer {
  const { submission } = outcome;
  switch (outcome.kind) {
    case 'submitted':
      return { status: 200, headers: {}, body: receiptOf(submission) };
    case 'pending':
      return { status: 202, headers: { location: submissionPath(submission.id) }, body: pendingOf(submission) };
    case 'failed':
      throw new FailureError(inFull(outcome.failure, submission));
  }
}

function receiptOf(submission: Submission) {
  return {
    ...headOf(submission),
    ...settledOf(submission),
    reply: submission.reply && replyOf(submission.reply),
    attempts: submission.attemptCount,
  };
}

function pendingOf(submission: Submission) {
  return {
    ...headOf(submission),
    ...settledOf(submission),
    next_attempt_at: timeOf(submission.nextAttemptAt),
    last_failure: submission.lastFailure && explanation(submission.lastFailure),
    scheduled_at: timeOf(submission.scheduledAt),
    expires_at: timeOf(submission.expiresAt),
    attempts: submission.attemptCount,
  };
}

function headOf({ id, status, messageId, mailbox }: Submission) {
  return { id, status, message_id: messageId, mailbox };
}

function settledOf(submission: Submission) {
  return {
    accepted: submission.recipients.filter(({ state }) => state === 'accepted').map(({ address }) => address),
    rejected: rejectedOf({ rejected: rejectedIn(submission) }),
  };
}

/** The failure with what is known of the submission. */
function inFull(failure: Failure, submission: Submission): Failure {
  return {
    ...failure,
    messageId: failure.messageId ?? submission.messageId,
    rejected: failure.rejected.length > 0 ? failure.rejected : rejectedIn(submission),
  };
}

function rejectedIn({ recipients }: Submission): Failure['rejected'] {
  return recipients.flatMap(({ address, state, failure }) =>
    state === 'rejected' && failure ? [{ recipient: address, failure }] : [],
  );
}
