/** The lines: what goes, in which order, on how many connections, and when. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { linesWith } from './lines-with.ts';
import { DAY, HOUR, MINUTE, NOW, routeWith } from './places.ts';

suite('a line', () => {
  test('lets as many go at once as its mailbox has connections, the others in order', async (t) => {
    const { add, end, begun } = linesWith(t);
    for (const id of ['a', 'b', 'c']) add({ id });
    add({ id: 'bulk', priority: 'bulk' });
    add({ id: 'normal' });
    add({ id: 'high', priority: 'high' });
    assert.deepEqual(begun, ['a', 'b', 'c']);
    for (let count = 0; count < 3; count += 1) await end();
    assert.deepEqual(begun.slice(3), ['high', 'normal', 'bulk']);
  });

  test('lets what is scheduled go when it is due', async (t) => {
    const { add, begun, pass } = linesWith(t);
    add({ id: 'later', dueAt: NOW + HOUR });
    add({ id: 'soon', dueAt: NOW + MINUTE });
    await pass(MINUTE - 1);
    assert.deepEqual(begun, []);
    await pass(1);
    assert.deepEqual(begun, ['soon']);
    await pass(HOUR - MINUTE);
    assert.deepEqual(begun, ['soon', 'later']);
  });

  test('lets what is due in more than the longest timer of Node.js, which is 24 days, wait for its time', async (t) => {
    const { add, begun, pass } = linesWith(t);
    add({ id: 'later', dueAt: NOW + 26 * DAY, expiresAt: NOW + 30 * DAY });
    await pass(25 * DAY, DAY);
    assert.deepEqual(begun, []);
    await pass(DAY);
    assert.deepEqual(begun, ['later']);
  });

  test('sets no timer that Node.js would cut short', async (t) => {
    const { add, lines } = linesWith(t);
    t.mock.timers.reset();
    const warnings: string[] = [];
    const warned = ({ name }: Error) => void warnings.push(name);
    process.on('warning', warned);
    add({ dueAt: Date.now() + 40 * DAY, expiresAt: Date.now() + 50 * DAY });
    await setImmediate();
    await lines.close();
    process.off('warning', warned);
    assert.deepEqual(warnings, []);
  });

  test('passes by what was taken out of it, and gives no place to what is under way', async (t) => {
    const { lines, add, begun, running } = linesWith(t, { routes: [routeWith({ maxConnections: 1 })] });
    const first = add({ id: 'first' });
    const second = add({ id: 'second' });
    assert.equal(lines.remove(first), false);
    assert.equal(lines.remove(second), true);
    assert.equal(lines.placeOf('first'), first);
    assert.equal(lines.placeOf('second'), undefined);
    assert.equal(running.length, 1);
    assert.deepEqual(begun, ['first']);
  });

  test('tells what has expired at its head, and lets the next go', async (t) => {
    const { lines, add, end, begun, expired, pass } = linesWith(t, { routes: [routeWith({ maxConnections: 1 })] });
    add({ id: 'first' });
    add({ id: 'short', expiresAt: NOW + MINUTE });
    add({ id: 'long' });
    await pass(MINUTE);
    await end();
    assert.deepEqual(expired, ['short']);
    assert.equal(lines.placeOf('short'), undefined);
    assert.deepEqual(begun, ['first', 'long']);
  });

  test('holds what is for a mailbox that is not configured', async (t) => {
    const { lines, add, begun, pass } = linesWith(t);
    const place = add({ mailbox: 'gone@contoso.example' });
    await pass(HOUR);
    assert.deepEqual(begun, []);
    assert.equal(lines.earliest(place), Number.POSITIVE_INFINITY);
    assert.equal(lines.figures.paced, 0);
  });

  test('begins nothing once it is closed, and is closed when what runs is over', async (t) => {
    const { lines, add, end, begun } = linesWith(t, { routes: [routeWith({ maxConnections: 1 })] });
    add({ id: 'first' });
    add({ id: 'second' });
    let isClosed = false;
    const closing = lines.close().then(() => {
      isClosed = true;
    });
    assert.equal(lines.running, 1);
    assert.equal(isClosed, false);
    await end();
    await closing;
    assert.deepEqual(begun, ['first']);
  });
});

suite('connections of the process', () => {
  test('are shared by the mailboxes, and each has its turn', async (t) => {
    const routes = ['a', 'b', 'c'].map((name) => routeWith({ mailbox: `${name}@contoso.example` }));
    const { lines, add, end, begun } = linesWith(t, { routes, maxAttempts: 2 });
    for (const { mailbox } of routes) for (let count = 0; count < 20; count += 1) add({ id: mailbox, mailbox });
    assert.equal(lines.running, 2);
    for (let count = 0; count < 40; count += 1) await end();
    assert.equal(new Set(begun).size, 3);
    assert.equal(lines.running, 2);
  });
});
