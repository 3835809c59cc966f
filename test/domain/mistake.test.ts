/** Mistakes become one failure, which tells as many of them as help. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Mistake, refusalFor } from '../../src/domain/mistake.ts';

const mistake = (index: number): Mistake => ({ code: 'address-invalid', field: `to[${index}]`, message: 'is none' });

test('no mistake is no failure', () => assert.equal(refusalFor([]), null));

test('the first mistake decides which failure it is', () => {
  const failure = refusalFor([mistake(0), { code: 'no-content', field: 'text', message: 'is empty' }]);
  assert.equal(failure?.code, 'address-invalid');
  assert.deepEqual(failure.errors, [
    { field: 'to[0]', message: 'is none' },
    { field: 'text', message: 'is empty' },
  ]);
  assert.equal(failure.detail, '2 mistakes. to[0]: is none; text: is empty.');
});

test('of a hundred thousand mistakes twenty are told, and how many there are', () => {
  const failure = refusalFor(Array.from({ length: 100_000 }, (_, index) => mistake(index)));
  assert.equal(failure?.errors.length, 20);
  assert.match(failure.detail ?? '', /^100000 mistakes, of which 20\. to\[0\]: is none; /);
});
