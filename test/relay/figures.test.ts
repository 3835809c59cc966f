/** The figures count each submission once, in the status that it has now. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { clientWith } from '../domain/clients.ts';
import { DAY, HOUR, MINUTE, NOW } from './places.ts';
import { gate, refusing, relayInMemory, taking } from './relay-in-memory.ts';

const nothing = { count: 0, oldest: null };

suite('the figures', () => {
  test('begin with nothing', async (t) => {
    const { relay } = await relayInMemory(t);
    assert.deepEqual(relay.figures.byStatus, {
      queued: nothing,
      sending: nothing,
      deferred: nothing,
      submitted: nothing,
      failed: nothing,
      'in-doubt': nothing,
      canceled: nothing,
    });
    assert.equal(relay.figures.underWay, 0);
    assert.deepEqual(relay.figures.lines, {
      paused: { sender: 0, mailbox: 0, tenant: 0 },
      paced: 0,
      budgetUse: { messagesPerMinute: 0, recipientsPerDay: 0, externalRecipientsPerDay: 0 },
    });
  });

  test('tell what waits, what is under way, and since when the oldest does', async (t) => {
    const { relay, acknowledged, exchange, pass, settle } = await relayInMemory(t);
    await acknowledged({ scheduledAt: NOW + HOUR });
    await pass(1_000);
    await acknowledged({ scheduledAt: NOW + HOUR });
    exchange.answer = refusing('recipient-mailbox-full');
    await acknowledged();
    await settle();
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await taking(transaction);
    };
    await acknowledged();
    const { queued, deferred, sending } = relay.figures.byStatus;
    assert.deepEqual(queued, { count: 2, oldest: NOW });
    assert.deepEqual(deferred, { count: 1, oldest: NOW + 1_000 });
    assert.deepEqual(sending, { count: 1, oldest: NOW + 1_000 });
    assert.equal(relay.figures.underWay, 1);
    open();
    await settle();
    assert.equal(relay.figures.byStatus.submitted.count, 1);
    assert.deepEqual(relay.figures.byStatus.sending, nothing);
  });

  test('tell since when the oldest is in doubt, until an operator has decided', async (t) => {
    const { relay, acknowledged, exchange, pass } = await relayInMemory(t);
    exchange.answer = refusing('submission-in-doubt');
    const first = await acknowledged();
    await pass(MINUTE);
    const second = await acknowledged();
    await pass(0);
    assert.deepEqual(relay.figures.byStatus['in-doubt'], { count: 2, oldest: NOW });
    exchange.answer = taking;
    await relay.submissions.retry(first, clientWith());
    await pass(0);
    assert.deepEqual(relay.figures.byStatus['in-doubt'], { count: 1, oldest: NOW + MINUTE });
    await relay.submissions.forget(second, clientWith());
    assert.deepEqual(relay.figures.byStatus['in-doubt'], nothing);
  });

  test('are those of the outbox again after a sweep', async (t) => {
    const { relay, acknowledged, exchange, pass, kept } = await relayInMemory(t);
    exchange.answer = refusing('submission-in-doubt');
    await acknowledged();
    await pass(MINUTE);
    exchange.answer = taking;
    await acknowledged();
    await pass(7 * DAY - 2 * MINUTE, HOUR);
    assert.equal(await kept(), 2);
    await pass(HOUR, MINUTE);
    assert.equal(await kept(), 0);
    assert.deepEqual(relay.figures.byStatus['in-doubt'], nothing);
    assert.deepEqual(relay.figures.byStatus.submitted, nothing);
  });
});
