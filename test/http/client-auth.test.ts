/** Only who shows an API key of the relay comes in, and before that nothing of the body is read. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { suite, test } from 'node:test';
import { makeApiKey } from '../../src/commands/key.ts';
import type { Client } from '../../src/domain/client.ts';
import { FailureError } from '../../src/domain/failure.ts';
import { authenticate } from '../../src/http/client-auth.ts';
import { clientWith } from '../domain/clients.ts';
import { message, recordingRelay } from './recording-relay.ts';

const erp = makeApiKey();
const shop = makeApiKey();
const shopNext = makeApiKey();
const clients: readonly Client[] = [
  clientWith({ name: 'erp', keySha256: [erp.sha256] }),
  clientWith({ name: 'shop', keySha256: [shop.sha256, shopNext.sha256] }),
];

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
