/** What an attempt writes and when: the mark before the final dot, the outcome before anybody hears of it, again until it is written. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { failure } from '../../src/domain/failure.ts';
import { clientWith } from '../domain/clients.ts';
import { DAY, HOUR, MINUTE, routeWith, tenantWith } from './places.ts';
import { gate, refusing, relayInMemory, TroubledOutbox, taking } from './relay-in-memory.ts';

const waiting = { wait: 30_000 };

suite('the mark of an attempt', () => {
  test('is written before the final dot goes out', async (t) => {
    const outbox = new TroubledOutbox();
    const order: string[] = [];
    const mark = outbox.mark.bind(outbox);
    outbox.mark = async (id, at) => {
      await mark(id, at);
      order.push('marked');
    };
    const { send, exchange } = await relayInMemory(t, { outbox });
    exchange.answer = async (transaction) => {
      transaction.begun();
      await transaction.beforeFinalDot();
      order.push('final dot');
      return await taking(transaction);
    };
    await send({}, waiting);
    assert.deepEqual(order, ['marked', 'final dot']);
  });

  test('that cannot be written lets no final dot go out, and the message is tried again', async (t) => {
    const { acknowledged, outbox, exchange, found, pass, relay } = await relayInMemory(t);
    outbox.failing.add('mark');
    const id = await acknowledged();
    await pass(0);
    const deferred = await found(id);
    assert.equal(deferred.status, 'deferred');
    assert.equal(deferred.lastFailure?.code, 'outbox-unavailable');
    assert.deepEqual(relay.figures.lines.paused, { sender: 0, mailbox: 0, tenant: 0 });
    outbox.failing.clear();
    await pass(MINUTE, 1_000);
    assert.equal((await found(id)).status, 'submitted');
    assert.equal(exchange.transactions.length, 2);
  });
});

suite('the outcome of an attempt', () => {
  test('is told to nobody before it is written, and is written again until it can be', async (t) => {
    const { send, outbox, exchange, pass } = await relayInMemory(t);
    outbox.failing.add('record');
    let answered: string | null = null;
    const sending = send({}, waiting).then((outcome) => {
      answered = outcome.kind;
      return outcome;
    });
    await pass(10_000, 100);
    assert.equal(answered, null);
    outbox.failing.clear();
    await pass(5_000, 100);
    assert.equal((await sending).kind, 'submitted');
    assert.equal(exchange.transactions.length, 1);
  });

  test('that cannot be written for longer than its caller waits is 202, and no refusal follows', async (t) => {
    const { send, outbox, exchange, found, pass } = await relayInMemory(t);
    outbox.failing.add('record');
    exchange.answer = refusing('smtp-auth-unsuccessful');
    const sending = send({}, waiting);
    await pass(40_000, 100);
    const outcome = await sending;
    assert.equal(outcome.kind, 'pending');
    outbox.failing.clear();
    await pass(5_000, 100);
    assert.equal((await found(outcome.submission.id)).status, 'deferred');
  });

  test('that is being written when the patience of its caller ends is what the caller is told', async (t) => {
    const { send, outbox, exchange, pass } = await relayInMemory(t);
    const { opened, open } = gate();
    outbox.beforeRecord = () => opened;
    exchange.answer = refusing('smtp-auth-unsuccessful');
    const sending = send({}, waiting);
    await pass(31_000);
    open();
    const outcome = await sending;
    assert.equal(outcome.kind, 'failed');
    assert.equal(outcome.submission.status, 'failed');
  });

  test('that was written when the patience of its caller was over and is to be tried again is 202', async (t) => {
    const { send, outbox, exchange, pass } = await relayInMemory(t);
    const { opened, open } = gate();
    outbox.beforeRecord = () => opened;
    exchange.answer = refusing('smtp-temporary-server-error');
    const sending = send({}, waiting);
    await pass(31_000);
    open();
    const outcome = await sending;
    assert.equal(outcome.kind, 'pending');
    assert.equal(outcome.submission.status, 'deferred');
  });

  test('keeps no line waiting while it is written', async (t) => {
    const { acknowledged, outbox, exchange, settle } = await relayInMemory(t, {
      routes: [routeWith({ maxConnections: 1 })],
    });
    const { opened, open } = gate();
    outbox.beforeRecord = () => opened;
    for (let count = 0; count < 3; count += 1) await acknowledged();
    await settle();
    assert.equal(exchange.transactions.length, 3);
    open();
  });

  test('is given up when the relay is told so, and nobody waits for it any more', async (t) => {
    const { send, outbox, relay, pass } = await relayInMemory(t);
    outbox.failing.add('record');
    const sending = send({}, waiting);
    await pass(1_000, 100);
    relay.stop();
    relay.giveUp();
    assert.equal((await sending).kind, 'pending');
    await relay.settled();
  });

  test('drops the content of what was submitted, and keeps it of what failed for an operator', async (t) => {
    const { acknowledged, outbox, exchange, settle } = await relayInMemory(t);
    const submitted = await acknowledged();
    await settle();
    exchange.answer = refusing('message-content-invalid');
    const failed = await acknowledged();
    await settle();
    assert.equal((await outbox.load(submitted))?.content, null);
    assert.notEqual((await outbox.load(failed))?.content, null);
  });

  test('keeps no content where none is to be kept of what failed', async (t) => {
    const { acknowledged, outbox, exchange, settle } = await relayInMemory(t, {
      use: { retention: { records: DAY, contents: 0 } },
    });
    exchange.answer = refusing('message-content-invalid');
    const failed = await acknowledged();
    await settle();
    assert.equal((await outbox.load(failed))?.content, null);
  });
});

suite('a record that cannot be read when its turn comes', () => {
  test('is read again later, and pauses nothing', async (t) => {
    const { acknowledged, outbox, exchange, found, pass, relay } = await relayInMemory(t);
    exchange.answer = refusing('smtp-temporary-server-error');
    const id = await acknowledged();
    await pass(0);
    outbox.failing.add('load');
    exchange.answer = taking;
    await pass(2 * MINUTE, 1_000);
    assert.equal(exchange.transactions.length, 1);
    assert.equal((await relay.submissions.find(id, clientWith())).status, 'deferred');
    outbox.failing.clear();
    await pass(5_000, 1_000);
    assert.equal((await found(id)).status, 'submitted');
  });

  test('leaves its line when somebody has removed it', async (t) => {
    const { acknowledged, outbox, exchange, found, pass, relay } = await relayInMemory(t);
    exchange.answer = refusing('smtp-temporary-server-error');
    const id = await acknowledged();
    await pass(0);
    await outbox.forget(id, (await found(id)).revision);
    await pass(2 * MINUTE, 1_000);
    assert.equal(exchange.transactions.length, 1);
    assert.equal(relay.figures.byStatus.deferred.count, 0);
  });
});

suite('a doubt', () => {
  test('stays until an operator decides, and is then tried with the same Message-ID', async (t) => {
    const { acknowledged, exchange, found, relay, pass, told } = await relayInMemory(t);
    exchange.answer = refusing('submission-in-doubt');
    const id = await acknowledged();
    await pass(HOUR, MINUTE);
    assert.equal((await found(id)).status, 'in-doubt');
    assert.equal(exchange.transactions.length, 1);
    assert.equal(told('submissionInDoubt').length, 1);
    exchange.answer = taking;
    await relay.submissions.retry(id, clientWith());
    await pass(0);
    assert.equal((await found(id)).status, 'submitted');
    assert.equal(exchange.contents[0], exchange.contents[1]);
  });

  test('is repeated by itself where the operator has decided so', async (t) => {
    const { acknowledged, exchange, found, pass } = await relayInMemory(t, { use: { inDoubt: 'repeat' } });
    exchange.answer = refusing('submission-in-doubt');
    const id = await acknowledged();
    await pass(0);
    exchange.answer = taking;
    await pass(MINUTE, 1_000);
    assert.equal((await found(id)).status, 'submitted');
    assert.equal(exchange.transactions.length, 2);
  });

  test('counts as much as Exchange Online may have counted', async (t) => {
    const tenant = tenantWith({ externalRecipientsPerDay: 100 });
    const { acknowledged, exchange, relay, settle } = await relayInMemory(t, { routes: [routeWith({ tenant })] });
    exchange.answer = refusing('submission-in-doubt');
    await acknowledged({ to: ['jane@fabrikam.example', 'ceo@contoso.example'] });
    await settle();
    const [mailbox] = relay.lines.mailboxes(clientWith());
    assert.equal(mailbox?.messagesPerMinute.used, 1);
    assert.equal(mailbox.recipientsPerDay.used, 2);
    assert.equal(relay.lines.tenants(clientWith())[0]?.externalRecipientsPerDay?.used, 1);
  });
});

suite('an attempt for some recipients', () => {
  test('names those that are not settled, with the same bytes', async (t) => {
    const { acknowledged, exchange, found, pass } = await relayInMemory(t);
    const [jane, john] = ['jane@fabrikam.example', 'john@fabrikam.example'];
    exchange.answer = async (transaction) => ({
      ...(await taking(transaction)),
      accepted: [jane],
      rejected: [{ recipient: john, failure: failure('recipient-thread-limit') }],
    });
    const id = await acknowledged({ to: [jane, john] });
    await pass(0);
    assert.equal((await found(id)).status, 'deferred');
    exchange.answer = taking;
    await pass(10 * MINUTE, MINUTE);
    assert.equal((await found(id)).status, 'submitted');
    assert.deepEqual(
      exchange.transactions.map(({ envelope }) => envelope.forwardPaths),
      [[jane, john], [john]],
    );
    assert.equal(exchange.contents[0], exchange.contents[1]);
  });
});

suite('an attempt that meets a defect of the relay', () => {
  test('fails for its caller, is tried again for what was acknowledged, and holds back nobody', async (t) => {
    const { send, acknowledged, exchange, found, pass, relay } = await relayInMemory(t);
    exchange.answer = async () => {
      throw new TypeError('a defect');
    };
    const outcome = await send({}, waiting);
    assert.equal(outcome.kind === 'failed' && outcome.failure.code, 'internal-error');
    const id = await acknowledged();
    await pass(0);
    assert.equal((await found(id)).status, 'deferred');
    assert.deepEqual(relay.figures.lines.paused, { sender: 0, mailbox: 0, tenant: 0 });
    exchange.answer = taking;
    assert.equal((await send({}, waiting)).kind, 'submitted');
    await pass(MINUTE, 1_000);
    assert.equal((await found(id)).status, 'submitted');
  });
});
