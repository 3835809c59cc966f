/** What clients see of submissions and what operators do with them; what a client may not see is not there. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { canceled } from '../../src/domain/submission-progress.ts';
import { clientWith } from '../domain/clients.ts';
import { failureOf } from '../failure-of.ts';
import { HOUR, MINUTE, NOW, routeWith, tenantWith } from './places.ts';
import { codeOf, gate, refusing, relayInMemory, taking } from './relay-in-memory.ts';

const erp = clientWith();
const later = { scheduledAt: NOW + HOUR };
const twoTenants = [
  routeWith(),
  routeWith({ mailbox: 'mail@fabrikam.example', sendAs: [], tenant: tenantWith({ name: 'fabrikam' }) }),
];
/** An attempt that goes on until the test lets it end. */
const held = () => {
  const { opened, open } = gate();
  return { open, answer: async (transaction: Parameters<typeof taking>[0]) => opened.then(() => taking(transaction)) };
};

suite('what a client sees', () => {
  const shop = clientWith({ name: 'shop', scopes: ['send', 'read'] });
  const operator = clientWith({ name: 'it', scopes: ['operate', 'read'] });
  const elsewhere = clientWith({ name: 'it', scopes: ['operate', 'read'], tenants: ['fabrikam'] });

  test('is its own, and an operator sees those of its tenants', async (t) => {
    const { relay, acknowledged } = await relayInMemory(t, { routes: twoTenants });
    const own = await acknowledged({ ...later, client: shop });
    const other = await acknowledged({ ...later, from: 'mail@fabrikam.example' });
    const seen = async (client: typeof shop) =>
      (await relay.submissions.list({}, null, 10, client)).submissions.map(({ id }) => id);
    assert.deepEqual(await seen(shop), [own]);
    assert.deepEqual(await seen(operator), [other, own]);
    assert.deepEqual(await seen(elsewhere), [other]);
    assert.equal((await relay.submissions.find(own, shop)).id, own);
    assert.equal((await relay.submissions.find(other, elsewhere)).id, other);
    for (const looking of [
      relay.submissions.find(other, shop),
      relay.submissions.find(own, elsewhere),
      relay.submissions.find('01J', operator),
      relay.submissions.cancel(own, elsewhere),
      relay.submissions.retry(own, elsewhere),
      relay.submissions.forget(own, elsewhere),
    ]) {
      assert.equal((await failureOf(looking)).code, 'not-found');
    }
  });

  test('is found by the status that it has now, with an attempt under way too', async (t) => {
    const { relay, acknowledged, exchange, settle } = await relayInMemory(t);
    const underWay = held();
    exchange.answer = underWay.answer;
    const sending = await acknowledged({ tags: [{ name: 'run', value: '1' }] });
    const queued = await acknowledged(later);
    await settle();
    const seen = async (statuses: readonly ('sending' | 'queued')[], tag?: { name: string }) =>
      (await relay.submissions.list({ statuses, ...(tag && { tag }) }, null, 10, erp)).submissions.map(({ id }) => id);
    assert.deepEqual(await seen(['sending']), [sending]);
    assert.deepEqual(await seen(['sending'], { name: 'other' }), []);
    assert.deepEqual(await seen(['queued']), [queued]);
    assert.deepEqual(await seen(['queued', 'sending']), [queued, sending]);
    underWay.open();
    await settle();
    assert.deepEqual(await seen(['sending']), []);
  });

  test('comes in pages, the newest first', async (t) => {
    const { relay, acknowledged, pass } = await relayInMemory(t);
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.unshift(await acknowledged(later));
      await pass(1_000);
    }
    const first = await relay.submissions.list({}, null, 3, erp);
    const second = await relay.submissions.list({}, first.next, 3, erp);
    assert.deepEqual(
      [...first.submissions, ...second.submissions].map(({ id }) => id),
      ids,
    );
    assert.equal(second.next, null);
  });
});

suite('to cancel', () => {
  test('stops what waits, for good', async (t) => {
    const { relay, acknowledged, exchange, outbox, told, pass } = await relayInMemory(t);
    const id = await acknowledged(later);
    assert.equal((await relay.submissions.cancel(id, erp)).status, 'canceled');
    await pass(2 * HOUR, HOUR);
    assert.equal(exchange.transactions.length, 0);
    assert.equal((await outbox.load(id))?.content, null);
    assert.deepEqual(
      told('submissionFinished').map(({ status }) => status),
      ['canceled'],
    );
    assert.equal(relay.figures.byStatus.canceled.count, 1);
    assert.equal(relay.figures.byStatus.queued.count, 0);
  });

  test('answers the caller who waits for it', async (t) => {
    const { relay, send, exchange, settle } = await relayInMemory(t, { routes: [routeWith({ maxConnections: 1 })] });
    const { answer } = held();
    exchange.answer = answer;
    await send();
    const sending = send({}, { wait: 30_000 });
    await settle();
    const [newest] = (await relay.submissions.list({ statuses: ['queued'] }, null, 1, erp)).submissions;
    await relay.submissions.cancel(newest?.id ?? '', erp);
    assert.equal(codeOf(await sending), 'submission-canceled');
  });

  test('is too late for what is final or under way', async (t) => {
    const { relay, acknowledged, exchange, found, settle } = await relayInMemory(t);
    const submitted = await acknowledged();
    await settle();
    assert.equal((await failureOf(relay.submissions.cancel(submitted, erp))).code, 'submission-final');
    const { open, answer } = held();
    exchange.answer = answer;
    const running = await acknowledged();
    for (const operation of ['cancel', 'retry', 'forget'] as const) {
      const { code, detail } = await failureOf(relay.submissions[operation](running, erp));
      assert.equal(code, 'submission-sending');
      assert.equal(detail, `Submission ${running} is being submitted at this moment.`);
    }
    open();
    await settle();
    assert.equal((await found(running)).status, 'submitted');
  });

  test('changes nothing where it cannot be written', async (t) => {
    const { relay, acknowledged, outbox, found, pass } = await relayInMemory(t);
    const id = await acknowledged(later);
    outbox.failing.add('record');
    assert.equal((await failureOf(relay.submissions.cancel(id, erp))).code, 'outbox-unavailable');
    outbox.failing.clear();
    await pass(HOUR);
    assert.equal((await found(id)).status, 'submitted');
  });

  test('leaves what may have been submitted in doubt, to be tried again', async (t) => {
    const { relay, acknowledged, exchange, found, pass } = await relayInMemory(t, { use: { inDoubt: 'repeat' } });
    exchange.answer = refusing('submission-in-doubt');
    const id = await acknowledged();
    exchange.answer = refusing('smtp-temporary-server-error');
    await pass(1_000);
    assert.equal((await relay.submissions.cancel(id, erp)).status, 'in-doubt');
    exchange.answer = taking;
    await relay.submissions.retry(id, erp);
    await pass(0);
    assert.equal((await found(id)).status, 'submitted');
  });

  test('is heeded by a line that has not heard of it', async (t) => {
    const { acknowledged, exchange, outbox, found, relay, pass } = await relayInMemory(t);
    exchange.answer = refusing('smtp-temporary-server-error');
    const id = await acknowledged();
    await pass(0);
    await outbox.record({ submission: canceled(await found(id), NOW) });
    await pass(HOUR, MINUTE);
    assert.equal(exchange.transactions.length, 1);
    assert.equal((await found(id)).status, 'canceled');
    assert.equal(relay.figures.byStatus.deferred.count, 0);
  });

  test('takes a message out of a sender that pauses', async (t) => {
    const { relay, acknowledged, exchange, settle, pass } = await relayInMemory(t);
    exchange.answer = refusing('send-as-denied');
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await acknowledged({ from: 'ceo@contoso.example' }));
    await settle();
    for (const id of ids) await relay.submissions.cancel(id, erp);
    const attempts = exchange.transactions.length;
    await pass(HOUR, MINUTE);
    assert.equal(exchange.transactions.length, attempts);
    assert.equal(relay.figures.byStatus.canceled.count, 5);
  });
});

suite('to retry', () => {
  test('lets what was deferred go now', async (t) => {
    const { relay, acknowledged, exchange, found, settle } = await relayInMemory(t);
    exchange.answer = refusing('recipient-mailbox-full');
    const id = await acknowledged();
    await settle();
    exchange.answer = taking;
    assert.equal((await relay.submissions.retry(id, erp)).id, id);
    await settle();
    assert.equal((await found(id)).status, 'submitted');
    assert.equal(exchange.transactions.length, 2);
  });

  test('lets what has failed go now, with a new lifetime', async (t) => {
    const { relay, acknowledged, exchange, found, pass } = await relayInMemory(t);
    exchange.answer = refusing('message-content-invalid');
    const id = await acknowledged();
    await pass(HOUR);
    assert.equal(relay.figures.byStatus.failed.count, 1);
    exchange.answer = taking;
    assert.equal((await relay.submissions.retry(id, erp)).lastFailure, null);
    assert.equal(relay.figures.byStatus.failed.count, 0);
    await pass(0);
    assert.equal((await found(id)).status, 'submitted');
  });

  test('counts only recipients outside the tenant for their limit', async (t) => {
    const tenant = tenantWith({ externalRecipientsPerDay: 1 });
    const { relay, acknowledged, exchange, found, settle } = await relayInMemory(t, {
      routes: [routeWith({ tenant })],
    });
    exchange.answer = refusing('recipient-mailbox-full');
    const id = await acknowledged({ to: ['ceo@contoso.example'] });
    await settle();
    exchange.answer = taking;
    await acknowledged();
    await settle();
    await relay.submissions.retry(id, erp);
    await settle();
    assert.equal((await found(id)).status, 'submitted');
  });

  test('is not undone by an end that was near', async (t) => {
    const { relay, acknowledged, exchange, outbox, found, pass } = await relayInMemory(t);
    exchange.answer = refusing('smtp-auth-unsuccessful');
    const id = await acknowledged({ expiresIn: 60 });
    await pass(0);
    const record = await found(id);
    const { opened, open } = gate();
    const find = outbox.find.bind(outbox);
    outbox.find = async (of) => {
      outbox.find = find;
      await opened;
      return await find(of);
    };
    await pass(MINUTE);
    assert.equal(outbox.find, find, 'somebody looks for it');
    await relay.submissions.retry(id, erp);
    open();
    await pass(0);
    const retried = await found(id);
    assert.notEqual(retried.status, 'failed');
    assert.ok(retried.expiresAt > record.expiresAt);
  });

  test('is refused for what was submitted, and for what has no content any more', async (t) => {
    const { relay, acknowledged, exchange, settle } = await relayInMemory(t);
    const submitted = await acknowledged();
    await settle();
    assert.equal((await failureOf(relay.submissions.retry(submitted, erp))).code, 'submission-submitted');
    const canceled = await acknowledged(later);
    await relay.submissions.cancel(canceled, erp);
    assert.equal((await failureOf(relay.submissions.retry(canceled, erp))).code, 'content-gone');
    assert.equal(exchange.transactions.length, 1);
  });

  test('of many takes all that the filter names, and tells which it could not', async (t) => {
    const { relay, acknowledged, exchange, outbox, found, settle } = await relayInMemory(t, {
      routes: [routeWith({ messagesPerMinute: 10_000 })],
    });
    exchange.answer = refusing('message-content-invalid');
    const failed = [];
    for (let count = 0; count < 250; count += 1) failed.push(await acknowledged());
    exchange.answer = refusing('recipient-mailbox-full');
    const deferred = await acknowledged();
    exchange.answer = refusing('submission-in-doubt');
    const doubtful = await acknowledged();
    await settle();
    const gone = failed[0] ?? '';
    const record = await found(gone);
    await outbox.record({ submission: { ...record, revision: record.revision + 1 }, dropContent: true });
    exchange.answer = taking;
    const { retried, refused, next } = await relay.submissions.retryMany(
      { statuses: ['failed', 'deferred'] },
      null,
      erp,
    );
    assert.equal(retried, 250);
    assert.deepEqual(
      refused.map(({ id, failure }) => `${id} ${failure.code}`),
      [`${gone} content-gone`],
    );
    assert.equal(next, null);
    for (let turn = 0; turn < 10; turn += 1) await settle();
    assert.equal(relay.figures.byStatus.submitted.count, 250);
    assert.equal((await found(deferred)).status, 'submitted');
    assert.equal((await found(doubtful)).status, 'in-doubt');
  });

  test('of many takes a thousand at a time, each once, and tells where to go on', async (t) => {
    const { relay, acknowledged } = await relayInMemory(t);
    for (let count = 0; count < 1_001; count += 1) await acknowledged(later);
    const first = await relay.submissions.retryMany({ statuses: ['queued'] }, null, erp);
    const second = await relay.submissions.retryMany({ statuses: ['queued'] }, first.next, erp);
    assert.deepEqual([first.retried, second.retried], [1_000, 1]);
    assert.notEqual(first.next, null);
    assert.equal(second.next, null);
  });

  test('of many keeps to the filter and to what the client may see', async (t) => {
    const { relay, acknowledged, exchange, settle } = await relayInMemory(t, { routes: twoTenants });
    exchange.answer = refusing('message-content-invalid');
    await acknowledged({ tags: [{ name: 'run', value: '1' }] });
    await acknowledged({ tags: [{ name: 'run', value: '2' }] });
    await acknowledged({ from: 'mail@fabrikam.example', tags: [{ name: 'run', value: '1' }] });
    await settle();
    const ofContoso = clientWith({ tenants: ['contoso'] });
    const tag = { name: 'run', value: '1' };
    assert.equal((await relay.submissions.retryMany({ tag, statuses: ['failed'] }, null, ofContoso)).retried, 1);
  });

  test('of many leaves alone what failed or is in doubt, unless it is named', async (t) => {
    const { relay, acknowledged, exchange, found, settle } = await relayInMemory(t);
    exchange.answer = refusing('message-content-invalid');
    const failed = await acknowledged();
    exchange.answer = refusing('recipient-mailbox-full');
    const deferred = await acknowledged();
    await settle();
    exchange.answer = taking;
    assert.equal((await relay.submissions.retryMany({}, null, erp)).retried, 1);
    await settle();
    assert.equal((await found(deferred)).status, 'submitted');
    assert.equal((await found(failed)).status, 'failed');
  });
});

suite('to forget', () => {
  test('leaves nothing of a submission, whether it waits or is final', async (t) => {
    const { relay, acknowledged, exchange, kept, pass } = await relayInMemory(t);
    const submitted = await acknowledged();
    await pass(0);
    const waiting = await acknowledged(later);
    for (const id of [submitted, waiting]) {
      await relay.submissions.forget(id, erp);
      assert.equal((await failureOf(relay.submissions.find(id, erp))).code, 'not-found');
    }
    assert.equal(await kept(), 0);
    assert.equal(relay.figures.byStatus.submitted.count, 0);
    assert.equal(relay.figures.byStatus.queued.count, 0);
    await pass(2 * HOUR, HOUR);
    assert.equal(exchange.transactions.length, 1);
  });

  test('frees its key', async (t) => {
    const { relay, send, exchange } = await relayInMemory(t);
    const options = { wait: 30_000, claim: { key: 'k', bodySha256: 'a' } };
    const first = await send({}, options);
    await relay.submissions.forget(first.submission.id, erp);
    assert.equal((await send({}, options)).replayed, false);
    assert.equal(exchange.transactions.length, 2);
  });
});
