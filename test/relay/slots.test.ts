/** Connections of the process go round: by tenant, by line, and none starves. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Slots } from '../../src/relay/slots.ts';

interface Line {
  readonly tenant: string;
  readonly name: string;
}

/** Lines with so much to do each; what runs ends when the test says so, and who had a slot is written down. */
function linesOf(total: number, tenants: number, maxConnections = Number.POSITIVE_INFINITY) {
  const work = new Map<Line, number>();
  const running: Line[] = [];
  const served: string[] = [];
  const pump = (line: Line) => {
    for (;;) {
      const left = work.get(line) ?? 0;
      if (left === 0) return slots.leave(line);
      if (running.filter((each) => each === line).length >= maxConnections || !slots.take(line)) return;
      work.set(line, left - 1);
      running.push(line);
      served.push(line.name);
    }
  };
  const slots = new Slots<Line>(total, tenants, pump);
  return {
    served,
    running,
    add: (name: string, tenant: string, messages: number): Line => {
      const line = { name, tenant };
      work.set(line, messages);
      pump(line);
      return line;
    },
    /** A line that has had nothing to do has something again. */
    again: (name: string, messages: number) => {
      const line = [...work.keys()].find((each) => each.name === name) ?? assert.fail(`there is no ${name}`);
      work.set(line, messages);
      pump(line);
    },
    /** What a line had to do is gone, without a word to the slots. */
    idle: (line: Line) => work.set(line, 0),
    /** The oldest attempt that fits ends. */
    end: (fits: (line: Line) => boolean = () => true) => {
      const index = running.findIndex(fits);
      const [line] = running.splice(index, 1);
      assert.ok(index >= 0 && line, 'nothing runs');
      slots.give(line);
    },
    of: (name: string) => served.filter((each) => each === name).length,
  };
}

suite('slots', () => {
  test('are all used by the lines of the only tenant', () => {
    const lines = linesOf(10, 1);
    lines.add('a', 'contoso', 100);
    assert.equal(lines.running.length, 10);
    while (lines.running.length > 0) lines.end();
    assert.equal(lines.of('a'), 100);
  });

  test('are never more than there are', () => {
    const lines = linesOf(4, 3);
    for (const tenant of ['x', 'y', 'z']) lines.add(tenant, tenant, 20);
    for (let end = 0; end < 60; end += 1) {
      assert.ok(lines.running.length <= 4);
      lines.end();
    }
    assert.equal(lines.served.length, 60);
    assert.equal(lines.running.length, 0);
  });

  test('are left free by a tenant as much as it takes, where there are several', () => {
    const lines = linesOf(10, 2);
    lines.add('slow', 'contoso', 100);
    assert.equal(lines.running.length, 5);
    lines.add('other', 'fabrikam', 2);
    assert.equal(lines.of('other'), 2);
  });

  test('go on for a tenant that is quick, however long another is stuck', () => {
    const lines = linesOf(10, 2);
    lines.add('slow', 'contoso', 100);
    lines.add('slow too', 'contoso', 100);
    lines.add('quick', 'fabrikam', 200);
    while (lines.of('quick') < 200) lines.end(({ name }) => name === 'quick');
    assert.equal(lines.running.filter(({ tenant }) => tenant === 'contoso').length, 5);
  });

  test('stay with a line for ten messages before another has its turn', () => {
    const lines = linesOf(1, 1);
    lines.add('a', 'contoso', 25);
    lines.add('b', 'contoso', 15);
    while (lines.running.length > 0) lines.end();
    assert.equal(
      lines.served.join(''),
      `${'a'.repeat(10)}${'b'.repeat(10)}${'a'.repeat(10)}${'b'.repeat(5)}${'a'.repeat(5)}`,
    );
  });

  test('come round to every line, however many there are and however much each has to do', () => {
    const lines = linesOf(3, 1, 3);
    for (let line = 0; line < 20; line += 1) lines.add(`line ${line}`, 'contoso', 1_000);
    for (let end = 0; end < 700; end += 1) lines.end();
    for (let line = 0; line < 20; line += 1) assert.ok(lines.of(`line ${line}`) >= 10, `line ${line} starves`);
  });

  test('come round by tenant, so that one with many lines has no more than one with a single line', () => {
    const lines = linesOf(2, 2, 1);
    for (let line = 0; line < 10; line += 1) lines.add(`x${line}`, 'contoso', 1_000);
    lines.add('y', 'fabrikam', 1_000);
    for (let end = 0; end < 400; end += 1) lines.end();
    assert.ok(lines.of('y') >= 150, `${lines.of('y')} of 400`);
  });

  test('pass by a line that makes no use of its turn', () => {
    const lines = linesOf(1, 1);
    lines.add('a', 'contoso', 1);
    const idle = lines.add('b', 'contoso', 1);
    lines.add('c', 'contoso', 1);
    lines.idle(idle);
    lines.end();
    assert.deepEqual(lines.served, ['a', 'c']);
  });

  test("are a line's for ten messages again once it has had nothing to do", () => {
    const lines = linesOf(1, 1);
    lines.add('a', 'contoso', 9);
    while (lines.running.length > 0) lines.end();
    lines.again('a', 12);
    lines.add('b', 'contoso', 1);
    while (lines.running.length > 0) lines.end();
    assert.equal(lines.served.slice(9).join(''), `${'a'.repeat(10)}baa`);
  });
});
