/** What does not fit waits at the door, unread, in order of arrival, and not for ever. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { FailureError } from '../../src/domain/failure.ts';
import { BodyGate } from '../../src/http/body-gate.ts';
import { submitted } from './outcomes.ts';
import { dialogue, sendRequest } from './raw-socket.ts';
import { type Deliver, message, recordingRelay } from './recording-relay.ts';

const place = () => ({ held: 0 });
const refusedWith = (code: string) => (error: unknown) => error instanceof FailureError && error.failure.code === code;

suite('the gate', () => {
  test('lets in what fits, and the next in order as soon as there is room', async () => {
    const gate = new BodyGate(10);
    const [first, second, third, fourth] = [place(), place(), place(), place()];
    assert.equal(gate.enter(first, 6), null);
    const order: string[] = [];
    const waits = [
      gate.enter(second, 8)?.then(() => order.push('second')),
      gate.enter(third, 1)?.then(() => order.push('third')),
      gate.enter(fourth, 5)?.then(() => order.push('fourth')),
    ];
    assert.equal(gate.waiting, 3);
    gate.leave(first);
    await Promise.all(waits.slice(0, 2));
    assert.deepEqual(order, ['second', 'third']);
    gate.leave(second);
    await waits[2];
    assert.equal(gate.inFlight, 6);
  });

  test('lets a body that is larger than the gate pass alone', async () => {
    const gate = new BodyGate(10);
    const [small, large] = [place(), place()];
    gate.enter(small, 1);
    const waits = gate.enter(large, 30);
    assert.ok(waits);
    gate.leave(small);
    await waits;
    assert.equal(gate.inFlight, 30);
    const refused = assert.rejects(gate.enter(place(), 1) ?? Promise.resolve(), refusedWith('shutting-down'));
    gate.close();
    await refused;
  });

  test('lets a body that grows before those at the door', async () => {
    const gate = new BodyGate(10);
    const [growing, other, atDoor] = [place(), place(), place()];
    gate.enter(growing, 4);
    gate.enter(other, 6);
    const refused = assert.rejects(gate.enter(atDoor, 10) ?? Promise.resolve(), refusedWith('shutting-down'));
    const grows = gate.enter(growing, 3);
    gate.leave(other);
    await grows;
    assert.equal(growing.held, 7);
    gate.close();
    await refused;
  });

  test('refuses who has waited for too long, and forgets who has gone', async () => {
    const gate = new BodyGate(10, 20);
    const [inside, gone] = [place(), place()];
    gate.enter(inside, 10);
    const left = assert.rejects(gate.enter(gone, 5) ?? Promise.resolve(), FailureError);
    gate.leave(gone);
    await left;
    await assert.rejects(gate.enter(place(), 5) ?? Promise.resolve(), refusedWith('relay-busy'));
    assert.equal(gate.waiting, 0);
    gate.leave(inside);
    gate.leave(inside);
    assert.equal(gate.inFlight, 0);
  });
});

suite('a body that was refused at the door', () => {
  test('lets those pass that waited behind it and fit', async () => {
    const gate = new BodyGate(10, 20);
    gate.enter(place(), 8);
    const refused = assert.rejects(gate.enter(place(), 5) ?? Promise.resolve(), refusedWith('relay-busy'));
    // Later, so that its own patience is not what ends its waiting.
    await turn();
    const small = place();
    const waits = gate.enter(small, 2);
    await refused;
    await waits;
    assert.equal(small.held, 2);
    assert.equal(gate.waiting, 0);
  });
});

suite('the server', () => {
  const body = JSON.stringify(message);
  /** Deliveries that go on until the test is over. */
  const held = (t: TestContext): Deliver => {
    const over = Promise.withResolvers<void>();
    t.after(() => over.resolve());
    return async (submission) => {
      await over.promise;
      return submitted(submission);
    };
  };
  const headers = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });

  test('answers 503 with Retry-After to a body that found no room, and has not read it', {
    timeout: 5_000,
  }, async (t) => {
    const options = { maxBodyBytesInFlight: body.length, bodyPatience: 20 };
    const talk = await dialogue({ deliver: held(t), options });
    t.after(() => void talk.server.close());
    const url = `http://127.0.0.1:${talk.port}/send`;
    talk.socket.write(sendRequest(talk.key, body));
    while (talk.submissions.length === 0) await turn();
    const response = await fetch(url, { method: 'POST', headers: headers(talk.key), body });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '5');
    assert.equal(Reflect.get(Object(await response.json()), 'code'), 'relay-busy');
  });

  test('makes room when the answer is finished', { timeout: 5_000 }, async () => {
    await using talk = await dialogue({ options: { maxBodyBytesInFlight: body.length } });
    const post = () =>
      fetch(`http://127.0.0.1:${talk.port}/send`, { method: 'POST', headers: headers(talk.key), body });
    const statuses = (await Promise.all([post(), post(), post()])).map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200, 200]);
  });

  test('keeps the room of a message whose caller has gone until it is submitted', { timeout: 5_000 }, async (t) => {
    const over = Promise.withResolvers<void>();
    const options = { maxBodyBytesInFlight: body.length };
    const talk = await dialogue({
      options,
      deliver: async (submission) => {
        if (talk.submissions.length === 1) await over.promise;
        return submitted(submission);
      },
    });
    t.after(() => void talk.server.close());
    talk.socket.write(sendRequest(talk.key, body));
    while (talk.submissions.length === 0) await turn();
    const waits = fetch(`http://127.0.0.1:${talk.port}/send`, { method: 'POST', headers: headers(talk.key), body });
    const closed = new Promise((resolve) => talk.peer.once('close', resolve));
    talk.socket.resetAndDestroy();
    await closed;
    for (let turns = 0; turns < 50; turns += 1) await turn();
    assert.equal(talk.submissions.length, 1);
    over.resolve();
    assert.equal((await waits).status, 200);
  });

  test('makes room as soon as the message is on disk, whether or not its caller still waits', {
    timeout: 5_000,
  }, async (t) => {
    const over = Promise.withResolvers<void>();
    t.after(() => over.resolve());
    const talk = await dialogue({
      options: { maxBodyBytesInFlight: body.length },
      deliver: async (submission, { held }) => {
        if (talk.submissions.length > 1) return submitted(submission);
        held?.();
        await over.promise;
        return submitted(submission);
      },
    });
    t.after(() => void talk.server.close());
    talk.socket.write(sendRequest(talk.key, body));
    while (talk.submissions.length === 0) await turn();
    const url = `http://127.0.0.1:${talk.port}/send`;
    assert.equal((await fetch(url, { method: 'POST', headers: headers(talk.key), body })).status, 200);
  });

  test('frees the contents of attachments once the message is composed', async () => {
    const content = Buffer.alloc(300_000).toString('base64');
    const relay = recordingRelay({
      deliver: async (submission) => {
        assert.deepEqual(
          submission.request.message.attachments.map((attachment) => attachment.content.byteLength),
          [0],
        );
        return submitted(submission);
      },
    });
    const response = await relay.post({ ...message, attachments: [{ filename: 'a.bin', content }] });
    assert.equal(response.statusCode, 200);
  });

  test('lets a refused large body hold up nobody, even where its answer has to wait for another', {
    timeout: 10_000,
  }, async (t) => {
    const over = Promise.withResolvers<void>();
    const talk = await dialogue({
      deliver: async (submission) => {
        if (talk.submissions.length === 1) await over.promise;
        return submitted(submission);
      },
    });
    t.after(() => void talk.server.close());
    const large = (from: string) => JSON.stringify({ ...message, from, text: 'x'.repeat(300_000) });
    talk.socket.write(sendRequest(talk.key, body));
    while (talk.submissions.length === 0) await turn();
    talk.socket.write(sendRequest(talk.key, large('nobody')));
    const other = await fetch(`http://127.0.0.1:${talk.port}/send`, {
      method: 'POST',
      headers: headers(talk.key),
      body: large(message.from),
    });
    assert.equal(other.status, 200);
    over.resolve();
  });

  test('counts a body without a length as it arrives, up to the limit', { timeout: 5_000 }, async () => {
    await using talk = await dialogue({ options: { maxMessageBytes: 0 } });
    const head = sendRequest(talk.key, '').replace('Content-Length: 0', 'Transfer-Encoding: chunked');
    talk.socket.write(head);
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    for (let sent = 0; sent <= 16; sent++) talk.socket.write(chunk);
    const [answer] = await talk.answers;
    assert.equal(answer?.status, 413);
    assert.equal(answer.body.code, 'message-too-large');
  });

  test('takes a body without a length', { timeout: 5_000 }, async () => {
    await using talk = await dialogue();
    const head = sendRequest(talk.key, '').replace(
      'Content-Length: 0',
      'Transfer-Encoding: chunked\r\nConnection: close',
    );
    talk.socket.write(`${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    assert.deepEqual(
      (await talk.answers).map(({ status }) => status),
      [200],
    );
  });

  test('does not read what it has no room for', { timeout: 5_000 }, async (t) => {
    const options = { maxBodyBytesInFlight: body.length };
    const talk = await dialogue({ deliver: held(t), options });
    t.after(() => void talk.server.close());
    talk.socket.write(sendRequest(talk.key, body));
    while (talk.submissions.length === 0) await turn();
    const accepted = once(talk.server.server, 'connection');
    const large = connect({ host: '127.0.0.1', port: talk.port });
    const [peer] = await accepted;
    const head = sendRequest(talk.key, '').replace('Content-Length: 0', 'Content-Length: 30000000');
    large.write(head);
    large.write(Buffer.alloc(30_000_000));
    for (let turns = 0; turns < 200; turns++) await turn();
    assert.ok(peer.bytesRead < 2_000_000, `${peer.bytesRead} bytes were read`);
    large.destroy();
  });
});
