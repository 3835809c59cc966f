/** REDIS_URL and TOKEN_CACHE_KEY: read as they are, from a variable or a file, and never printed. */

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { readConfig } from '../../src/config/config.ts';

const required = {
  TENANT_ID: 'contoso.onmicrosoft.com',
  CLIENT_ID: randomUUID(),
  MAILBOX: 'billing@contoso.com',
  CLIENT_SECRET: randomBytes(30).toString('base64url'),
  API_KEY: randomBytes(32).toString('base64url'),
};
const redisOf = (settings: Record<string, string>) => readConfig({ ...required, ...settings }, 'erp').redis;

describe('a Redis', () => {
  test('is shared by nobody unless it is set', () => {
    assert.equal(redisOf({}), null);
  });

  for (const url of [
    'redis://redis',
    'redis://redis.contoso.com:6380/0',
    'rediss://relay:p%40ss@redis.contoso.com/15',
    'redis://:pass@192.0.2.7/',
    'rediss://[2001:db8::7]:6380/1',
  ]) {
    test(`may be ${url}`, () => {
      assert.equal(redisOf({ REDIS_URL: url })?.url.reveal(), url);
      assert.equal(redisOf({ REDIS_URL: url })?.cacheKey, null);
    });
  }

  test('and the key of its tokens may stand in files, and neither is printed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'exo-relay-redis-settings-'));
    const [url, key] = [`redis://:${randomUUID()}@redis`, randomBytes(32).toString('base64url')];
    writeFileSync(join(folder, 'url'), `${url}\n`);
    writeFileSync(join(folder, 'key'), `${key}\n`);
    const redis = redisOf({ REDIS_URL_FILE: join(folder, 'url'), TOKEN_CACHE_KEY_FILE: join(folder, 'key') });
    rmSync(folder, { recursive: true });
    assert.equal(redis?.url.reveal(), url);
    assert.equal(redis?.cacheKey?.reveal(), key);
    assert.doesNotMatch(inspect(redis) + JSON.stringify(redis), new RegExp(`${url.slice(9, 20)}|${key}`));
    assert.match(inspect(redis), /\[redacted\]/);
  });
});
