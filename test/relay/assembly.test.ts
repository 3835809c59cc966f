/** What a caller is told, and when: the outcome, that the relay keeps it, or why it does not. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { failure } from '../../src/domain/failure.ts';
import { HOUR, MINUTE, NOW, routeWith } from './places.ts';
import { codeOf, gate, refusing, relayInMemory, taking } from './relay-in-memory.ts';

const waiting = { wait: 30_000 };

suite('a caller who waits', () => {
  test('is told that Exchange Online took the message, once that is on disk', async (t) => {
    const { send, found, told } = await relayInMemory(t);
    const outcome = await send({}, waiting);
    assert.equal(outcome.kind, 'submitted');
    assert.equal(outcome.submission.reply?.code, 250);
    assert.deepEqual(await found(outcome.submission.id), outcome.submission);
    assert.deepEqual(
      told('submissionFinished').map(({ status }) => status),
      ['submitted'],
    );
  });

  for (const code of ['message-content-invalid', 'send-as-denied', 'smtp-auth-unsuccessful'] as const) {
    test(`is told why it was refused (${code}), and nothing follows`, async (t) => {
      const { send, exchange, found, pass } = await relayInMemory(t);
      exchange.answer = refusing(code);
      const outcome = await send({}, waiting);
      assert.equal(codeOf(outcome), code);
      assert.equal((await found(outcome.submission.id)).status, 'failed');
      exchange.answer = taking;
      await pass(HOUR, MINUTE);
      assert.equal(exchange.transactions.length, 1);
    });
  }

  test('is told of a secret that has expired', async (t) => {
    const { send, entra } = await relayInMemory(t);
    entra.refusal = 'entra-client-secret-expired';
    assert.equal(codeOf(await send({}, waiting)), 'entra-client-secret-expired');
  });

  test('is told 202 when its patience is over, and the submission goes on', async (t) => {
    const { send, exchange, found, pass, relay } = await relayInMemory(t);
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await taking(transaction);
    };
    const sending = send({}, waiting);
    await pass(30_000);
    const outcome = await sending;
    assert.equal(outcome.kind, 'pending');
    assert.equal(outcome.submission.status, 'sending');
    assert.equal(relay.figures.underWay, 1);
    open();
    await pass(0);
    assert.equal((await found(outcome.submission.id)).status, 'submitted');
  });

  test('who was told 202 meanwhile is not failed for a cause that all share', async (t) => {
    const { send, exchange, found, pass } = await relayInMemory(t);
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await refusing('smtp-auth-unsuccessful')(transaction);
    };
    const sending = send({}, waiting);
    await pass(30_000);
    open();
    await pass(0);
    const held = await found((await sending).submission.id);
    assert.equal(held.status, 'deferred');
    assert.equal(held.lastFailure?.code, 'smtp-auth-unsuccessful');
  });

  test('is told 202 at once where the next attempt lies beyond its patience', async (t) => {
    const { send, exchange } = await relayInMemory(t);
    exchange.answer = refusing('recipient-mailbox-full');
    const outcome = await send({}, waiting);
    assert.equal(outcome.kind, 'pending');
    assert.equal(outcome.submission.status, 'deferred');
    assert.equal(outcome.submission.lastFailure?.code, 'recipient-mailbox-full');
    assert.equal(outcome.submission.nextAttemptAt, NOW + 4 * HOUR);
  });

  test('hears the outcome of the second attempt where that falls within its patience', async (t) => {
    const { send, exchange, pass } = await relayInMemory(t);
    exchange.answer = refusing('smtp-temporary-server-error', 5);
    const sending = send({}, waiting);
    await pass(1_000);
    exchange.answer = taking;
    await pass(20_000, 1_000);
    const outcome = await sending;
    assert.equal(outcome.kind, 'submitted');
    assert.equal(outcome.submission.attemptCount, 2);
  });

  test('is told 202 at once for what is scheduled', async (t) => {
    const { send, exchange, pass } = await relayInMemory(t);
    const outcome = await send({ scheduledAt: NOW + HOUR }, waiting);
    assert.equal(outcome.kind, 'pending');
    assert.equal(outcome.submission.nextAttemptAt, NOW + HOUR);
    await pass(HOUR - 1);
    assert.equal(exchange.transactions.length, 0);
    await pass(1);
    assert.equal(exchange.transactions.length, 1);
  });

  test('is told 202 as soon as a pause makes it pointless to wait', async (t) => {
    const { send, exchange, settle } = await relayInMemory(t, { routes: [routeWith({ maxConnections: 1 })] });
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await refusing('smtp-auth-unsuccessful')(transaction);
    };
    const first = send({}, waiting);
    const second = send({}, waiting);
    await settle();
    open();
    assert.equal(codeOf(await first), 'smtp-auth-unsuccessful');
    const outcome = await second;
    assert.equal(outcome.kind, 'pending');
    assert.equal(outcome.submission.lastFailure?.code, 'smtp-auth-unsuccessful');
    assert.equal(outcome.submission.nextAttemptAt, NOW + MINUTE);
  });

  test('is told 202 as soon as Exchange Online has said that the minute is used up', async (t) => {
    const { send, exchange, settle } = await relayInMemory(t, { routes: [routeWith({ maxConnections: 1 })] });
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await refusing('concurrent-connections-limit')(transaction);
    };
    const both = [send({}, waiting), send({}, waiting)];
    await settle();
    open();
    for (const outcome of await Promise.all(both)) assert.equal(outcome.kind, 'pending');
  });

  test('is told 202 at once where the budget leaves no room in time', async (t) => {
    const { send, exchange } = await relayInMemory(t, { routes: [routeWith({ messagesPerMinute: 2 })] });
    for (let count = 0; count < 2; count += 1) assert.equal((await send({}, waiting)).kind, 'submitted');
    const outcome = await send({}, waiting);
    assert.equal(outcome.kind, 'pending');
    assert.equal(outcome.submission.status, 'queued');
    assert.equal(outcome.submission.nextAttemptAt, NOW + MINUTE);
    assert.equal(exchange.transactions.length, 2);
  });

  test('waits for a budget that has room within its patience', async (t) => {
    const { send, pass } = await relayInMemory(t, { routes: [routeWith({ messagesPerMinute: 1 })] });
    await send({}, waiting);
    await pass(40_000);
    const sending = send({}, waiting);
    await pass(20_000);
    assert.equal((await sending).kind, 'submitted');
  });

  test('is told 504 where the connection broke after the final dot', async (t) => {
    const { send, exchange, found } = await relayInMemory(t);
    exchange.answer = refusing('submission-in-doubt');
    const outcome = await send({}, waiting);
    assert.equal(codeOf(outcome), 'submission-in-doubt');
    assert.equal((await found(outcome.submission.id)).status, 'in-doubt');
  });

  test('is told of each recipient', async (t) => {
    const { send, exchange } = await relayInMemory(t);
    exchange.answer = async (transaction) => ({
      ...(await taking(transaction)),
      accepted: ['jane@fabrikam.example'],
      rejected: [{ recipient: 'john@fabrikam.example', failure: failure('recipient-not-found') }],
    });
    const outcome = await send({ to: ['jane@fabrikam.example', 'john@fabrikam.example'] }, waiting);
    assert.equal(outcome.kind, 'submitted');
    assert.deepEqual(
      outcome.submission.recipients.map(({ state }) => state),
      ['accepted', 'rejected'],
    );
  });
});

suite('a caller who does not wait', () => {
  test('is told 202 when the message is on disk, and hears of composition and acceptance before', async (t) => {
    const { send, outbox, found, pass } = await relayInMemory(t);
    const told: string[] = [];
    const composed = () => void told.push(`composed ${outbox.fill.submissions}`);
    const held = () => void told.push(`held ${outbox.fill.submissions}`);
    const outcome = await send({}, { composed, held });
    assert.deepEqual(told, ['composed 0', 'held 1']);
    assert.equal(outcome.kind, 'pending');
    await pass(0);
    assert.equal((await found(outcome.submission.id)).status, 'submitted');
  });

  test('is told why where the outbox holds nothing', async (t) => {
    const { send, outbox, exchange } = await relayInMemory(t);
    outbox.isFailing = true;
    await assert.rejects(send(), /outbox-unavailable/);
    await assert.rejects(send({}, waiting), /outbox-unavailable/);
    outbox.isFailing = false;
    assert.equal(exchange.transactions.length, 0);
    assert.equal(outbox.fill.submissions, 0);
  });
});

suite('a relay that stops', () => {
  test('answers who waits for what has not begun, finishes what runs, and begins nothing', async (t) => {
    const { send, relay, exchange, found, settle } = await relayInMemory(t, {
      routes: [routeWith({ maxConnections: 1 })],
    });
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await taking(transaction);
    };
    const running = send({ subject: 'running' }, waiting);
    const queued = send({ subject: 'queued' }, waiting);
    const only = send({ subject: 'only now', retry: false }, waiting);
    await settle();
    relay.stop();
    assert.equal((await queued).kind, 'pending');
    assert.equal(codeOf(await only), 'shutting-down');
    let isSettled = false;
    const settled = relay.settled().then(() => {
      isSettled = true;
    });
    await settle();
    assert.equal(isSettled, false);
    open();
    assert.equal((await running).kind, 'submitted');
    await settled;
    assert.equal((await found((await queued).submission.id)).status, 'queued');
    assert.deepEqual(exchange.subjects, ['running']);
  });

  test('answers with 202 what fails while it stops', async (t) => {
    const { send, relay, exchange, settle } = await relayInMemory(t);
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await refusing('connection-reset')(transaction);
    };
    const running = send({}, waiting);
    await settle();
    relay.stop();
    open();
    assert.equal((await running).kind, 'pending');
    await relay.settled();
  });
});
