/** A storm: what hits all of a sender, a mailbox or a tenant is found out a few times and not once for each message; nothing is lost, and all of it goes out once the cause is gone. */

import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { clientWith } from '../domain/clients.ts';
import { HOUR, MINUTE, routeWith, tenantWith } from './places.ts';
import { refusing, relayInMemory, taking } from './relay-in-memory.ts';

const CONNECTIONS = 3;
const ceo = 'ceo@contoso.example';
/** Nothing but the storm is to hold anything back. */
const unlimited = { messagesPerMinute: 10_000, maxConnections: CONNECTIONS };

async function storm(t: TestContext, count: number, from = 'billing@contoso.example', mailboxes = 1) {
  const tenant = tenantWith();
  const routes = Array.from({ length: mailboxes }, (_, index) =>
    routeWith({ ...unlimited, tenant, mailbox: index === 0 ? 'billing@contoso.example' : `m${index}@contoso.example` }),
  );
  const given = await relayInMemory(t, { routes });
  const begin = async () => {
    for (let each = 0; each < count; each += 1) {
      const mailbox = routes[each % mailboxes]?.mailbox ?? null;
      await given.acknowledged({ subject: `storm ${each}`, from, mailbox, expiresIn: 5 * 86_400 });
    }
    await given.settle();
  };
  const statuses = () => {
    const { byStatus } = given.relay.figures;
    const waiting = byStatus.queued.count + byStatus.deferred.count + byStatus.sending.count;
    return { waiting, submitted: byStatus.submitted.count, failed: byStatus.failed.count };
  };
  return { ...given, begin, statuses };
}

suite('a storm of 500 that may not be sent as their sender', () => {
  test('costs three refusals, the connections that are open, and one per probe; none fails', async (t) => {
    const { begin, exchange, statuses, pass, told } = await storm(t, 500, ceo);
    exchange.answer = refusing('send-as-denied');
    await begin();
    assert.ok(exchange.transactions.length <= 3 + CONNECTIONS, `${exchange.transactions.length} attempts`);
    assert.ok(exchange.most <= CONNECTIONS);
    await pass(8 * HOUR, MINUTE);
    const probes = told('paused').length - 1;
    assert.ok(probes >= 8 && probes <= 14, `${probes} probes in eight hours`);
    assert.ok(exchange.transactions.length <= 3 + CONNECTIONS + probes, `${exchange.transactions.length} attempts`);
    assert.deepEqual(statuses(), { waiting: 500, submitted: 0, failed: 0 });
  });

  test('has each message tried once, not one of them three times', async (t) => {
    const { begin, exchange, pass, told } = await storm(t, 1, ceo);
    exchange.answer = refusing('send-as-denied');
    await begin();
    assert.equal(exchange.transactions.length, 1);
    assert.deepEqual(told('paused'), []);
    await pass(8 * HOUR, MINUTE);
    assert.ok(exchange.transactions.length > 1);
  });

  test('goes out whole once an operator has said that the right is there', async (t) => {
    const { begin, exchange, statuses, pass, relay } = await storm(t, 500, ceo);
    exchange.answer = refusing('send-as-denied');
    await begin();
    await pass(3 * HOUR, MINUTE);
    exchange.answer = taking;
    relay.lines.resumeMailbox('billing@contoso.example', clientWith());
    await pass(0);
    await pass(1_000, 100);
    assert.deepEqual(statuses(), { waiting: 0, submitted: 500, failed: 0 });
  });

  test('goes out by itself at the first probe after the right is there', async (t) => {
    const { begin, exchange, statuses, pass } = await storm(t, 500, ceo);
    exchange.answer = refusing('send-as-denied');
    await begin();
    await pass(90 * MINUTE, MINUTE);
    exchange.answer = taking;
    await pass(HOUR + MINUTE, MINUTE);
    assert.deepEqual(statuses(), { waiting: 0, submitted: 500, failed: 0 });
  });

  test('holds back nobody else of the mailbox', async (t) => {
    const { begin, exchange, send } = await storm(t, 500, ceo);
    exchange.answer = async (transaction) =>
      await (transaction.envelope.reversePath === ceo ? refusing('send-as-denied') : taking)(transaction);
    await begin();
    assert.equal((await send({}, { wait: 30_000 })).kind, 'submitted');
  });
});

suite('a storm of 500 whose mailbox cannot sign in', () => {
  test('costs an attempt for each connection and one per probe, and goes out once it can', async (t) => {
    const { begin, exchange, statuses, pass, told } = await storm(t, 500);
    exchange.answer = refusing('smtp-auth-unsuccessful');
    await begin();
    assert.ok(exchange.transactions.length <= CONNECTIONS, `${exchange.transactions.length} attempts`);
    await pass(8 * HOUR, MINUTE);
    const probes = told('paused').length - 1;
    assert.ok(exchange.transactions.length <= CONNECTIONS + probes);
    assert.deepEqual(statuses(), { waiting: 500, submitted: 0, failed: 0 });
    exchange.answer = taking;
    await pass(HOUR + MINUTE, MINUTE);
    assert.deepEqual(statuses(), { waiting: 0, submitted: 500, failed: 0 });
  });

  test('is not kept going by a connection that had signed in before', async (t) => {
    const { begin, exchange, pass } = await storm(t, 100);
    let isOld = true;
    exchange.answer = async (transaction) => {
      const answer = isOld ? taking : refusing('smtp-auth-unsuccessful');
      isOld = !isOld;
      return await answer(transaction);
    };
    await begin();
    await pass(0);
    assert.ok(exchange.transactions.length <= 2 * CONNECTIONS, `${exchange.transactions.length} attempts`);
  });
});

suite('a storm of 500 of ten mailboxes whose tenant has an expired secret', () => {
  test('asks for a few tokens and one per probe, submits nothing, and goes out once there is a new secret', async (t) => {
    const { begin, entra, statuses, pass, told, relay } = await storm(t, 500, 'billing@contoso.example', 10);
    entra.refusal = 'entra-client-secret-expired';
    await begin();
    assert.ok(entra.asked <= 10 * CONNECTIONS, `${entra.asked} token requests`);
    await pass(8 * HOUR, MINUTE);
    const probes = told('paused').length - 1;
    assert.ok(entra.asked <= 10 * CONNECTIONS + probes, `${entra.asked} token requests`);
    assert.deepEqual(relay.figures.lines.paused, { sender: 0, mailbox: 0, tenant: 1 });
    assert.deepEqual(statuses(), { waiting: 500, submitted: 0, failed: 0 });
    entra.refusal = null;
    relay.lines.resumeTenant('contoso', clientWith());
    await pass(1_000, 100);
    assert.deepEqual(statuses(), { waiting: 0, submitted: 500, failed: 0 });
  });
});

suite('a network that is away', () => {
  test('is tried three times in a row and then by one message at a time, and everything goes out when it is back', async (t) => {
    const { begin, exchange, statuses, pass, told } = await storm(t, 200);
    exchange.answer = refusing('connection-refused');
    await begin();
    assert.ok(exchange.transactions.length <= 3 + CONNECTIONS, `${exchange.transactions.length} attempts`);
    await pass(HOUR, 10_000);
    assert.ok(exchange.transactions.length <= 3 + CONNECTIONS + told('paused').length);
    exchange.answer = taking;
    await pass(2 * HOUR, MINUTE);
    assert.deepEqual(statuses(), { waiting: 0, submitted: 200, failed: 0 });
  });
});
