import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '../..');

test('the example of an app tests itself against the sandbox, as it stands in a project of its own', () => {
  const project = mkdtempSync(join(tmpdir(), 'exo-relay-example-'));
  try {
    cpSync(join(root, 'examples/sandbox-in-your-tests'), project, { recursive: true });
    mkdirSync(join(project, 'node_modules'));
    symlinkSync(root, join(project, 'node_modules/exo-relay'), 'dir');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--test', '--test-reporter=tap'], {
      cwd: project,
      // Without what tells a runner that it runs inside another one.
      env: { PATH: process.env.PATH },
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /^# pass 5$/m);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});
