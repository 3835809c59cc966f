/** An API key is random, recognisable and told once; its hash is what the configuration takes. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { keyInWords, makeApiKey } from '../../src/commands/key.ts';
import { ClientKeys } from '../../src/http/client-auth.ts';
import { clientWith } from '../domain/clients.ts';

test('a key has a prefix, 256 bits, and only characters that survive a header, a shell and a URL', () => {
  const { key } = makeApiKey();
  assert.match(key, /^exo_[A-Za-z0-9_-]{43}$/);
  assert.equal(Buffer.from(key.slice(4), 'base64url').length, 32);
});

test('no two keys are alike', () => {
  assert.equal(new Set(Array.from({ length: 1_000 }, () => makeApiKey().key)).size, 1_000);
});

test('the hash is the SHA-256 of the whole key, by which the relay knows it', () => {
  const { key, sha256 } = makeApiKey();
  assert.equal(sha256, createHash('sha256').update(key, 'utf8').digest('hex'));
  assert.equal(new ClientKeys([clientWith({ keySha256: [sha256] })]).clientOf(key)?.name, 'erp');
});

test('what is printed has key, setting and line of a routing file on lines of their own, the key once', () => {
  const made = makeApiKey();
  const lines = keyInWords(made)
    .split('\n')
    .map((line) => line.trim());
  assert.equal(lines.filter((line) => line.includes(made.key)).length, 1);
  assert.ok(lines.includes(made.key));
  assert.ok(lines.includes(`API_KEY_SHA256=${made.sha256}`));
  assert.ok(lines.includes(`key_sha256: "${made.sha256}"`));
  assert.equal(lines.at(-1), '');
});
