/** Mistakes of a caller's, and the one failure that they amount to: it names each by its field, as long as that helps anybody. */

import type { FailureCode } from './catalogue/catalogue.ts';
import { type Failure, type FieldError, failure, inWords } from './failure.ts';

/** A mistake, with the failure it amounts to. */
export interface Mistake extends FieldError {
  readonly code: FailureCode;
}

/** More mistakes than this help nobody. */
const MOST = 20;

/**
 * The failure for some mistakes: that of the first one, with all of them, or the first twenty, in words.
 *
 * @returns null when there is none
 */
export function refusalFor(mistakes: readonly Mistake[]): Failure | null {
  const [first] = mistakes;
  if (!first) return null;
  const errors = mistakes.slice(0, MOST).map(({ field, message }) => ({ field, message }));
  const detail = inWords(errors);
  return failure(first.code, {
    detail:
      mistakes.length > MOST
        ? detail.replace(/^\d+ mistakes/, `${mistakes.length} mistakes, of which ${MOST}`)
        : detail,
    errors,
  });
}
