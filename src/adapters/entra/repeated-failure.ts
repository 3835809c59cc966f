/** How long a token request that failed is answered by the same failure instead of another request. */

import { type Failure, FailureError, isRetryable } from '../../domain/failure.ts';

/**
 * For a refusal that asking again does not change: many callers then make one request, and what was mended in Entra ID
 * works soon. Another replica may repeat it once more, as long.
 */
const REFUSED_FOR_GOOD = 5;

/** Seconds: as Entra ID asked by Retry-After, some for a refusal for good, none when the next request may go well. */
export function pauseAfter(failure: Failure): number {
  if (failure.retryAfter !== null) return failure.retryAfter;
  return failure.entra !== null && !isRetryable(failure) ? REFUSED_FOR_GOOD : 0;
}

/** The same failure once more, when that much of its pause is left, in seconds. */
export function repeated({ failure, cause }: FailureError, left: number): FailureError {
  return new FailureError({ ...failure, retryAfter: failure.retryAfter === null ? null : left }, { cause });
}
