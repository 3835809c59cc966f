import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { readConfig } from '../../src/config/config.ts';

const required = {
  TENANT_ID: 'contoso.onmicrosoft.com',
  CLIENT_ID: randomUUID(),
  MAILBOX: 'billing@contoso.com',
  CLIENT_SECRET: randomBytes(30).toString('base64url'),
  API_KEY: randomBytes(32).toString('base64url'),
};
const outboxOf = (settings: Record<string, string>) => readConfig({ ...required, ...settings }, 'erp').outbox;
const HOUR = 3_600_000;

describe('the outbox', () => {
  test('lives in "data" below the working folder and holds what is in doubt, unless something else is set', () => {
    assert.deepEqual(outboxOf({}), {
      folder: resolve('data'),
      maxSubmissions: 200_000,
      maxBytes: 10 * 1024 ** 3,
      inDoubt: 'hold',
      contentRetention: 72 * HOUR,
      recordRetention: 168 * HOUR,
    });
  });

  test('has each of its settings replaced by itself', () => {
    const folder = join(tmpdir(), randomUUID());
    const settings = {
      DATA_DIR: folder,
      OUTBOX_MAX_SUBMISSIONS: '1',
      OUTBOX_MAX_MIB: '2',
      IN_DOUBT: 'Repeat',
      FAILED_CONTENT_RETENTION_HOURS: '0',
      RECORD_RETENTION_HOURS: '24',
    };
    assert.deepEqual(outboxOf(settings), {
      folder,
      maxSubmissions: 1,
      maxBytes: 2 * 1024 ** 2,
      inDoubt: 'repeat',
      contentRetention: 0,
      recordRetention: 24 * HOUR,
    });
  });

  test('may live in a folder that is there already', () => {
    assert.equal(outboxOf({ DATA_DIR: tmpdir() }).folder, tmpdir());
  });
});
