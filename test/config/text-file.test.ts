import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readTextFile } from '../../src/config/text-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'exo-relay-text-file-'));
after(() => rmSync(dir, { recursive: true }));
const path = join(dir, 'file');
const mayReadEverything = process.platform === 'win32' || process.getuid?.() === 0;

describe('a file that a setting names', () => {
  test('is read without byte order mark and last line break', () => {
    writeFileSync(path, '\ufefffirst\nsecond\r\n');
    assert.equal(readTextFile(path), 'first\nsecond');
  });

  test('that may not be read is told so', { skip: mayReadEverything && 'this user may read every file' }, () => {
    writeFileSync(path, 'text');
    chmodSync(path, 0o000);
    assert.deepEqual(readTextFile(path), { mistake: 'the user that runs exo-relay may not read the file' });
  });

  test('whose error is a rare one is told with its code', () => {
    assert.deepEqual(readTextFile(join(dir, 'x'.repeat(5000))), { mistake: 'the file cannot be read (ENAMETOOLONG)' });
  });
});
