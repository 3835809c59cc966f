/** What never reaches a route is answered as a problem all the same; spoken over a bare socket, since no HTTP client would. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { recordingRelay } from './recording-relay.ts';

/** A listening server, and a socket on it. */
async function connected(options: Parameters<typeof recordingRelay>[0] = {}) {
  const relay = recordingRelay(options);
  const url = new URL(await relay.server.listen({ host: '127.0.0.1', port: 0 }));
  const accepted: Promise<Socket[]> = once(relay.server.server, 'connection');
  const socket = connect(Number(url.port), url.hostname);
  const [peer] = await accepted;
  assert.ok(peer);
  return { ...relay, socket, peer };
}

/** The answer on a socket that the server then closes. */
async function answerOn(socket: Socket): Promise<{ status: number; head: string; problem: Record<string, unknown> }> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n', 2);
  return { status: Number(head.split(' ')[1]), head, problem: JSON.parse(body) };
}

describe('a request that no route sees', () => {
  test('is answered 400 when it is not HTTP', async () => {
    const { server, socket } = await connected();
    socket.write('EHLO contoso.example\r\n\r\n');
    const { status, head, problem } = await answerOn(socket);
    assert.equal(status, 400);
    assert.match(head, /content-type: application\/problem\+json/i);
    assert.equal(problem.code, 'invalid-request');
    assert.match(String(problem.detail), /not an HTTP request/);
    await server.close();
  });

  test('is answered 400 when its header is too large', async () => {
    const { server, socket } = await connected();
    socket.write(`POST /send HTTP/1.1\r\nHost: relay\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`);
    const { status, problem } = await answerOn(socket);
    assert.equal(status, 400);
    assert.match(String(problem.detail), /header of the request is too large/);
    await server.close();
  });

  test('is answered 408 when it does not arrive in time', async () => {
    const { server, socket } = await connected({ requestTimeout: 40 });
    socket.write('POST /send HTTP/1.1\r\nHost: relay\r\n');
    const { status, problem } = await answerOn(socket);
    assert.equal(status, 408);
    assert.equal(problem.code, 'request-timeout');
    assert.equal(problem.retryable, true);
    await server.close();
  });

  test('is answered 503 when it ends after the server has begun to stop', async () => {
    const { server, socket, peer, key } = await connected();
    socket.write(`POST /send HTTP/1.1\r\nHost: relay\r\nAuthorization: Bearer ${key}\r\n`);
    while (peer.bytesRead === 0) await setImmediate();
    const closed = server.close();
    socket.write('Content-Length: 0\r\n\r\n');
    const { status, head, problem } = await answerOn(socket);
    await closed;
    assert.equal(status, 503);
    assert.match(head, /retry-after: 10/i);
    assert.match(head, /connection: close/i);
    assert.equal(problem.code, 'shutting-down');
  });
});
