/** HTTPS by TLS 1.2 and above, and proxies that are believed as far as they were named. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:https';
import { connect } from 'node:net';
import { suite, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { generate } from 'selfsigned';
import { message, recordingRelay } from './recording-relay.ts';

async function withTls() {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  const tls = { certificate: cert, privateKey: { reveal: () => key } };
  const relay = recordingRelay({ options: { tls } });
  const url = new URL(await relay.server.listen({ host: '127.0.0.1', port: 0 }));
  return { ...relay, ca: cert, port: Number(url.port) };
}

suite('a server with a certificate', () => {
  test('answers by https, and by TLS 1.2 at least', { timeout: 10_000 }, async () => {
    const { server, ca, port } = await withTls();
    const asking = request({ host: '127.0.0.1', port, path: '/health/live', ca, servername: 'localhost' }).end();
    const [answer] = await once(asking, 'response');
    assert.equal(answer.statusCode, 200);
    answer.resume();
    const old = connectTls({
      host: '127.0.0.1',
      port,
      ca,
      servername: 'localhost',
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
    });
    await once(old, 'error');
    await server.close();
  });

  test('does not wait, when it stops, for who has not shaken hands', { timeout: 10_000 }, async () => {
    const { server, port, ca } = await withTls();
    const accepted = once(server.server, 'connection');
    const silent = connect({ host: '127.0.0.1', port });
    await accepted;
    const secured = once(server.server, 'secureConnection');
    const shaken = connectTls({ host: '127.0.0.1', port, ca, servername: 'localhost' });
    await secured;
    const closed = [once(silent, 'close'), once(shaken, 'close')];
    silent.resume();
    shaken.resume();
    await server.close();
    await Promise.all(closed);
  });
});

suite("a caller's address", () => {
  const forwarded = '203.0.113.7, 198.51.100.2';
  const cases: [trustProxy: boolean | number | string[], address: string][] = [
    [false, '127.0.0.1'],
    [true, '203.0.113.7'],
    [1, '198.51.100.2'],
    [['127.0.0.1', '198.51.100.0/24'], '203.0.113.7'],
    [['192.0.2.0/24'], '127.0.0.1'],
  ];
  for (const [trustProxy, address] of cases) {
    test(`is ${address} when it is ${JSON.stringify(trustProxy)} that is believed`, async () => {
      const { post, told } = recordingRelay({ options: { trustProxy } });
      await post(message, { 'x-forwarded-for': forwarded });
      const answered = told.find(({ event }) => event === 'requestAnswered');
      assert.equal(Reflect.get(answered?.facts ?? {}, 'address'), address);
    });
  }
});
