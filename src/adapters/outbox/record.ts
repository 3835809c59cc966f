/** A submission as it is stored, in JSON with a version: what an earlier or a later version of the relay wrote is read as well as it can be, and no text is lost. */

import { type FailureCode, failureCodes } from '../../domain/catalogue/catalogue.ts';
import type { Failure, RefusedRecipient } from '../../domain/failure.ts';
import type { Attempt, RecipientState, Submission } from '../../domain/submission.ts';

const VERSION = 1;
const known: ReadonlySet<string> = new Set(failureCodes);

/** What a failure becomes whose code is not in the catalogue any more. */
const UNKNOWN: FailureCode = 'refused-by-server';

export function encodeRecord(submission: Submission): string {
  // Without a copy of it that only has the version besides.
  return `{"v":${VERSION},${JSON.stringify(submission).slice(1)}`;
}

/** @throws Error for a record of a version that this one does not know */
export function decodeRecord(text: string): Submission {
  const { v, ...submission }: { v: number } & Submission = JSON.parse(text);
  if (v !== VERSION) throw new Error(`A record of the outbox has version ${v}; this relay reads version ${VERSION}`);
  return {
    ...submission,
    recipients: submission.recipients.map(recipient),
    attempts: submission.attempts.map(attempt),
    lastFailure: ofCatalogue(submission.lastFailure),
  };
}

function recipient(state: RecipientState): RecipientState {
  return state.failure === null ? state : { ...state, failure: ofCatalogue(state.failure) };
}

function attempt(tried: Attempt): Attempt {
  return tried.failure === null ? tried : { ...tried, failure: ofCatalogue(tried.failure) };
}

function ofCatalogue(failure: Failure | null): Failure | null {
  return failure === null ? null : withKnownCode(failure);
}

function withKnownCode(failure: Failure): Failure {
  const rejected: readonly RefusedRecipient[] =
    failure.rejected.length === 0
      ? failure.rejected
      : failure.rejected.map((each) => ({ ...each, failure: withKnownCode(each.failure) }));
  if (known.has(failure.code)) return { ...failure, rejected };
  const detail = `Another version of the relay called this ${failure.code}.${failure.detail === null ? '' : ` ${failure.detail}`}`;
  return { ...failure, code: UNKNOWN, detail, rejected };
}
