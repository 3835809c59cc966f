/** Whatever the server answers, it answers as a problem or a receipt, under the id of the request, and tells the events once. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Deliver, MAILBOX, message, type RecordingRelay, recordingRelay, route } from './recording-relay.ts';

const answers = ({ told }: RecordingRelay) =>
  told.flatMap(({ event, facts }) => (event === 'requestAnswered' ? [facts] : []));

suite('a path that does not exist', () => {
  const paths = ['/', '/sendd', '/send/', '/Send', '/send/batch', '/*', '//', '/send%00', `/${'x'.repeat(5_000)}`];
  for (const url of paths) {
    test(`is answered 404: ${url.slice(0, 20)}`, async () => {
      const { server } = recordingRelay();
      const response = await server.inject({ method: 'POST', url, payload: message });
      assert.equal(response.statusCode, 404);
      assert.equal(response.json().code, 'not-found');
      assert.match(response.json().detail, /POST \/send .*\/docs /);
    });
  }

  test('is answered 404 whatever its body is, which is not read', async () => {
    const { server } = recordingRelay();
    for (const [type, payload] of Object.entries({ 'application/json': '{', 'text/plain': 'x' })) {
      const headers = { 'content-type': type };
      const response = await server.inject({ method: 'POST', url: '/sendd', headers, payload });
      assert.equal(response.statusCode, 404);
    }
  });
});

suite('a method that the path does not take', () => {
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
    test(`is answered 405 with Allow: ${method}`, async () => {
      const { server } = recordingRelay();
      const response = await server.inject({
        method,
        url: '/send?a=b',
        headers: { 'content-type': 'application/json' },
      });
      assert.equal(response.statusCode, 405);
      assert.equal(response.headers.allow, 'POST');
      assert.equal(response.json().code, 'method-not-allowed');
      assert.match(response.json().detail, new RegExp(`^${method} `));
    });
  }

  test('is answered 405 without a body to HEAD', async () => {
    const { server } = recordingRelay();
    const response = await server.inject({ method: 'HEAD', url: '/send' });
    assert.equal(response.statusCode, 405);
    assert.equal(response.body, '');
  });
});

suite('a body over the limit', () => {
  const limit = route.maxMessageBytes + 1024 * 1024;

  test('is refused by its Content-Length', async () => {
    const { post, submissions } = recordingRelay();
    const response = await post('{', { 'content-length': String(limit + 1) });
    assert.equal(response.statusCode, 413);
    assert.equal(response.json().code, 'message-too-large');
    assert.equal(response.json().stage, 'request');
    assert.match(response.json().detail, /36 MiB/);
    assert.equal(submissions.length, 0);
  });

  test('is not refused by its Content-Length when it is just the limit', async () => {
    const { post } = recordingRelay();
    const response = await post('{', { 'content-length': String(limit) });
    assert.equal(response.statusCode, 400);
  });

  test('is refused for the composed message as well', async () => {
    const { post, submissions } = recordingRelay();
    const content = Buffer.alloc(route.maxMessageBytes * 0.745).toString('base64');
    assert.ok(content.length < limit, 'the body itself is within its limit');
    const response = await post({ ...message, attachments: [{ filename: 'a.bin', content }] });
    assert.equal(response.statusCode, 413);
    assert.deepEqual(
      response.json().errors.map(({ field }: { field: string }) => field),
      ['attachments'],
    );
    assert.equal(submissions.length, 0);
  });
});

suite('the request id', () => {
  for (const id of ['4711', randomUUID(), 'erp:order/4711@host+x=1_a.b', 'x'.repeat(128)]) {
    test(`of the caller is kept: ${id.slice(0, 30)}`, async () => {
      const relay = recordingRelay();
      const response = await relay.post(message, { 'x-request-id': id });
      assert.equal(response.headers['x-request-id'], id);
      assert.deepEqual(
        answers(relay).map((facts) => Reflect.get(facts, 'requestId')),
        [id],
      );
      assert.equal(relay.submissions[0]?.requestId, id);
    });
  }

  for (const id of ['', ' ', 'a b', 'x'.repeat(129), '<script>', '"', 'a;b', '{jndi}', 'ü', 'a\tb', '\u001b[31m']) {
    test(`of the caller is replaced: ${JSON.stringify(id).slice(0, 30)}`, async () => {
      const { post } = recordingRelay();
      const response = await post('{', { 'x-request-id': id });
      assert.match(String(response.headers['x-request-id']), /^01J\d{23}$/);
      assert.equal(response.json().request_id, response.headers['x-request-id']);
    });
  }

  test('stands in the answer to a path that does not exist, too', async () => {
    const { server } = recordingRelay();
    const response = await server.inject({ method: 'GET', url: '/', headers: { 'x-request-id': 'a' } });
    assert.equal(response.headers['x-request-id'], 'a');
    assert.equal(response.json().request_id, 'a');
  });
});

suite('a defect', () => {
  const secret = randomUUID();
  const defects: Record<string, Deliver> = {
    'an error': async () => {
      throw new TypeError(`token ${secret}`, { cause: new Error(secret) });
    },
    'an error with a status': async () => {
      throw Object.assign(new Error(secret), { statusCode: 418, code: 'FST_ERR_X' });
    },
    'an error thrown at once': () => {
      throw new Error(secret);
    },
    'a text': async () => {
      throw secret;
    },
  };
  for (const [what, deliver] of Object.entries(defects)) {
    test(`that throws ${what} is told once and tells the caller nothing`, async () => {
      const relay = recordingRelay({ deliver });
      const response = await relay.post(message, { 'x-request-id': 'a' });
      assert.equal(response.statusCode, 500);
      assert.equal(response.json().code, 'internal-error');
      assert.equal(`${response.body}${JSON.stringify(response.headers)}`.includes(secret), false);
      const broke = relay.told.flatMap(({ event, facts }) => (event === 'requestBroke' ? [facts] : []));
      assert.equal(broke.length, 1);
      assert.equal(Reflect.get(broke[0] ?? {}, 'requestId'), 'a');
      assert.ok(String(Reflect.get(broke[0] ?? {}, 'cause')).includes(secret));
    });
  }

  test('is not what a refused request is', async () => {
    const relay = recordingRelay();
    await relay.post('{');
    assert.equal(
      relay.told.some(({ event }) => event === 'requestBroke'),
      false,
    );
  });

  test('is not what a caller is that breaks off in the middle of its body', { timeout: 5_000 }, async () => {
    const relay = recordingRelay();
    const url = await relay.server.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
    const head = `POST /send HTTP/1.1\r\nHost: relay\r\nAuthorization: Bearer ${relay.key}\r\nContent-Type: application/json\r\n`;
    const arrived = once(relay.server.server, 'request');
    socket.write(`${head}Content-Length: 1000\r\n\r\n{"from":`);
    await arrived;
    await turn();
    socket.destroy();
    await relay.server.close();
    assert.deepEqual(relay.told, []);
  });
});

suite('an answer', () => {
  test('is told once, with client, route, status and failure', async () => {
    const relay = recordingRelay();
    await relay.post(message);
    await relay.post({ ...message, to: [] });
    const [ok, refused] = answers(relay).map((facts) => ({ ...facts, milliseconds: 0 }));
    const common = { client: 'erp', address: '127.0.0.1', method: 'POST', route: '/send', milliseconds: 0 };
    assert.deepEqual(ok, { ...common, requestId: '01J00000000000000000000001', status: 200, failure: null });
    assert.equal(Reflect.get(refused ?? {}, 'failure'), 'no-recipient');
    assert.equal(Reflect.get(refused ?? {}, 'status'), 422);
    assert.equal(answers(relay).length, 2);
  });

  test('is told without anything of the message but its size', async () => {
    const relay = recordingRelay();
    const [subject, text, name] = [randomUUID(), randomUUID(), randomUUID()];
    await relay.post({ ...message, subject, text, from: { address: MAILBOX, name } });
    const told = JSON.stringify(relay.told);
    for (const secret of [subject, text, name, relay.key]) assert.equal(told.includes(secret), false);
  });

  test('can be read in a terminal', async () => {
    const { post } = recordingRelay();
    for (const body of [message, {}]) assert.match((await post(body)).body, /^\{\n {2}"\w+": .*\n\}\n$/s);
  });
});

test('a URL that cannot be decoded is answered as a problem', async () => {
  const { server } = recordingRelay();
  const response = await server.inject({ method: 'GET', url: '/%E0%A4%A' });
  assert.match(String(response.headers['content-type']), /^application\/problem\+json/);
  assert.match(String(response.headers['x-request-id']), /^01J/);
});
