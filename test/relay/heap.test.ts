/** The first is found, in whatever order things were put in and taken out. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Heap } from '../../src/relay/heap.ts';
import { generatorOf } from '../domain/random.ts';

const ofNumbers = () => new Heap<number>((one, other) => one < other);

suite('a heap', () => {
  test('that is empty has no first', () => {
    const heap = ofNumbers();
    assert.equal(heap.peek(), undefined);
    assert.equal(heap.pop(), undefined);
    assert.equal(heap.size, 0);
  });

  test('shows its first and keeps it', () => {
    const heap = ofNumbers();
    for (const each of [3, 1, 2]) heap.push(each);
    assert.equal(heap.peek(), 1);
    assert.equal(heap.size, 3);
    assert.deepEqual(heap.drain().sort(), [1, 2, 3]);
  });

  test('gives the first of what it has, as a sorted list does', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const random = generatorOf(seed);
      const heap = ofNumbers();
      const sorted: number[] = [];
      for (let step = 0; step < 300; step += 1) {
        if (random.below(3) > 0) {
          const item = random.below(100);
          heap.push(item);
          sorted.push(item);
          sorted.sort((one, other) => one - other);
        } else assert.equal(heap.pop(), sorted.shift(), `seed ${seed}`);
        assert.equal(heap.peek(), sorted[0]);
        assert.equal(heap.size, sorted.length);
      }
    }
  });
});
