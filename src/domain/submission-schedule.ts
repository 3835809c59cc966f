/** When a submission is due and when it is given up, read from what the caller asks for: what cannot be kept is refused by name. */

import { type Failure, type FieldError, failure, inWords } from './failure.ts';
import type { Instant } from './submission.ts';
import type { SubmissionRequest } from './submission-request.ts';

const SECOND = 1000;
const DAY_SECONDS = 86_400;
const FARTHEST_DAYS = 30;
/** What clocks may differ by: a time that has just passed is now. */
const PAST_SECONDS = 60;
export const DEFAULT_EXPIRES_IN = DAY_SECONDS;
export const MIN_EXPIRES_IN = 60;
/** RFC 5321 §4.5.4.1: a sender gives up after four to five days. */
export const MAX_EXPIRES_IN = 5 * DAY_SECONDS;

export interface Schedule {
  readonly dueAt: Instant;
  /** Null for at once. */
  readonly scheduledAt: Instant | null;
  readonly expiresAt: Instant;
}

/**
 * The schedule of a request.
 *
 * @param respondAsync whether the caller wants no more than to be told of the acceptance
 * @returns the schedule, or the failure `schedule-invalid`, which names each field
 */
export function scheduleOf(
  request: Pick<SubmissionRequest, 'scheduledAt' | 'expiresIn' | 'retry'>,
  { now, respondAsync }: { readonly now: Instant; readonly respondAsync: boolean },
): Schedule | Failure {
  const { scheduledAt, expiresIn, retry } = request;
  const errors = [
    ...mistakesInTime(scheduledAt, now),
    ...mistakesInLifetime(expiresIn),
    ...(retry ? [] : mistakesInSingleAttempt(scheduledAt, respondAsync)),
  ];
  if (errors.length > 0) return failure('schedule-invalid', { detail: inWords(errors), errors });
  const ahead = scheduledAt !== null && scheduledAt > now ? scheduledAt : null;
  const dueAt = ahead ?? now;
  return { dueAt, scheduledAt: ahead, expiresAt: dueAt + (expiresIn ?? DEFAULT_EXPIRES_IN) * SECOND };
}

function mistakesInTime(scheduledAt: Instant | null, now: Instant): FieldError[] {
  if (scheduledAt === null) return [];
  const seconds = Math.round((scheduledAt - now) / SECOND);
  if (scheduledAt < now - PAST_SECONDS * SECOND) {
    return [refused('scheduled_at', `is ${-seconds} seconds in the past; leave it out to submit now`)];
  }
  return scheduledAt > now + FARTHEST_DAYS * DAY_SECONDS * SECOND
    ? [refused('scheduled_at', `is ${Math.ceil(seconds / DAY_SECONDS)} days ahead; ${FARTHEST_DAYS} at most`)]
    : [];
}

function mistakesInLifetime(expiresIn: number | null): FieldError[] {
  if (expiresIn === null) return [];
  return Number.isInteger(expiresIn) && expiresIn >= MIN_EXPIRES_IN && expiresIn <= MAX_EXPIRES_IN
    ? []
    : [refused('expires_in', `is ${expiresIn}; ${MIN_EXPIRES_IN} to ${MAX_EXPIRES_IN} whole seconds are expected`)];
}

/** One attempt, now: nothing is kept for later, so nothing can be asked for later. */
function mistakesInSingleAttempt(scheduledAt: Instant | null, respondAsync: boolean): FieldError[] {
  const reasons = [
    ...(scheduledAt === null ? [] : ['scheduled_at, which asks for an attempt later']),
    ...(respondAsync ? ['Prefer: respond-async, which leaves nobody to be told of it'] : []),
  ];
  return reasons.map((reason) => refused('retry', `false means one attempt now, and cannot go with ${reason}`));
}

function refused(field: string, message: string): FieldError {
  return { field, message };
}
