/** Retry-After is read in both of its forms, and no longer than an hour. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondsIn } from '../../../src/adapters/entra/retry-after.ts';

const now = new Date('2026-11-06T08:00:00Z');

const cases: [string | null, number | null][] = [
  ['120', 120],
  [' 7 ', 7],
  ['0', 0],
  ['99999999999', 3600],
  ['Fri, 06 Nov 2026 08:01:30 GMT', 90],
  ['Fri, 06 Nov 2026 07:00:00 GMT', 0],
  ['Fri, 06 Nov 2099 08:00:00 GMT', 3600],
  ['soon', null],
  ['-5', null],
  ['1.5', null],
  ['', null],
  [null, null],
];
for (const [header, seconds] of cases) {
  test(`Retry-After ${header === null ? 'that is absent' : `"${header}"`} is ${seconds ?? 'nothing'}`, () => {
    assert.equal(secondsIn(header, now), seconds);
  });
}
