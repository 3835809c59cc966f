/** The line of a mailbox: what goes next, what waits for its time, and what stands aside for its sender. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MailboxLine } from '../../src/relay/mailbox-line.ts';
import { goesBefore, type Place } from '../../src/relay/place.ts';
import { generatorOf } from '../domain/random.ts';
import { MINUTE, NOW, placeWith, routeWith, windows } from './places.ts';

function lineOf(...places: readonly Place[]): MailboxLine {
  const line = new MailboxLine('billing@contoso.example', 'contoso', routeWith(), windows);
  for (const place of places) line.add(place, NOW);
  return line;
}

/** The ids of what goes, one after the other. */
function all(line: MailboxLine, now = NOW): string[] {
  const ids: string[] = [];
  for (let place = line.head(now); place; place = line.head(now)) {
    line.takeHead();
    ids.push(place.id);
  }
  return ids;
}

suite('a line', () => {
  test('looks again every minute, since a clock can be set forward', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const line = lineOf();
    let looks = 0;
    const look = () => {
      looks += 1;
      line.wakeAt(NOW + 90 * MINUTE, NOW, look);
    };
    line.wakeAt(NOW + 90 * MINUTE, NOW, look);
    t.mock.timers.tick(MINUTE - 1);
    assert.equal(looks, 0);
    t.mock.timers.tick(1);
    t.mock.timers.tick(MINUTE);
    assert.equal(looks, 2);
    line.wakeAt(Number.POSITIVE_INFINITY, NOW, look);
    t.mock.timers.tick(MINUTE);
    assert.equal(looks, 2);
  });

  test('goes by priority, then by when it is due, then by acceptance', () => {
    const line = lineOf(
      placeWith({ id: 'bulk', priority: 'bulk', dueAt: NOW - MINUTE }),
      placeWith({ id: 'second', order: 2 }),
      placeWith({ id: 'first', order: 1 }),
      placeWith({ id: 'due before', order: 9, dueAt: NOW - 1 }),
      placeWith({ id: 'high', priority: 'high', order: 8 }),
    );
    assert.deepEqual(all(line), ['high', 'due before', 'first', 'second', 'bulk']);
  });

  test('keeps what is not due, and tells when the next is', () => {
    const line = lineOf(
      placeWith({ id: 'late', priority: 'high', dueAt: NOW + 2 * MINUTE }),
      placeWith({ id: 'soon', dueAt: NOW + MINUTE }),
    );
    assert.equal(line.head(NOW), undefined);
    assert.equal(line.nextDue, NOW + MINUTE);
    assert.equal(line.isEmpty, false);
    assert.deepEqual(all(line, NOW + MINUTE), ['soon']);
    assert.equal(line.nextDue, NOW + 2 * MINUTE);
    assert.deepEqual(all(line, NOW + 2 * MINUTE), ['late']);
    assert.equal(line.nextDue, null);
    assert.equal(line.isEmpty, true);
  });

  test('has what waits for another attempt go at once when it is told to, and keeps what was asked for later', () => {
    const line = lineOf(
      placeWith({ id: 'deferred', status: 'deferred', dueAt: NOW + MINUTE }),
      placeWith({ id: 'scheduled', dueAt: NOW + MINUTE }),
    );
    line.hasten(NOW);
    assert.deepEqual(all(line), ['deferred']);
    assert.equal(line.nextDue, NOW + MINUTE);
  });

  test('shows its head and keeps it', () => {
    const line = lineOf(placeWith({ id: 'one' }));
    assert.equal(line.head(NOW)?.id, 'one');
    assert.equal(line.head(NOW)?.id, 'one');
  });

  test('passes by what was taken out, wherever it stood', () => {
    const [first, middle, later] = [placeWith({ order: 1 }), placeWith({ order: 2 }), placeWith({ dueAt: NOW + 1 })];
    const last = placeWith({ id: 'last', order: 3 });
    const line = lineOf(first, middle, last, later);
    for (const place of [first, middle, later]) line.remove(place);
    assert.equal(line.nextDue, null);
    assert.deepEqual(all(line, NOW + 1), ['last']);
  });

  test('has budgets without room for units where the mailbox is not configured', () => {
    const line = new MailboxLine('gone@contoso.example', 'contoso', null, windows);
    assert.equal(line.messages.limit, 0);
    assert.equal(line.recipients.limit, 0);
  });
});

suite('what stands aside', () => {
  const from = 'ceo@contoso.example';
  const aside = () => {
    const places = [3, 1, 2].map((order) => placeWith({ id: `ceo ${order}`, from, order }));
    const line = lineOf(...places);
    for (const _ of places) {
      line.head(NOW);
      line.setHeadAside();
    }
    return { line, places };
  };

  test('holds up nobody else, and the line is not empty', () => {
    const { line } = aside();
    line.add(placeWith({ id: 'other' }), NOW);
    assert.deepEqual(all(line), ['other']);
    assert.equal(line.isEmpty, false);
    assert.deepEqual([...line.sendersAside], [from]);
  });

  test('comes back one by one, the first first, by a sender in any case', () => {
    const { line } = aside();
    line.bringBack('CEO@contoso.example', 'first', NOW);
    assert.deepEqual(all(line), ['ceo 1']);
    line.bringBack(from, 'first', NOW);
    assert.deepEqual(all(line), ['ceo 2']);
    assert.deepEqual([...line.sendersAside], [from]);
  });

  test('comes back all at once, in order', () => {
    const { line } = aside();
    line.bringBack(from, 'all', NOW);
    assert.deepEqual(all(line), ['ceo 1', 'ceo 2', 'ceo 3']);
    assert.deepEqual([...line.sendersAside], []);
    assert.equal(line.isEmpty, true);
  });

  test('stays away once it is taken out', () => {
    const { line, places } = aside();
    for (const place of places.filter(({ order }) => order < 3)) line.remove(place);
    line.bringBack(from, 'first', NOW);
    assert.deepEqual(all(line), ['ceo 3']);
    assert.equal(line.isEmpty, true);
  });

  test('is nothing once all of it is taken out', () => {
    const { line, places } = aside();
    for (const place of places) line.remove(place);
    assert.deepEqual([...line.sendersAside], []);
    assert.equal(line.isEmpty, true);
  });
});

test('a line under any use gives what a sorted list would', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = generatorOf(seed);
    const line = lineOf();
    let waiting: Place[] = [];
    let now = NOW;
    for (let step = 0; step < 200; step += 1) {
      now += random.below(1_000);
      const what = random.below(5);
      const some = waiting.length > 0 ? random.of(waiting) : undefined;
      if (what < 3) {
        const priority = random.of(['high', 'normal', 'bulk'] as const);
        const place = placeWith({ priority, dueAt: now + random.below(5_000) - 2_000 });
        line.add(place, now);
        waiting.push(place);
      } else if (what === 3 && some) {
        line.remove(some);
        waiting = waiting.filter((place) => place !== some);
      }
      const due = waiting.filter(({ dueAt }) => dueAt <= now).sort((one, other) => (goesBefore(one, other) ? -1 : 1));
      assert.equal(line.head(now), due[0], `seed ${seed}`);
      if (what === 4 && due[0]) {
        line.takeHead();
        waiting = waiting.filter((place) => place !== due[0]);
      }
    }
  }
});
