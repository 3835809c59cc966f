/** A deadline strikes once, when the time is up that it was given last. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Deadline } from '../../../src/adapters/smtp/deadline.ts';

const LONG = 60_000;

/** With the times it struck after, and a promise of the next strike. */
function watched() {
  const struck: number[] = [];
  let next = Promise.withResolvers<number>();
  const deadline = new Deadline((milliseconds) => {
    struck.push(milliseconds);
    next.resolve(milliseconds);
    next = Promise.withResolvers();
  });
  return { deadline, struck, strike: () => next.promise };
}

suite('a deadline', () => {
  test('strikes when its time is up, once', async () => {
    const { deadline, struck, strike } = watched();
    deadline.restart(5);
    assert.equal(await strike(), 5);
    await delay(20);
    assert.deepEqual(struck, [5]);
  });

  test('strikes sooner when it is moved to the front', async () => {
    const { deadline, strike } = watched();
    deadline.restart(LONG);
    deadline.restart(5);
    assert.equal(await strike(), 5);
    deadline.stop();
  });

  test('does not strike where it was before it was moved to the back, and not before its time', async () => {
    const { deadline, struck, strike } = watched();
    deadline.restart(5);
    const begun = performance.now();
    deadline.restart(40);
    assert.equal(await strike(), 40);
    // A timer may be early by what it is rounded by.
    assert.ok(performance.now() - begun >= 39);
    assert.deepEqual(struck, [40]);
  });

  test('does not strike while it rests, and does again after it', async () => {
    const { deadline, struck, strike } = watched();
    deadline.restart(5);
    deadline.rest();
    await delay(20);
    assert.deepEqual(struck, []);
    deadline.restart(10);
    assert.equal(await strike(), 10);
  });

  test('holds up the end of no process once it is stopped', () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const { deadline } = watched();
    deadline.restart(LONG);
    assert.equal(timers(), before + 1);
    deadline.stop();
    assert.equal(timers(), before);
  });

  test('does not strike once it is stopped', async () => {
    const { deadline, struck } = watched();
    deadline.restart(5);
    deadline.stop();
    await delay(20);
    assert.deepEqual(struck, []);
  });
});
