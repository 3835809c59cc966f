/** What a submission's record keeps of its attempts: enough to explain it, and never more than a bounded number of them. */

import { isInDoubt } from './disposition.ts';
import type { AttemptResult } from './recipient-progress.ts';
import { serverTailOf } from './server-tail.ts';
import type { Attempt, RecipientState } from './submission.ts';

/** The first attempt and the latest ones tell the story; a week of retries would bury it. */
const MOST_ATTEMPTS = 20;

/**
 * The attempts of a submission with one more: the first and the latest ones.
 *
 * @param after the recipients as the attempt left them
 */
export function withAttempt(
  before: readonly Attempt[],
  attempt: AttemptResult,
  after: readonly RecipientState[],
): readonly Attempt[] {
  const attempts = [...before, attemptOf(attempt, after)];
  return attempts.length <= MOST_ATTEMPTS ? attempts : [...attempts.slice(0, 1), ...attempts.slice(1 - MOST_ATTEMPTS)];
}

function attemptOf(attempt: AttemptResult, after: readonly RecipientState[]): Attempt {
  const { startedAt, endedAt, reply } = attempt;
  const because = attempt.failure ?? attempt.rejected[0]?.failure ?? null;
  // The recipients have their own failures; a thousand of them in each of twenty attempts are no record.
  const failure = because && { ...because, rejected: [] };
  const text = reply?.text ?? because?.smtp?.reply.text;
  return {
    startedAt,
    endedAt,
    outcome: outcomeOf(attempt, after),
    reply,
    failure,
    serverTail: text === undefined ? null : serverTailOf(text),
  };
}

function outcomeOf({ named, accepted, failure }: AttemptResult, after: readonly RecipientState[]): Attempt['outcome'] {
  if (accepted.length > 0) return 'submitted';
  if (failure !== null && isInDoubt(failure)) return 'in-doubt';
  const addresses = new Set(named);
  return after.some(({ address, state }) => state === 'pending' && addresses.has(address)) ? 'deferred' : 'failed';
}
