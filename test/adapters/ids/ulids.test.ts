/** Identifiers are unique, sort by the time of the clock, and are made of letters that nothing has to escape. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ulids } from '../../../src/adapters/ids/ulids.ts';

test('no two of a hundred thousand are alike', () => {
  const newId = ulids(() => new Date());
  assert.equal(new Set(Array.from({ length: 100_000 }, newId)).size, 100_000);
});

test('one of a later time sorts behind one of an earlier', () => {
  let time = Date.parse('2026-03-02T08:00:00Z');
  const newId = ulids(() => new Date(time));
  const ids = Array.from({ length: 50 }, () => {
    time += 1;
    return newId();
  });
  assert.deepEqual(ids.toSorted(), ids);
});

test('each has 26 letters and digits of Crockford’s base32, every one of which occurs in the random part', () => {
  const newId = ulids(() => new Date());
  const ids = Array.from({ length: 2_000 }, newId);
  for (const id of ids) assert.match(id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
  assert.equal(new Set(ids.flatMap((id) => [...id.slice(10)])).size, 32);
});
