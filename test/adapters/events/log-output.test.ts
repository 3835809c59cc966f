/** A log that cannot be written costs nobody anything, says so once, and goes on in whole lines when it can be written again. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { logOutput } from '../../../src/adapters/events/log-output.ts';

/** An output that takes so many bytes and then fails, until it is given more room. */
function limited(room: number, code = 'ENOSPC') {
  const complaints: string[] = [];
  const state = { room, written: '' };
  const write = (_: number, bytes: Uint8Array): number => {
    if (state.room === 0) throw Object.assign(new Error(code), { code });
    const taken = bytes.subarray(0, Math.min(state.room, 7));
    state.room -= taken.length;
    state.written += Buffer.from(taken).toString();
    return taken.length;
  };
  return { output: logOutput(1, (words) => complaints.push(words), write), state, complaints };
}

suite('the output of the log', () => {
  test('is written whole, however little is taken at once', () => {
    const { output, state, complaints } = limited(1_000);
    output.write('{"msg":"Größe"}\n');
    assert.equal(state.written, '{"msg":"Größe"}\n');
    assert.deepEqual(complaints, []);
  });

  test('loses what cannot be written, says so once each time, and goes on when it can', () => {
    const { output, state, complaints } = limited(0);
    for (let line = 0; line < 10_000; line += 1) output.write(`{"line":${line}}\n`);
    assert.equal(complaints.length, 1);
    assert.match(complaints[0] ?? '', /log cannot be written.*ENOSPC/);
    state.room = 100;
    output.write('{"line":"a"}\n');
    assert.equal(state.written, '{"line":"a"}\n');
    state.room = 0;
    output.write('{"line":"b"}\n');
    assert.equal(complaints.length, 2);
  });

  test('begins a new line after one that was written in part', () => {
    const { output, state } = limited(10);
    output.write('{"line":"torn"}\n');
    output.write('{"line":"lost"}\n');
    state.room = 100;
    output.write('{"line":"whole"}\n');
    assert.equal(state.written, '{"line":"t\n{"line":"whole"}\n');
  });

  test('waits for a reader that is slow', () => {
    let refusals = 3;
    let written = '';
    const complaints: string[] = [];
    const output = logOutput(
      1,
      (words) => complaints.push(words),
      (_, bytes) => {
        if (refusals > 0) {
          refusals -= 1;
          throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
        }
        written += Buffer.from(bytes).toString();
        return bytes.length;
      },
    );
    output.write('{"line":1}\n');
    assert.deepEqual([written, complaints], ['{"line":1}\n', []]);
  });

  test('whose reader has gone ends no process', async () => {
    const module = new URL('../../../src/adapters/events/log-output.ts', import.meta.url).href;
    const program = `
      const { logOutput } = await import(${JSON.stringify(module)});
      const output = logOutput(1, (words) => process.stderr.write(words));
      process.stdin.once('data', () => {
        for (let line = 0; line < 1_000; line += 1) output.write('line\\n');
        process.exitCode = 7;
        process.stdin.destroy();
      });
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'pipe' });
    child.stdout.destroy();
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.stdin.write('go');
    const [status] = await once(child, 'close');
    assert.equal(status, 7, errors);
    assert.equal(errors.match(/log cannot be written/g)?.length, 1);
  });
});
