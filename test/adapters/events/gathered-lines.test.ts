/** Lines go out in their order: at once after a pause and with a warning, otherwise together; a process that ends leaves none behind. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, mock, suite, test } from 'node:test';
import { pino } from 'pino';
import { GatheredLines } from '../../../src/adapters/events/gathered-lines.ts';

/** A logger whose lines are its messages alone, and what was written, one item for each write. */
function gathered() {
  const written: string[][] = [];
  const write = (text: string) => {
    const lines = text.trimEnd().split('\n');
    written.push(lines.map((line) => JSON.parse(line).msg));
  };
  let now = 0;
  const lines = new GatheredLines({ write }, () => now);
  /** Of the clock alone, as while the event loop is busy. */
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  const tick = (milliseconds: number) => {
    pass(milliseconds);
    mock.timers.tick(milliseconds);
  };
  return { log: pino({ base: null }, lines), written, pass, tick };
}

suite('gathered log lines', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  test('go out at once after a pause, and together when they follow each other closely', () => {
    const { log, written, tick } = gathered();
    log.info('one');
    assert.deepEqual(written, [['one']]);
    log.info('two');
    log.info('three');
    assert.deepEqual(written, [['one']]);
    tick(20);
    assert.deepEqual(written, [['one'], ['two', 'three']]);
    tick(20);
    log.info('four');
    assert.deepEqual(written.at(-1), ['four']);
  });

  test('wait no longer than a moment, however many follow', () => {
    const { log, written, tick } = gathered();
    for (let at = 0; at < 100; at += 1) {
      log.info(String(at));
      tick(5);
    }
    const longest = Math.max(...written.map((lines) => lines.length));
    assert.ok(longest <= 5, `${longest} lines in one write`);
  });

  test('go out with the next one when no timer could run meanwhile', () => {
    const { log, written, pass } = gathered();
    log.info('one');
    log.info('two');
    pass(700);
    log.info('three');
    assert.deepEqual(written, [['one'], ['two', 'three']]);
  });

  test('go out with a warning, before it', () => {
    const { log, written } = gathered();
    log.info('one');
    log.info('two');
    log.warn('three');
    assert.deepEqual(written, [['one'], ['two', 'three']]);
  });

  test('go out as soon as they are many', () => {
    const { log, written } = gathered();
    for (let at = 0; at < 9; at += 1) log.info('x'.repeat(1_024));
    assert.deepEqual(
      written.map((lines) => lines.length),
      [1, 8],
    );
  });
});

suite('the log of a process', () => {
  const module = (path: string) =>
    JSON.stringify(new URL(`../../../src/adapters/events/${path}`, import.meta.url).href);
  const program = `
    const { logDestination, pinoEvents } = await import(${module('pino-events.ts')});
    const events = pinoEvents('info', await logDestination(process.stdout));
    for (let at = 0; at < 100; at += 1) events.relayStopping({ signal: String(at) });
  `;

  async function run(code: string) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    const [status] = await once(child, 'close');
    return { output, errors, status };
  }
  const signals = (output: string) =>
    output
      .trimEnd()
      .split('\n')
      .map((line) => Number(JSON.parse(line).signal));

  test('is whole when it ends', async () => {
    const { output, status } = await run(program);
    assert.equal(status, 0);
    assert.deepEqual(signals(output), [...Array(100).keys()]);
  });

  test('is whole when a defect ends it', async () => {
    const { output, status, errors } = await run(`${program} throw new Error('a defect');`);
    assert.equal(status, 1);
    assert.match(errors, /a defect/);
    assert.equal(signals(output).length, 100);
  });
});
