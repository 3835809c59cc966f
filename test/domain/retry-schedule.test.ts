/** Attempts come later each time, at random within bounds, and never before the other side wants them. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { failure } from '../../src/domain/failure.ts';
import { retryDelay } from '../../src/domain/retry-schedule.ts';

const ALMOST_ONE = 1 - 2 ** -32;
const passing = failure('connection-reset', { retryAfter: 0 });

suite('the delay before the next attempt', () => {
  test('doubles its bound from 30 seconds to an hour', () => {
    const bounds = [1, 2, 3, 4, 7, 8, 9, 100, 5_000].map((count) => retryDelay(passing, count, ALMOST_ONE) / 1000);
    assert.deepEqual(bounds, [30, 60, 120, 240, 1920, 3600, 3600, 3600, 3600]);
  });

  test('is spread over all of it by chance', () => {
    assert.equal(retryDelay(passing, 3, 0.25), 30_000);
    assert.equal(retryDelay(passing, 3, 0.5), 60_000);
  });

  test('is a second at least, whatever chance says', () => {
    for (const count of [0, 1, 50]) assert.equal(retryDelay(null, count, 0), 1_000);
  });

  test('is no less than what the other side or the catalogue asks for, even beyond an hour', () => {
    assert.equal(retryDelay(failure('server-busy', { retryAfter: 90 }), 1, 0), 90_000);
    assert.equal(retryDelay(failure('server-busy'), 1, 0), 60_000);
    assert.equal(retryDelay(failure('server-busy', { retryAfter: 7_200 }), 9, 0.5), 7_200_000);
  });

  test('is longer than what is asked for where the schedule is', () => {
    assert.equal(retryDelay(failure('server-busy', { retryAfter: 90 }), 9, 0.5), 1_800_000);
  });

  test('follows the schedule alone for what does not pass by itself, and without a failure', () => {
    assert.equal(retryDelay(failure('entra-client-secret-expired', { retryAfter: 9_000 }), 1, 0.5), 15_000);
    assert.equal(retryDelay(null, 1, 0.5), 15_000);
  });

  test('is in whole milliseconds', () => {
    for (const random of [0.1, 1 / 3, 0.777_777]) assert.ok(Number.isInteger(retryDelay(passing, 2, random)));
  });
});
