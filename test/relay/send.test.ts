/** A request with an Idempotency-Key is carried out once, and answered again as it is now. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { unknownAcceptance } from '../../src/adapters/outbox/outbox-failures.ts';
import { clientWith } from '../domain/clients.ts';
import { failureOf } from '../failure-of.ts';
import { DAY, MINUTE } from './places.ts';
import { codeOf, gate, refusing, relayInMemory, taking } from './relay-in-memory.ts';

const claim = { key: 'order-4711', bodySha256: 'a' };
const waiting = { wait: 30_000, claim };

suite('a repeated request', () => {
  test('is answered with the receipt of the first', async (t) => {
    const { send, exchange } = await relayInMemory(t);
    const first = await send({}, waiting);
    const again = await send({}, waiting);
    assert.equal(first.replayed, false);
    assert.deepEqual(again, { ...first, replayed: true });
    assert.equal(exchange.transactions.length, 1);
  });

  test('is answered with the present state of what was 202', async (t) => {
    const { send, exchange, pass } = await relayInMemory(t);
    exchange.answer = refusing('smtp-temporary-server-error');
    const first = await send({}, { claim });
    await pass(0);
    const again = await send({}, waiting);
    assert.equal(again.kind, 'pending');
    assert.equal(again.replayed, true);
    assert.equal(again.submission.status, 'deferred');
    exchange.answer = taking;
    await pass(MINUTE, 1_000);
    const last = await send({}, { claim });
    assert.equal(last.kind, 'submitted');
    assert.equal(last.submission.id, first.submission.id);
  });

  test('with another body is refused', async (t) => {
    const { send, exchange } = await relayInMemory(t);
    await send({}, waiting);
    const other = { wait: 0, claim: { ...claim, bodySha256: 'b' } };
    assert.equal((await failureOf(send({}, other))).code, 'idempotency-key-reused');
    assert.equal(exchange.transactions.length, 1);
  });

  test('is refused as long as the first one runs, and then answered', async (t) => {
    const { send, exchange, settle } = await relayInMemory(t);
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await taking(transaction);
    };
    const first = send({}, waiting);
    await settle();
    assert.equal((await failureOf(send({}, waiting))).code, 'idempotency-key-in-use');
    const other = { wait: 0, claim: { ...claim, bodySha256: 'b' } };
    assert.equal((await failureOf(send({}, other))).code, 'idempotency-key-reused');
    open();
    await first;
    assert.equal((await send({}, waiting)).replayed, true);
  });

  test('of two that come at the same instant one is carried out', async (t) => {
    const { send, exchange } = await relayInMemory(t);
    const both = await Promise.allSettled([send({}, waiting), send({}, waiting)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal(exchange.transactions.length, 1);
  });

  test('of another client is another request', async (t) => {
    const { send, exchange } = await relayInMemory(t);
    await send({}, waiting);
    const other = await send({ client: clientWith({ name: 'shop' }) }, waiting);
    assert.equal(other.replayed, false);
    assert.equal(exchange.transactions.length, 2);
  });
});

suite('an answer that proves that nothing was submitted', () => {
  for (const code of ['message-content-invalid', 'smtp-auth-unsuccessful'] as const) {
    test(`frees the key (${code}), so that a cured cause can be repeated`, async (t) => {
      const { send, exchange, pass } = await relayInMemory(t);
      exchange.answer = refusing(code);
      assert.equal(codeOf(await send({}, waiting)), code);
      exchange.answer = taking;
      await pass(MINUTE);
      const again = await send({}, waiting);
      assert.equal(again.kind, 'submitted');
      assert.equal(again.replayed, false);
    });
  }

  test('is given once where the failure came after a 202, and then the key is free', async (t) => {
    const { send, exchange, settle } = await relayInMemory(t);
    exchange.answer = refusing('message-content-invalid');
    await send({}, { claim });
    await settle();
    const told = await send({}, waiting);
    assert.equal(codeOf(told), 'message-content-invalid');
    assert.equal(told.replayed, true);
    exchange.answer = taking;
    assert.equal((await send({}, waiting)).kind, 'submitted');
  });

  test('frees the key also where the message was not accepted at all', async (t) => {
    const { send } = await relayInMemory(t);
    await failureOf(send({ to: [] }, waiting));
    assert.equal((await send({}, waiting)).kind, 'submitted');
  });

  test('frees the key of what is not kept', async (t) => {
    const { send, exchange } = await relayInMemory(t);
    exchange.answer = refusing('smtp-temporary-server-error');
    assert.equal(codeOf(await send({ retry: false }, waiting)), 'smtp-temporary-server-error');
    exchange.answer = taking;
    assert.equal((await send({}, waiting)).kind, 'submitted');
  });
});

suite('a key', () => {
  test('stays with what is in doubt', async (t) => {
    const { send, exchange } = await relayInMemory(t);
    exchange.answer = refusing('submission-in-doubt');
    await send({}, waiting);
    exchange.answer = taking;
    const again = await send({}, waiting);
    assert.equal(codeOf(again), 'submission-in-doubt');
    assert.equal(again.replayed, true);
    assert.equal(exchange.transactions.length, 1);
  });

  test('lives for a day', async (t) => {
    const { send, exchange, pass } = await relayInMemory(t);
    await send({}, waiting);
    await pass(DAY - MINUTE, 60 * MINUTE);
    assert.equal((await send({}, waiting)).replayed, true);
    await pass(60 * MINUTE, 10 * MINUTE);
    assert.equal((await send({}, waiting)).replayed, false);
    assert.equal(exchange.transactions.length, 2);
  });
});

suite('a message of which nobody knows whether it is held', () => {
  for (const isHeld of [true, false]) {
    test(`is ${isHeld ? '' : 'not '}submitted when it is ${isHeld ? '' : 'not '}held`, async (t) => {
      const { send, outbox, exchange, relay, settle } = await relayInMemory(t);
      const enqueue = outbox.enqueue.bind(outbox);
      outbox.enqueue = async (entry) => {
        outbox.enqueue = enqueue;
        if (isHeld) await enqueue(entry);
        throw unknownAcceptance(new Error('the thread has ended'));
      };
      assert.equal((await failureOf(send({}, waiting))).code, 'acceptance-unknown');
      await settle();
      assert.equal(exchange.transactions.length, isHeld ? 1 : 0);
      assert.equal(relay.figures.byStatus.queued.count, 0);
      const again = await send({}, waiting);
      assert.equal(again.kind, 'submitted');
      assert.equal(again.replayed, isHeld);
      assert.equal(exchange.transactions.length, 1);
    });
  }
});
