import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret } from '../../src/config/secret.ts';

const text = randomUUID();
const secret = new Secret(text);

describe('a secret', () => {
  test('is revealed when it is asked for', () => {
    assert.equal(secret.reveal(), text);
  });

  const printed = {
    String: String(secret),
    'a template string': `${secret}`,
    concatenation: `a ${secret}`.slice(2),
    'JSON.stringify': JSON.parse(JSON.stringify({ secret })).secret,
    'util.inspect': inspect(secret),
    'util.inspect with hidden properties': inspect(secret, { showHidden: true, depth: 9 }),
    'util.format': format('%s', secret),
  };
  for (const [way, result] of Object.entries(printed)) {
    test(`prints as [redacted] by ${way}`, () => assert.equal(result, '[redacted]'));
  }

  test('stays hidden inside other objects and in their own properties', () => {
    assert.doesNotMatch(inspect({ credential: { secret } }, { depth: 9, showHidden: true }), new RegExp(text));
    assert.deepEqual(Object.values(secret), []);
    assert.equal(JSON.stringify(structuredClone(secret)), '{}');
  });
});
