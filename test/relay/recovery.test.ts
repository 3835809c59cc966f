/** A relay that starts again goes on where the one before it ended, however that ended. */

import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { clientWith } from '../domain/clients.ts';
import { DAY, HOUR, MINUTE, NOW, routeWith, tenantWith } from './places.ts';
import { type Given, refusing, relayInMemory, TroubledOutbox, taking } from './relay-in-memory.ts';

/** A process that dies, and the next one with its outbox. */
async function twoLives(t: TestContext, given: Given = {}) {
  const outbox = new TroubledOutbox();
  const first = await relayInMemory(t, { ...given, outbox });
  const { time } = first;
  return {
    first,
    outbox,
    /** Nothing of what the first one had begun comes to its end. */
    restart: async (again: Given = {}) => {
      first.relay.stop();
      return await relayInMemory(t, { ...given, ...again, outbox, time });
    },
  };
}

const never = new Promise<never>(() => {});

suite('a relay that starts', () => {
  test('puts what waited back into its line, by priority and acceptance', async (t) => {
    const { first, restart } = await twoLives(t, { routes: [routeWith({ maxConnections: 1 })] });
    first.exchange.answer = () => never;
    for (const [subject, priority] of [
      ['running', 'normal'],
      ['bulk', 'bulk'],
      ['first', 'normal'],
      ['high', 'high'],
      ['second', 'normal'],
    ] as const) {
      await first.acknowledged({ subject, priority });
    }
    await first.acknowledged({ subject: 'later', scheduledAt: NOW + HOUR });
    const { relay, exchange, pass } = await restart();
    await pass(0);
    assert.deepEqual(relay.recovered, { waiting: 6, interrupted: 0 });
    assert.deepEqual(exchange.subjects, ['high', 'running', 'first', 'second', 'bulk']);
    await pass(HOUR);
    assert.equal(exchange.subjects.at(-1), 'later');
  });

  test('keeps to what was used of the minute and of the day before', async (t) => {
    const tenant = tenantWith({ externalRecipientsPerDay: 100 });
    const routes = [routeWith({ messagesPerMinute: 3, recipientsPerDay: 50, tenant })];
    const { first, restart } = await twoLives(t, { routes });
    for (let count = 0; count < 3; count += 1) {
      await first.acknowledged({ to: ['jane@fabrikam.example', 'ceo@contoso.example'] });
    }
    await first.pass(10_000);
    const { relay, exchange, acknowledged, pass } = await restart();
    const [mailbox] = relay.lines.mailboxes(clientWith());
    assert.equal(mailbox?.messagesPerMinute.left, 0);
    assert.equal(mailbox.recipientsPerDay.used, 6);
    assert.equal(relay.lines.tenants(clientWith())[0]?.externalRecipientsPerDay?.used, 3);
    await acknowledged();
    await pass(MINUTE - 10_000 - 1);
    assert.equal(exchange.transactions.length, 0);
    await pass(1);
    assert.equal(exchange.transactions.length, 1);
  });

  test('does not let what is for inside the tenant wait for those outside it', async (t) => {
    const tenant = tenantWith({ externalRecipientsPerDay: 1, domains: ['contoso.example'] });
    const { first, restart } = await twoLives(t, { routes: [routeWith({ tenant })] });
    await first.acknowledged();
    await first.acknowledged({ to: ['ceo@contoso.example'], scheduledAt: NOW + MINUTE });
    await first.acknowledged({ to: ['jane@fabrikam.example'], scheduledAt: NOW + 2 * MINUTE });
    const { exchange, pass } = await restart();
    await pass(HOUR, MINUTE);
    assert.deepEqual(
      exchange.transactions.map(({ envelope }) => envelope.forwardPaths),
      [['ceo@contoso.example']],
    );
  });

  test('tries again what had no mark, since nothing of it was submitted', async (t) => {
    const { first, restart } = await twoLives(t);
    first.exchange.answer = () => never;
    const id = await first.acknowledged();
    const { relay, found, settle } = await restart();
    await settle();
    assert.equal(relay.recovered.interrupted, 0);
    assert.equal((await found(id)).status, 'submitted');
  });

  const dies = async ({ begun, beforeFinalDot }: { begun: () => void; beforeFinalDot: () => Promise<void> }) => {
    begun();
    await beforeFinalDot();
    return await never;
  };

  test('leaves what had its mark in doubt, counts it as used, and knows since when', async (t) => {
    const { first, restart } = await twoLives(t);
    first.exchange.answer = dies;
    const id = await first.acknowledged();
    await first.pass(5_000);
    const { relay, found, exchange, pass, told } = await restart();
    await pass(HOUR, MINUTE);
    assert.deepEqual(relay.recovered, { waiting: 0, interrupted: 1 });
    assert.deepEqual(
      told('submissionInDoubt').map((doubt) => `${doubt.id} ${doubt.failure.code}`),
      [`${id} submission-in-doubt`],
    );
    assert.deepEqual(
      told('submissionFinished').map(({ status }) => status),
      ['in-doubt'],
    );
    const doubtful = await found(id);
    assert.equal(doubtful.status, 'in-doubt');
    assert.equal(doubtful.lastFailure?.code, 'submission-in-doubt');
    assert.deepEqual(relay.figures.byStatus['in-doubt'], { count: 1, oldest: NOW + 5_000 });
    assert.equal(relay.lines.mailboxes(clientWith())[0]?.recipientsPerDay.used, 1);
    assert.equal(exchange.transactions.length, 0);
  });

  test('repeats what had its mark where the operator has decided so, with the same bytes', async (t) => {
    const { first, restart } = await twoLives(t, { use: { inDoubt: 'repeat' } });
    first.exchange.answer = dies;
    const id = await first.acknowledged();
    await first.settle();
    const { relay, found, exchange, settle } = await restart();
    await settle();
    assert.deepEqual(relay.recovered, { waiting: 1, interrupted: 1 });
    assert.equal((await found(id)).status, 'submitted');
    assert.deepEqual(exchange.contents, first.exchange.contents);
  });

  test('forgets what was to have one attempt and had none', async (t) => {
    const { first, restart } = await twoLives(t);
    first.exchange.answer = () => never;
    void first.send({ retry: false }, { wait: 30_000 });
    await first.settle();
    const { relay, kept } = await restart();
    assert.deepEqual(relay.recovered, { waiting: 0, interrupted: 0 });
    assert.equal(await kept(), 0);
  });

  test('knows what is in doubt since the life before, and counts what is final', async (t) => {
    const { first, restart } = await twoLives(t);
    first.exchange.answer = refusing('submission-in-doubt');
    await first.acknowledged();
    await first.settle();
    first.exchange.answer = taking;
    await first.acknowledged();
    await first.pass(MINUTE);
    const { relay } = await restart();
    assert.deepEqual(relay.figures.byStatus['in-doubt'], { count: 1, oldest: NOW });
    assert.equal(relay.figures.byStatus.submitted.count, 1);
  });

  test('holds what is for a mailbox that is no longer configured, until it expires', async (t) => {
    const { first, restart } = await twoLives(t);
    first.exchange.answer = () => never;
    const id = await first.acknowledged({ expiresIn: 3_600 });
    const { relay, found, exchange, pass, told } = await restart({
      routes: [routeWith({ mailbox: 'other@contoso.example', sendAs: [] })],
    });
    const shown = await relay.submissions.find(id, clientWith());
    assert.equal(shown.status, 'deferred');
    assert.equal(shown.lastFailure?.code, 'mailbox-not-configured');
    assert.match(shown.lastFailure.detail ?? '', /billing@contoso\.example/);
    await pass(HOUR - MINUTE, MINUTE);
    assert.equal((await found(id)).status, 'queued');
    await pass(2 * MINUTE, 1_000);
    assert.equal((await found(id)).status, 'failed');
    assert.equal((await found(id)).lastFailure?.code, 'submission-expired');
    assert.equal(told('submissionExpired').length, 1);
    assert.equal(exchange.transactions.length, 0);
  });

  test('takes up what was held for a mailbox once that is configured again', async (t) => {
    const { first, restart } = await twoLives(t, { routes: [routeWith({ mailbox: 'other@contoso.example' })] });
    const id = await first.acknowledged({ from: 'other@contoso.example', scheduledAt: NOW + HOUR });
    const without = await restart({ routes: [routeWith()] });
    await without.pass(2 * HOUR, HOUR);
    assert.equal((await without.found(id)).status, 'queued');
    without.relay.stop();
    const { found, settle } = await restart();
    await settle();
    assert.equal((await found(id)).status, 'submitted');
  });

  test('counts nothing that was used before the day', async (t) => {
    const { first, restart } = await twoLives(t);
    await first.acknowledged();
    await first.pass(DAY + 1, HOUR);
    const { relay } = await restart();
    assert.equal(relay.lines.mailboxes(clientWith())[0]?.recipientsPerDay.used, 0);
  });
});
