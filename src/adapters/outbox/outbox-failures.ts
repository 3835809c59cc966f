/** What the outbox fails with: never the words of SQLite alone, always what became of what was asked. */

import { FailureError, failure } from '../../domain/failure.ts';
import type { Reads, Refused, Writes } from './operations.ts';

/** Nothing was written. @param why a clause, without full stop */
export function unavailable(why: string, cause?: unknown): FailureError {
  return new FailureError(failure('outbox-unavailable', { detail: `The outbox ${why}.` }), { cause });
}

/** It was on its way to the disk when whoever would have said how it went was gone. */
export function unknownAcceptance(cause: unknown): FailureError {
  const detail = 'The outbox ended while it wrote the submission, and nobody can tell whether it is held.';
  return new FailureError(failure('acceptance-unknown', { detail }), { cause });
}

export function full(detail: string): FailureError {
  return new FailureError(failure('outbox-full', { detail }));
}

/** What SQLite refused. Only when it cannot tell whether the disk has what it wrote, acceptance is unknown. */
export function refusal({ refused, code }: Refused, kind: keyof Writes | keyof Reads): FailureError {
  const cause = new Error(`SQLite ${code}: ${refused}`);
  if (kind === 'enqueue' && code === IOERR_FSYNC) return unknownAcceptance(cause);
  return unavailable(`could not do ${kind}: ${refused}${code === 0 ? '' : ` (SQLite ${code})`}`, cause);
}

/** https://www.sqlite.org/rescode.html: the commit was written, but the disk did not confirm it. */
const IOERR_FSYNC = 1034;
const CONSTRAINT = 19;

/** Whether it says something of the disk; a constraint says something of what was to be written. */
export function isOfDisk({ code }: Refused): boolean {
  return (code & 0xff) !== CONSTRAINT;
}
