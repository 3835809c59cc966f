/** `"retry": false`: one attempt now or a refusal, and nothing is kept of what was not submitted. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { clientWith } from '../domain/clients.ts';
import { HOUR, MINUTE, routeWith } from './places.ts';
import { codeOf, gate, refusing, relayInMemory, taking } from './relay-in-memory.ts';

const waiting = { wait: 30_000 };
const once = { retry: false };

suite('a message with a single attempt', () => {
  test('is submitted and kept like any other', async (t) => {
    const { send, found } = await relayInMemory(t);
    const outcome = await send(once, waiting);
    assert.equal(outcome.kind, 'submitted');
    assert.equal((await found(outcome.submission.id)).status, 'submitted');
  });

  for (const code of ['smtp-temporary-server-error', 'connection-refused', 'message-content-invalid'] as const) {
    test(`is gone after ${code}, and its caller is told`, async (t) => {
      const { send, exchange, kept, relay, pass } = await relayInMemory(t);
      exchange.answer = refusing(code);
      assert.equal(codeOf(await send(once, waiting)), code);
      assert.equal(await kept(), 0);
      await pass(HOUR, MINUTE);
      assert.equal(exchange.transactions.length, 1);
      assert.equal(relay.figures.byStatus.failed.count, 0);
    });
  }

  test('is refused at once where the budget has no room in time, and says when it has', async (t) => {
    const { send, kept } = await relayInMemory(t, { routes: [routeWith({ messagesPerMinute: 1 })] });
    await send({}, waiting);
    const outcome = await send(once, waiting);
    assert.ok(outcome.kind === 'failed');
    assert.equal(outcome.failure.code, 'mailbox-paced');
    assert.equal(outcome.failure.retryAfter, 60);
    assert.equal(await kept(), 1);
  });

  test('is refused at once where its mailbox pauses, and says for what', async (t) => {
    const { send, exchange, kept } = await relayInMemory(t);
    exchange.answer = refusing('smtp-auth-unsuccessful');
    await send(once, waiting);
    const outcome = await send(once, waiting);
    assert.ok(outcome.kind === 'failed');
    assert.equal(outcome.failure.code, 'mailbox-paused');
    assert.match(
      outcome.failure.detail ?? '',
      /^The mailbox billing@contoso\.example pauses after smtp-auth-unsuccessful\.$/,
    );
    assert.equal(outcome.failure.retryAfter, 60);
    assert.equal(exchange.transactions.length, 1);
    assert.equal(await kept(), 0);
  });

  test('is withdrawn when the patience of its caller is over before its turn comes', async (t) => {
    const { send, exchange, kept, pass } = await relayInMemory(t, { routes: [routeWith({ maxConnections: 1 })] });
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await taking(transaction);
    };
    await send();
    const sending = send(once, waiting);
    await pass(30_000);
    assert.equal(codeOf(await sending), 'mailbox-paced');
    open();
    await pass(0);
    assert.equal(exchange.transactions.length, 1);
    assert.equal(await kept(), 1);
  });

  test('is awaited to its end once its attempt has begun', async (t) => {
    const { send, exchange, pass } = await relayInMemory(t);
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await taking(transaction);
    };
    const sending = send(once, waiting);
    await pass(10 * MINUTE, MINUTE);
    open();
    assert.equal((await sending).kind, 'submitted');
  });

  test('is kept in doubt where nobody knows, and not repeated', async (t) => {
    const { send, exchange, found, pass } = await relayInMemory(t, { use: { inDoubt: 'repeat' } });
    exchange.answer = refusing('submission-in-doubt');
    const outcome = await send(once, waiting);
    assert.equal(codeOf(outcome), 'submission-in-doubt');
    assert.equal((await found(outcome.submission.id)).status, 'in-doubt');
    await pass(HOUR, MINUTE);
    assert.equal(exchange.transactions.length, 1);
  });

  test('is answered also where it cannot be forgotten, and is forgotten as soon as it can', async (t) => {
    const { send, exchange, outbox, kept, pass } = await relayInMemory(t);
    exchange.answer = refusing('message-content-invalid');
    outbox.failing.add('forget');
    assert.equal(codeOf(await send(once, waiting)), 'message-content-invalid');
    assert.equal(await kept(), 1);
    outbox.failing.clear();
    await pass(5_000, 100);
    assert.equal(await kept(), 0);
  });

  test('that could not be forgotten is forgotten later, and repeated only then', async (t) => {
    const { send, outbox, kept, pass } = await relayInMemory(t, { routes: [routeWith({ messagesPerMinute: 1 })] });
    const keyed = { ...waiting, claim: { key: 'k', bodySha256: 'a' } };
    await send({}, waiting);
    outbox.failing.add('forget');
    assert.equal(codeOf(await send(once, keyed)), 'mailbox-paced');
    await assert.rejects(send(once, keyed), /idempotency-key-in-use/);
    outbox.failing.clear();
    await pass(MINUTE, 100);
    assert.equal(await kept(), 1);
    assert.equal((await send(once, keyed)).kind, 'submitted');
  });

  test('is kept once an operator has had it tried again', async (t) => {
    const { send, relay, exchange, found, pass } = await relayInMemory(t);
    exchange.answer = refusing('submission-in-doubt');
    const { id } = (await send(once, waiting)).submission;
    exchange.answer = refusing('smtp-temporary-server-error');
    await relay.submissions.retry(id, clientWith());
    await pass(0);
    assert.equal((await found(id)).status, 'deferred');
    exchange.answer = taking;
    await pass(HOUR, MINUTE);
    assert.equal((await found(id)).status, 'submitted');
  });

  test('cannot be asked for later, or with nobody to be told', async (t) => {
    const { send, kept } = await relayInMemory(t);
    await assert.rejects(send(once), /schedule-invalid/);
    assert.equal(await kept(), 0);
  });
});
