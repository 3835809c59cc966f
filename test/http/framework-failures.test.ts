/** What never reaches a route is answered as a problem all the same; spoken over a bare socket, since no HTTP client would. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { dialogue, sendRequest } from './raw-socket.ts';
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

  const spoken: [what: string, request: string, status: number, code: string][] = [
    ['has no Host', 'POST /send HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'invalid-request'],
    ['expects what nobody knows', 'POST /send HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n', 400, 'invalid-request'],
    ['takes the relay for a proxy', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 405, 'method-not-allowed'],
    ['has a URL that cannot be decoded', 'GET /%E0%A4%A HTTP/1.1\r\nHost: a\r\n\r\n', 404, 'not-found'],
    ['is HTTP/2 without a word before', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'invalid-request'],
    ['is HTTP/1.0 without a key', 'POST /send HTTP/1.0\r\n\r\n', 401, 'unauthenticated'],
    ['has a method that nobody knows', 'BREW /send HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'invalid-request'],
    [
      'has two lengths',
      'POST /send HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'invalid-request',
    ],
    [
      'would be another protocol',
      'GET /send HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n',
      405,
      'method-not-allowed',
    ],
  ];
  for (const [what, request, status, code] of spoken) {
    test(`is answered as a problem when it ${what}`, { timeout: 5_000 }, async () => {
      await using talk = await dialogue();
      talk.socket.write(request);
      const [answer, ...more] = await talk.answers;
      assert.equal(answer?.status, status);
      assert.match(answer.head, /^content-type: application\/problem\+json/im);
      assert.match(answer.head, /^x-request-id: 01J/im);
      assert.equal(answer.body.code, code);
      assert.deepEqual(more, []);
    });
  }

  const cut: Record<string, string> = {
    'in its header': 'POST /send HTTP/1.1\r\nHost:',
    'in a chunk of its body': 'POST /send HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a',
  };
  for (const [where, request] of Object.entries(cut)) {
    test(`is answered 400 or 401 when it is cut ${where}`, { timeout: 5_000 }, async () => {
      await using talk = await dialogue();
      talk.socket.end(request);
      const [answer] = await talk.answers;
      assert.ok(answer && [400, 401].includes(answer.status));
      assert.match(answer.head, /^content-type: application\/problem\+json/im);
    });
  }

  test('is answered 400 when its chunks are none, with a key', { timeout: 5_000 }, async () => {
    await using talk = await dialogue();
    const head = sendRequest(talk.key, '').replace('Content-Length: 0', 'Transfer-Encoding: chunked');
    talk.socket.write(`${head}zz\r\n`);
    const [answer] = await talk.answers;
    assert.equal(answer?.status, 400);
    assert.equal(answer.body.code, 'invalid-request');
    assert.deepEqual(talk.submissions, []);
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
