/** Work for many things, a few at once. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { FewAtOnce } from '../../src/relay/few-at-once.ts';

suite('a few at once', () => {
  test('are worked on, and in the end all', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    const few = new FewAtOnce<number>(3, async (thing) => {
      running += 1;
      most = Math.max(most, running);
      await setImmediate();
      running -= 1;
      done.push(thing);
    });
    for (let thing = 0; thing < 10; thing += 1) few.add(thing);
    while (done.length < 10) await setImmediate();
    few.add(10);
    while (done.length < 11) await setImmediate();
    assert.equal(most, 3);
    assert.deepEqual(
      done.toSorted((one, other) => one - other),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
  });
});
