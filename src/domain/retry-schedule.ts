/** When a submission is tried again: later each time, at random, and never before the other side wants it. */

import { type Failure, retryAfterSeconds } from './failure.ts';

const FIRST = 30_000;
const LONGEST = 3_600_000;
/** Chance must not make a loop without a pause. */
const SHORTEST = 1_000;

/**
 * Milliseconds until the next attempt: exponential backoff with full jitter, so that what failed together does not come
 * back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param because what the last attempt failed with; what it asks to wait for is the least
 * @param attemptCount attempts made so far, 1 after the first
 * @param random from 0 to below 1
 */
export function retryDelay(because: Failure | null, attemptCount: number, random: number): number {
  const most = Math.min(FIRST * 2 ** Math.max(0, attemptCount - 1), LONGEST);
  const askedFor = because === null ? null : retryAfterSeconds(because);
  return Math.ceil(Math.max(SHORTEST, random * most, (askedFor ?? 0) * 1000));
}
