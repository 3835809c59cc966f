/** From one state of a submission to the next, each with the next revision. Nothing else decides its status, when it is due and what it failed with. */

import { withAttempt } from './attempt-record.ts';
import { isInDoubt } from './disposition.ts';
import type { Envelope } from './envelope.ts';
import { entryOf, type Failure, failure, retryAfterSeconds } from './failure.ts';
import { type AttemptResult, failuresOf, givenUp, type Judgement, recipientsAfter } from './recipient-progress.ts';
import {
  type Instant,
  pendingRecipients,
  type RecipientState,
  type Submission,
  type SubmissionStatus,
} from './submission.ts';

export type { AttemptResult } from './recipient-progress.ts';

/** What is known of a submission when it is accepted. */
export interface AcceptedFacts
  extends Omit<
    Submission,
    | 'revision'
    | 'envelope'
    | 'recipients'
    | 'status'
    | 'nextAttemptAt'
    | 'attemptCount'
    | 'attempts'
    | 'lastFailure'
    | 'reply'
    | 'finishedAt'
  > {
  readonly envelope: Envelope;
}

export interface AttemptPolicy extends Judgement {
  /** When it is tried again. */
  readonly retryAt: (failure: Failure | null, attemptCount: number) => Instant;
}

/** A submission as it is accepted. */
export function newSubmission(facts: AcceptedFacts): Submission {
  const { forwardPaths, ...envelope } = facts.envelope;
  return {
    ...facts,
    revision: 1,
    envelope,
    recipients: forwardPaths.map((address) => ({ address, state: 'pending', failure: null })),
    status: 'queued',
    nextAttemptAt: facts.scheduledAt ?? facts.acceptedAt,
    attemptCount: 0,
    attempts: [],
    lastFailure: null,
    reply: null,
    finishedAt: null,
  };
}

/** After an attempt: settled, or deferred with what is left to try. */
export function afterAttempt(submission: Submission, attempt: AttemptResult, policy: AttemptPolicy): Submission {
  const recipients = recipientsAfter(submission, attempt, policy);
  const attemptCount = submission.attemptCount + 1;
  const next = {
    ...submission,
    recipients,
    attemptCount,
    attempts: withAttempt(submission.attempts, attempt, recipients),
    reply: attempt.accepted.length > 0 ? attempt.reply : submission.reply,
  };
  const status = statusOf(recipients);
  if (status !== 'deferred') return finished(next, status, attempt.endedAt, attempt.failure);
  const because = soonest(recipients, attempt);
  return deferred(next, because, policy.retryAt(because, attemptCount));
}

/**
 * Deferred without an attempt: its sender, mailbox or tenant is paused, or the mailbox is not configured.
 *
 * @returns the same submission when it says all this already, so that nothing needs to be written
 */
export function held(submission: Submission, because: Failure, until: Instant): Submission {
  const { status, lastFailure } = submission;
  const isSame =
    status === 'deferred' &&
    lastFailure?.code === because.code &&
    lastFailure.detail === because.detail &&
    submission.nextAttemptAt === Math.min(until, submission.expiresAt);
  return isSame ? submission : deferred(submission, because, until);
}

/** Given up without an attempt: it is not possible now, and the caller wants nothing to be kept (`"retry": false`), or nothing can be submitted any more. */
export function refused(submission: Submission, because: Failure, now: Instant): Submission {
  const recipients = withoutPending(submission, () => because);
  return finished({ ...submission, recipients }, statusOf(recipients), now, because);
}

/** Given up, since its time is over. */
export function expired(submission: Submission, now: Instant): Submission {
  const { lastFailure } = submission;
  const recipients = withoutPending(submission, (recipient) =>
    expiry(submission, recipient.failure ?? lastFailure, recipient.address),
  );
  return finished({ ...submission, recipients }, statusOf(recipients), now, expiry(submission, lastFailure));
}

/** Stopped by somebody. One that may have been submitted already stays in doubt. */
export function canceled(submission: Submission, now: Instant): Submission {
  const because = failure('submission-canceled', factsFor(submission));
  const recipients = withoutPending(submission, () => because);
  const isDoubtful = recipients.some(({ state }) => state === 'in-doubt');
  return finished({ ...submission, recipients }, isDoubtful ? 'in-doubt' : 'canceled', now, because);
}

/**
 * Again at once, for all recipients that were not accepted. Who asks for it has decided what was in doubt.
 *
 * @param lifetimeMs how long it is tried at least
 */
export function retriedNow(submission: Submission, now: Instant, lifetimeMs: number): Submission {
  return {
    ...submission,
    revision: submission.revision + 1,
    recipients: submission.recipients.map((recipient) =>
      recipient.state === 'rejected' || recipient.state === 'in-doubt'
        ? { address: recipient.address, state: 'pending', failure: null }
        : recipient,
    ),
    // Whoever asks is told that it is held: from now on it is, whatever its first caller wanted.
    retry: true,
    status: 'queued',
    nextAttemptAt: now,
    expiresAt: Math.max(submission.expiresAt, now + lifetimeMs),
    lastFailure: null,
    finishedAt: null,
  };
}

/** After the process died in an attempt that was marked *dot may be sent*: nobody knows what the server answered. */
export function interrupted(
  submission: Submission,
  attemptStartedAt: Instant,
  now: Instant,
  inDoubt: Judgement['inDoubt'],
): Submission {
  const doubt = failure('submission-in-doubt', {
    ...factsFor(submission),
    detail:
      'The relay ended while the message was being handed over, before the reply of Exchange Online was recorded.',
  });
  const attempt = {
    startedAt: attemptStartedAt,
    endedAt: now,
    named: pendingRecipients(submission),
    accepted: [],
    rejected: [],
    reply: null,
    failure: doubt,
  };
  return afterAttempt(submission, attempt, { awaited: false, inDoubt, retryAt: () => now });
}

/** Nothing is settled while a recipient waits, nothing is known while one is in doubt, and one that was accepted is enough. */
function statusOf(recipients: readonly RecipientState[]): SubmissionStatus {
  const has = (wanted: RecipientState['state']) => recipients.some(({ state }) => state === wanted);
  if (has('pending')) return 'deferred';
  if (has('in-doubt')) return 'in-doubt';
  return has('accepted') ? 'submitted' : 'failed';
}

function finished(submission: Submission, status: SubmissionStatus, at: Instant, because: Failure | null): Submission {
  const ofFirst = (wanted: RecipientState['state']) =>
    submission.recipients.find(({ state }) => state === wanted)?.failure;
  const doubt = status === 'in-doubt' ? ofFirst('in-doubt') : null;
  const lastFailure = status === 'submitted' ? null : (doubt ?? because ?? ofFirst('rejected') ?? null);
  const revision = submission.revision + 1;
  return { ...submission, revision, status, nextAttemptAt: null, lastFailure, finishedAt: at };
}

function deferred(submission: Submission, because: Failure | null, until: Instant): Submission {
  const revision = submission.revision + 1;
  const nextAttemptAt = Math.min(until, submission.expiresAt);
  return { ...submission, revision, status: 'deferred', nextAttemptAt, lastFailure: because, finishedAt: null };
}

function withoutPending(
  { recipients }: Submission,
  because: (recipient: RecipientState) => Failure,
): readonly RecipientState[] {
  return recipients.map((recipient) =>
    recipient.state === 'pending' ? givenUp(recipient, because(recipient)) : recipient,
  );
}

/** Of the failures for which recipients wait, that which lets one be tried first. */
function soonest(recipients: readonly RecipientState[], attempt: AttemptResult): Failure | null {
  const failureOf = failuresOf(attempt);
  const reasons = recipients
    .filter(({ state }) => state === 'pending')
    .map((recipient) => failureOf(recipient.address) ?? recipient.failure)
    .filter((reason) => reason !== null);
  return reasons.reduce<Failure | null>((best, next) => (best && wait(best) <= wait(next) ? best : next), null);
}

/** In seconds. What is in doubt is repeated without delay; what never passes by itself comes last. */
function wait(reason: Failure): number {
  return isInDoubt(reason) ? 0 : (retryAfterSeconds(reason) ?? Number.POSITIVE_INFINITY);
}

/** It keeps the evidence of what it waited for in vain. */
function expiry(submission: Submission, last: Failure | null, recipient?: string): Failure {
  const detail = last
    ? `It was not submitted in time. The last failure was ${last.code}: ${last.detail ?? entryOf(last.code).title}`
    : 'It was not submitted in time: its turn never came.';
  const { messageId, values } = factsFor(submission);
  return failure('submission-expired', {
    ...(last && { stage: last.stage, smtp: last.smtp, entra: last.entra }),
    detail: /[.?!]$/.test(detail) ? detail : `${detail}.`,
    messageId,
    values: { ...values, ...(recipient !== undefined && { recipient }) },
  });
}

function factsFor({ messageId, mailbox, from }: Submission) {
  return { messageId, values: { message_id: messageId, mailbox, from } };
}
