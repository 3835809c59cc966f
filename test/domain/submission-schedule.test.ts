/** When a submission is due and given up; what cannot be kept is refused by the name of its field. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Schedule, scheduleOf } from '../../src/domain/submission-schedule.ts';

const now = Date.UTC(2026, 4, 1, 12);
const SECOND = 1_000;
const DAY = 86_400 * SECOND;

interface Asked {
  scheduledAt?: number | null;
  expiresIn?: number | null;
  retry?: boolean;
  respondAsync?: boolean;
}

function asked({ scheduledAt = null, expiresIn = null, retry = true, respondAsync = false }: Asked) {
  return scheduleOf({ scheduledAt, expiresIn, retry }, { now, respondAsync });
}

function schedule(request: Asked): Schedule {
  const found = asked(request);
  assert.ok(!('code' in found), 'code' in found ? (found.detail ?? '') : '');
  return found;
}

function refusedFields(request: Asked): string[] {
  const found = asked(request);
  assert.ok('code' in found);
  assert.equal(found.code, 'schedule-invalid');
  for (const { message } of found.errors) assert.ok(found.detail?.includes(message));
  return found.errors.map(({ field }) => field);
}

suite('a schedule', () => {
  test('is now and for a day, where nothing else is asked for', () => {
    assert.deepEqual(schedule({}), { dueAt: now, scheduledAt: null, expiresAt: now + DAY });
  });

  test('counts the time it lasts from when it is due', () => {
    const scheduledAt = now + 3 * DAY;
    assert.deepEqual(schedule({ scheduledAt, expiresIn: 90 }), {
      dueAt: scheduledAt,
      scheduledAt,
      expiresAt: scheduledAt + 90 * SECOND,
    });
  });

  test('reaches 30 days ahead and no further', () => {
    assert.equal(schedule({ scheduledAt: now + 30 * DAY }).dueAt, now + 30 * DAY);
    assert.deepEqual(refusedFields({ scheduledAt: now + 30 * DAY + 1 }), ['scheduled_at']);
  });

  test('takes what has just passed for now, and refuses what has long', () => {
    for (const scheduledAt of [now, now - 1, now - 60 * SECOND]) {
      assert.deepEqual(schedule({ scheduledAt }), { dueAt: now, scheduledAt: null, expiresAt: now + DAY });
    }
    assert.deepEqual(refusedFields({ scheduledAt: now - 60 * SECOND - 1 }), ['scheduled_at']);
  });

  test('lasts from a minute to five days, in whole seconds', () => {
    assert.equal(schedule({ expiresIn: 60 }).expiresAt, now + 60 * SECOND);
    assert.equal(schedule({ expiresIn: 432_000 }).expiresAt, now + 5 * DAY);
    for (const expiresIn of [59, 0, -1, 432_001, 90.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.deepEqual(refusedFields({ expiresIn }), ['expires_in'], String(expiresIn));
    }
  });

  test('of one attempt is now: it cannot be later, nor without anybody to be told of it', () => {
    assert.equal(schedule({ retry: false }).dueAt, now);
    assert.deepEqual(refusedFields({ retry: false, scheduledAt: now + DAY }), ['retry']);
    assert.deepEqual(refusedFields({ retry: false, scheduledAt: now - 1 }), ['retry']);
    assert.deepEqual(refusedFields({ retry: false, respondAsync: true }), ['retry']);
    assert.equal(schedule({ respondAsync: true }).dueAt, now);
  });

  test('is refused with all of its mistakes at once', () => {
    const fields = refusedFields({ scheduledAt: now - DAY, expiresIn: 1, retry: false, respondAsync: true });
    assert.deepEqual(fields, ['scheduled_at', 'expires_in', 'retry', 'retry']);
  });
});
