/** A budget over a sliding window: in no window is more used than the limit, and what is used never frees too early. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SlidingLog } from '../../src/domain/sliding-log.ts';
import { generatorOf } from './random.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

suite('a sliding log', () => {
  test('has room for as many units as its limit, and then when the first of them leaves the window', () => {
    const log = new SlidingLog(3, MINUTE);
    for (const at of [1_000, 2_000, 3_000]) {
      assert.equal(log.roomAt(at), at);
      log.use(at);
    }
    assert.equal(log.used(3_000), 3);
    assert.equal(log.roomAt(3_000), 61_000);
    assert.equal(log.roomAt(60_999), 61_000);
    assert.equal(log.roomAt(61_000), 61_000);
    assert.equal(log.roomAt(3_000, 2), 62_000);
  });

  test('waits no longer than its window when the clock is set back', () => {
    const log = new SlidingLog(2, MINUTE);
    log.use(DAY);
    log.use(DAY + 1_000);
    assert.equal(log.roomAt(DAY + 1_000), DAY + MINUTE);
    assert.equal(log.roomAt(5_000), 4_000 + MINUTE);
    log.use(4_000 + MINUTE);
    assert.equal(log.roomAt(4_000 + MINUTE), 5_000 + MINUTE);
  });

  for (const [limit, window] of [
    [5, 1_000],
    [30, MINUTE],
    [2_000, MINUTE],
  ] as const) {
    test(`of ${limit} units holds no more than that in any window, whatever is asked when`, () => {
      for (let seed = 1; seed <= 20; seed += 1) {
        const random = generatorOf(seed * limit);
        const log = new SlidingLog(limit, window);
        const uses: { at: number; units: number }[] = [];
        let now = 0;
        let waits = 0;
        for (let step = 0; step < 400; step += 1) {
          now += random.below(Math.ceil(window / 20));
          const units = 1 + random.below(Math.ceil(limit / 10));
          if (log.roomAt(now, units) > now) {
            waits += 1;
            continue;
          }
          log.use(now, units);
          uses.push({ at: now, units });
          const within = uses.filter(({ at }) => at > now - window).reduce((sum, use) => sum + use.units, 0);
          assert.ok(within <= limit, `seed ${seed}: ${within} units within the window that ends at ${now}`);
        }
        assert.ok(waits > 10, 'the limit was hardly ever reached');
      }
    });
  }

  test('tells the instant at which there is room, neither later nor earlier', () => {
    const random = generatorOf(7);
    const log = new SlidingLog(10, 1_000);
    let now = 0;
    let waits = 0;
    for (let step = 0; step < 500; step += 1) {
      const units = 1 + random.below(3);
      const roomAt = log.roomAt(now, units);
      if (roomAt > now) {
        waits += 1;
        assert.ok(log.roomAt(roomAt - 1, units) > roomAt - 1);
        now = roomAt;
        assert.equal(log.roomAt(now, units), now);
      }
      log.use(now, units);
      now += random.below(50);
    }
    assert.ok(waits > 50);
  });

  test('counts what is reserved as used, until it is given back', () => {
    const log = new SlidingLog(2, MINUTE);
    log.reserve();
    log.use(0);
    assert.equal(log.used(0), 2);
    assert.equal(log.roomAt(0), MINUTE);
    log.release();
    assert.equal(log.roomAt(0), 0);
  });

  test('knows no instant for room that only the end of what is reserved can make', () => {
    const log = new SlidingLog(2, MINUTE);
    log.reserve(2);
    assert.equal(log.roomAt(0), Number.POSITIVE_INFINITY);
    assert.equal(log.roomAt(10 * MINUTE), Number.POSITIVE_INFINITY);
  });

  test('counts from the instant of use and not from that of the reservation', () => {
    const log = new SlidingLog(1, MINUTE);
    log.reserve();
    log.release();
    log.use(50_000);
    assert.equal(log.roomAt(MINUTE), 110_000);
  });

  test('that is exhausted has no room until then, and is shown as used up', () => {
    const log = new SlidingLog(30, MINUTE);
    log.use(0);
    log.exhaust(5_000);
    assert.equal(log.used(4_999), 30);
    assert.equal(log.roomAt(0), 5_000);
    assert.equal(log.used(5_000), 1);
    assert.equal(log.roomAt(5_000), 5_000);
  });

  test('is exhausted until the latest instant that it was told', () => {
    const log = new SlidingLog(30, MINUTE);
    log.exhaust(9_000);
    log.exhaust(5_000);
    assert.equal(log.roomAt(0), 9_000);
  });

  test('that is refilled has the room that was never used, and no more', () => {
    const log = new SlidingLog(2, MINUTE);
    log.use(0);
    log.exhaust(MINUTE);
    log.refill();
    assert.equal(log.roomAt(1_000), 1_000);
    assert.equal(log.roomAt(1_000, 2), MINUTE);
  });

  test('keeps a changed limit at once', () => {
    const log = new SlidingLog(3, MINUTE);
    for (const at of [0, 1_000, 2_000]) log.use(at);
    log.limit = 4;
    assert.equal(log.roomAt(2_000), 2_000);
    log.limit = 2;
    assert.equal(log.limit, 2);
    assert.equal(log.used(2_000), 3);
    assert.equal(log.roomAt(2_000), 61_000);
  });

  test('lets more units than its limit through in an empty window, since they would never go otherwise', () => {
    const log = new SlidingLog(100, MINUTE);
    assert.equal(log.roomAt(0, 500), 0);
    log.use(0, 1);
    assert.equal(log.roomAt(1, 500), MINUTE);
  });

  test('has room for what uses nothing of it, also when it is used up, exceeded or exhausted', () => {
    const log = new SlidingLog(1, MINUTE);
    log.use(0, 5);
    log.exhaust(MINUTE);
    assert.equal(log.roomAt(1, 0), 1);
    log.use(1, 0);
    assert.equal(log.roomAt(MINUTE), MINUTE);
  });

  test('takes an instant before the last one for the last one', () => {
    const log = new SlidingLog(2, MINUTE);
    log.use(5_000);
    log.use(1_000);
    assert.equal(log.roomAt(5_000), 65_000);
  });
});

suite('a sliding log of many units', () => {
  test('never frees what came close together before the last of it has left the window', () => {
    const log = new SlidingLog(10_000, DAY);
    log.use(0, 9_000);
    log.use(60_000, 1_000);
    assert.equal(log.roomAt(60_000), DAY + 60_000);
    assert.equal(log.roomAt(DAY + 60_000, 10_000), DAY + 60_000);
  });

  test('frees at most a thousandth of the window too late, however steadily it is used', () => {
    const log = new SlidingLog(10_000, DAY);
    // One each half minute: never so far apart that a new entry would begin by itself.
    for (let at = 0; at < DAY; at += 30_000) log.use(at);
    const used = log.used(DAY + DAY / 2);
    assert.ok(used >= 1_440 && used <= 1_440 + 3, `${used} instead of 1440 are left after half a day`);
  });
});
