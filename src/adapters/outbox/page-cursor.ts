/** Where a page begins, as the caller carries it: a place in the order of acceptance, in letters that a URL takes as they are. */

import { FailureError, failure, inWords } from '../../domain/failure.ts';
import type { Place } from './operations.ts';

export function writeCursor([at, seq]: Place): string {
  return `${at.toString(36)}-${seq.toString(36)}`;
}

/** @throws FailureError `invalid-request` for one that no page has given */
export function readCursor(cursor: string): Place {
  const parts = /^([0-9a-z]{1,10})-([0-9a-z]{1,10})$/.exec(cursor);
  if (parts) return [Number.parseInt(parts[1] ?? '', 36), Number.parseInt(parts[2] ?? '', 36)];
  const errors = [{ field: '?after', message: 'is not where a page begins; take the next of the page before' }];
  throw new FailureError(failure('invalid-request', { detail: inWords(errors), errors }));
}
