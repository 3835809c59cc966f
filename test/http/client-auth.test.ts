/** Only who shows an API key of the relay comes in, and before that nothing of the body is read. */

import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { suite, test } from 'node:test';
import { makeApiKey } from '../../src/commands/key.ts';
import type { Client } from '../../src/domain/client.ts';
import { FailureError } from '../../src/domain/failure.ts';
import { authenticate as authenticateAmong, ClientKeys } from '../../src/http/client-auth.ts';
import { clientWith } from '../domain/clients.ts';
import { message, recordingRelay } from './recording-relay.ts';

const erp = makeApiKey();
const shop = makeApiKey();
const shopNext = makeApiKey();
const clients: readonly Client[] = [
  clientWith({ name: 'erp', keySha256: [erp.sha256] }),
  clientWith({ name: 'shop', keySha256: [shop.sha256, shopNext.sha256] }),
];

const now = new Date('2026-03-02T08:00:00Z');
const authenticate = (header: string | undefined, among: readonly Client[]) =>
  authenticateAmong(header, new ClientKeys(among), now);

suite('authenticate', () => {
  test('finds the client by any of its keys', () => {
    assert.equal(authenticate(`Bearer ${erp.key}`, clients).name, 'erp');
    assert.equal(authenticate(`Bearer ${shop.key}`, clients).name, 'shop');
    assert.equal(authenticate(`Bearer ${shopNext.key}`, clients).name, 'shop');
  });

  test('takes the scheme in any case, and blanks around the key', () => {
    assert.equal(authenticate(`bearer ${erp.key}`, clients).name, 'erp');
    assert.equal(authenticate(`BEARER   ${erp.key}  `, clients).name, 'erp');
  });

  const refused: Record<string, string | undefined> = {
    'no header': undefined,
    'an empty header': '',
    'the scheme alone': 'Bearer',
    'the scheme and a blank': 'Bearer ',
    'the key alone': erp.key,
    'another scheme': `Basic ${Buffer.from(`erp:${erp.key}`).toString('base64')}`,
    'two keys': `Bearer ${erp.key} ${shop.key}`,
    'an unknown key': `Bearer ${randomUUID()}`,
    'a key cut off': `Bearer ${erp.key.slice(0, -1)}`,
    'a key in another case': `Bearer ${erp.key.toUpperCase()}`,
    'the hash instead of the key': `Bearer ${erp.sha256}`,
    'letters outside ASCII': `Bearer ${erp.key}ü`,
  };
  for (const [what, header] of Object.entries(refused)) {
    test(`refuses ${what} and repeats no part of a key`, () => {
      assert.throws(
        () => authenticate(header, clients),
        (error) => {
          assert.ok(error instanceof FailureError);
          assert.equal(error.failure.code, 'unauthenticated');
          assert.equal(error.failure.errors[0]?.field, 'Authorization');
          assert.equal(JSON.stringify(error.failure).includes(erp.key.slice(4, 20)), false);
          return true;
        },
      );
    });
  }

  test('refuses everybody when there are no clients', () => {
    assert.throws(() => authenticate(`Bearer ${erp.key}`, []), FailureError);
  });
});

suite('a client', () => {
  test('is refused from the instant on at which its keys expire, and told since when', () => {
    const until = (expires: Date) => [clientWith({ keySha256: [erp.sha256], expires })];
    assert.equal(authenticate(`Bearer ${erp.key}`, until(new Date(now.getTime() + 1))).name, 'erp');
    for (const expires of [now, new Date('2026-01-31T22:59:59Z')]) {
      assert.throws(
        () => authenticate(`Bearer ${erp.key}`, until(expires)),
        (error) =>
          error instanceof FailureError &&
          error.failure.code === 'unauthenticated' &&
          error.failure.detail === `The API key of client erp expired at ${expires.toISOString()}.`,
      );
    }
  });

  test('is found among ten thousand by its own key alone', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      clientWith({ name: `client-${index}`, keySha256: [createHash('sha256').update(`key-${index}`).digest('hex')] }),
    );
    const keys = new ClientKeys(many);
    assert.equal(keys.clientOf('key-9999')?.name, 'client-9999');
    assert.equal(keys.clientOf('key-10000'), null);
  });

  test('without the scope of a route is refused by name, before its body is read', async () => {
    const { post, submissions } = recordingRelay({ client: { scopes: ['read', 'operate'] } });
    const response = await post('x', { 'content-length': '99999999' });
    assert.equal(response.statusCode, 403);
    assert.equal(response.json().code, 'forbidden-scope');
    assert.match(response.json().detail, /scope "send".*its scopes: "read", "operate"\.$/);
    assert.equal(submissions.length, 0);
  });
});

suite('the server', () => {
  test('answers 401 with the challenge to whoever has no key', async () => {
    const { server, submissions, told } = recordingRelay();
    const response = await server.inject({ method: 'POST', url: '/send', payload: message });
    assert.equal(response.statusCode, 401);
    assert.equal(response.headers['www-authenticate'], 'Bearer');
    assert.equal(response.json().code, 'unauthenticated');
    assert.equal(submissions.length, 0);
    assert.deepEqual(
      told.map(({ event, facts }) => [event, Reflect.get(facts, 'client'), Reflect.get(facts, 'failure')]),
      [['requestAnswered', null, 'unauthenticated']],
    );
  });

  test('asks for the key before anything else that is wrong with a request', async () => {
    const { post } = recordingRelay();
    const strange = { authorization: `Bearer ${randomUUID()}`, 'idempotency-key': 'a' };
    assert.equal((await post('{', strange)).statusCode, 401);
    assert.equal((await post('x', { ...strange, 'content-type': 'text/plain' })).statusCode, 401);
    assert.equal((await post('', { ...strange, 'content-length': '99999999' })).statusCode, 401);
  });

  test('answers 401 before the body of the request has come', { timeout: 5_000 }, async (t) => {
    const { server } = recordingRelay();
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
    t.after(() => {
      socket.destroy();
      return server.close();
    });
    socket.write(
      'POST /send HTTP/1.1\r\nHost: relay\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n',
    );
    const [answer] = await once(socket, 'data');
    assert.match(String(answer), /^HTTP\/1\.1 401 /);
  });
});
