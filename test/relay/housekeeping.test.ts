/** What nobody asks for happens by itself: what has expired is given up, and what is kept no longer goes. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DAY, HOUR, MINUTE, NOW, routeWith } from './places.ts';
import { codeOf, refusing, relayInMemory, taking } from './relay-in-memory.ts';

const short = { expiresIn: 60 };

suite('what has expired', () => {
  test('is given up in its line, with what it waited for in vain', async (t) => {
    const { acknowledged, exchange, found, told, pass } = await relayInMemory(t);
    exchange.answer = refusing('smtp-temporary-server-error');
    const id = await acknowledged({ expiresIn: 600 });
    await pass(10 * MINUTE + 10_000, 1_000);
    const expired = await found(id);
    assert.equal(expired.status, 'failed');
    assert.equal(expired.lastFailure?.code, 'submission-expired');
    assert.match(expired.lastFailure.detail ?? '', /smtp-temporary-server-error/);
    assert.equal(told('submissionExpired').length, 1);
    assert.deepEqual(
      told('submissionFinished').map(({ status }) => status),
      ['failed'],
    );
  });

  test('is given up while its mailbox pauses', async (t) => {
    const { acknowledged, exchange, found, relay, pass } = await relayInMemory(t);
    exchange.answer = refusing('smtp-auth-unsuccessful');
    await acknowledged();
    await pass(HOUR, MINUTE);
    const id = await acknowledged(short);
    await pass(70_000, 1_000);
    assert.equal((await found(id)).status, 'failed');
    assert.equal(relay.figures.byStatus.deferred.count, 1);
  });

  test('is given up while it stands aside for its sender', async (t) => {
    const { acknowledged, exchange, found, pass } = await relayInMemory(t);
    exchange.answer = refusing('send-as-denied');
    for (let count = 0; count < 3; count += 1) await acknowledged({ from: 'ceo@contoso.example' });
    await pass(HOUR, MINUTE);
    const id = await acknowledged({ ...short, from: 'ceo@contoso.example' });
    await pass(70_000, 1_000);
    assert.equal((await found(id)).status, 'failed');
  });

  test('is given up behind a head that waits for the budget', async (t) => {
    const { acknowledged, found, pass } = await relayInMemory(t, { routes: [routeWith({ recipientsPerDay: 1 })] });
    await acknowledged();
    await pass(0);
    await acknowledged();
    const id = await acknowledged(short);
    await pass(70_000, 1_000);
    assert.equal((await found(id)).status, 'failed');
    assert.equal((await found(id)).lastFailure?.code, 'submission-expired');
  });

  test('is given up once it can be written', async (t) => {
    const { acknowledged, outbox, exchange, found, pass } = await relayInMemory(t);
    exchange.answer = refusing('smtp-auth-unsuccessful');
    const id = await acknowledged(short);
    await pass(0);
    outbox.failing.add('record');
    await pass(70_000, 1_000);
    assert.equal((await found(id)).status, 'deferred');
    outbox.failing.clear();
    await pass(10_000, 1_000);
    assert.equal((await found(id)).status, 'failed');
  });

  test('is told to the caller who repeats its request', async (t) => {
    const { send, exchange, pass } = await relayInMemory(t);
    const options = { wait: 0, claim: { key: 'k', bodySha256: 'a' } };
    exchange.answer = refusing('smtp-auth-unsuccessful');
    await send(short, options);
    await pass(70_000, 1_000);
    assert.equal(codeOf(await send(short, options)), 'submission-expired');
    exchange.answer = taking;
    assert.equal((await send(short, options)).replayed, false);
  });
});

suite('what is kept', () => {
  test('goes with its time: first the content of what failed, then the record', async (t) => {
    const { acknowledged, outbox, exchange, kept, told, pass } = await relayInMemory(t);
    exchange.answer = refusing('message-content-invalid');
    const id = await acknowledged();
    await pass(DAY - HOUR, HOUR);
    assert.notEqual((await outbox.load(id))?.content, null);
    await pass(2 * HOUR, HOUR);
    assert.equal((await outbox.load(id))?.content, null);
    await pass(5 * DAY, HOUR);
    assert.equal(await kept(), 1);
    await pass(DAY, HOUR);
    assert.equal(await kept(), 0);
    assert.deepEqual(told('swept'), [{ records: 1 }]);
  });

  test('goes later where the outbox cannot be written', async (t) => {
    const { acknowledged, outbox, kept, pass } = await relayInMemory(t);
    await acknowledged();
    await pass(0);
    outbox.isFailing = true;
    await pass(8 * DAY, HOUR);
    assert.equal(await kept(), 1);
    outbox.isFailing = false;
    await pass(HOUR, MINUTE);
    assert.equal(await kept(), 0);
  });

  test('stays as long as it is not final', async (t) => {
    const { acknowledged, found, pass } = await relayInMemory(t);
    const id = await acknowledged({ scheduledAt: NOW + 20 * DAY });
    await pass(19 * DAY, HOUR);
    assert.equal((await found(id)).status, 'queued');
  });
});
