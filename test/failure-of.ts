/** What a piece of work fails with, for tests that look into the failure. */

import assert from 'node:assert/strict';
import { type Failure, FailureError } from '../src/domain/failure.ts';

/** The failure; the test fails when the work does not, or with anything else. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof FailureError, String(error));
  return error.failure;
}
