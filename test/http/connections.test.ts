/** A request that has arrived whole gets its own answer, whatever else comes over its connection. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { submitted } from './outcomes.ts';
import { dialogue, sendRequest } from './raw-socket.ts';
import { type Deliver, message } from './recording-relay.ts';

/** Deliveries that go on until they are let go. */
function heldDeliveries() {
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const deliver: Deliver = async (submission) => {
    begun.resolve();
    await go.promise;
    return submitted(submission);
  };
  return { deliver, begun: begun.promise, go: go.resolve };
}

const body = JSON.stringify(message);

suite('while a message is being submitted', () => {
  const strange: Record<string, string> = {
    'a NUL': '\0',
    'line breaks and a NUL': '\r\n\r\n\0',
    'what is no HTTP': 'EHLO contoso.example\r\n\r\n',
    'a header that never ends': `GET / HTTP/1.1\r\nX-Long: ${'x'.repeat(100_000)}`,
    'a body of another length': 'POST /send HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n',
  };
  for (const [what, bytes] of Object.entries(strange)) {
    test(`its receipt is not lost to ${what} behind it`, { timeout: 5_000 }, async () => {
      const held = heldDeliveries();
      await using talk = await dialogue({ deliver: held.deliver });
      const broken = new Promise((resolve) => talk.server.server.once('clientError', resolve));
      talk.socket.write(sendRequest(talk.key, body));
      await held.begun;
      talk.socket.write(bytes);
      await broken;
      held.go();
      const [receipt, ...more] = await talk.answers;
      assert.equal(receipt?.status, 200);
      assert.match(receipt.head, /^connection: close$/im);
      assert.equal(receipt.body.status, 'submitted');
      assert.deepEqual(more, []);
    });
  }

  test('its receipt is not lost to bytes that came along with it', { timeout: 5_000 }, async () => {
    const held = heldDeliveries();
    await using talk = await dialogue({ deliver: held.deliver });
    talk.socket.write(`${sendRequest(talk.key, body)}\0garbage`);
    await held.begun;
    held.go();
    assert.deepEqual(
      (await talk.answers).map(({ status }) => status),
      [200],
    );
  });

  test('its caller may close its half of the connection', { timeout: 5_000 }, async () => {
    const held = heldDeliveries();
    await using talk = await dialogue({ deliver: held.deliver });
    talk.socket.end(sendRequest(talk.key, body));
    await held.begun;
    held.go();
    assert.deepEqual(
      (await talk.answers).map(({ status }) => status),
      [200],
    );
  });

  test('a second request behind it is answered after it, and both before what is no request', {
    timeout: 5_000,
  }, async () => {
    const held = heldDeliveries();
    await using talk = await dialogue({ deliver: held.deliver });
    const broken = new Promise((resolve) => talk.server.server.once('clientError', resolve));
    talk.socket.write(`${sendRequest(talk.key, body)}${sendRequest(talk.key, '{}')}\0`);
    await broken;
    held.go();
    assert.deepEqual(
      (await talk.answers).map(({ status }) => status),
      [200, 400],
    );
  });

  test('its caller may go, and the message is submitted all the same', { timeout: 5_000 }, async () => {
    const held = heldDeliveries();
    await using talk = await dialogue({ deliver: held.deliver });
    talk.socket.write(sendRequest(talk.key, body));
    await held.begun;
    talk.socket.destroy();
    held.go();
    assert.equal(talk.submissions.length, 1);
  });
});
