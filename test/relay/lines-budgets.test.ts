/** Exchange Online's limits are kept by the lines: what is used up waits, and what was not used is given to the next. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { linesWith } from './lines-with.ts';
import { DAY, HOUR, MINUTE, NOW, placeWith, routeWith, tenantWith } from './places.ts';

suite('messages in a minute', () => {
  test('are no more than the mailbox may send: the 31st waits for the first to leave the window', async (t) => {
    const { lines, add, begun, pass } = linesWith(t, { auto: true });
    for (let count = 0; count < 31; count += 1) {
      add();
      await pass(1_000);
    }
    assert.equal(begun.length, 30);
    assert.equal(lines.figures.paced, 1);
    assert.equal(lines.figures.budgetUse.messagesPerMinute, 1);
    await pass(MINUTE - 31_000 - 1);
    assert.equal(begun.length, 30);
    await pass(1);
    assert.equal(begun.length, 31);
    assert.equal(lines.figures.paced, 0);
  });

  test('are counted from their end, which is when Exchange Online counts them', async (t) => {
    const { add, end, begun, pass } = linesWith(t, { routes: [routeWith({ messagesPerMinute: 1 })] });
    add({ id: 'first' });
    add({ id: 'second' });
    await pass(50_000);
    await end();
    await pass(MINUTE - 1);
    assert.deepEqual(begun, ['first']);
    await pass(1);
    assert.deepEqual(begun, ['first', 'second']);
  });

  test('count no attempt that came to no final dot', async (t) => {
    const { add, fail, begun } = linesWith(t, { routes: [routeWith({ messagesPerMinute: 1 })] });
    add({ id: 'first' });
    add({ id: 'second' });
    assert.deepEqual(begun, ['first']);
    await fail('message-too-large');
    assert.deepEqual(begun, ['first', 'second']);
  });

  test('are used up when Exchange Online says so, until the minute is over', async (t) => {
    const { lines, add, fail, begun, held, told, pass } = linesWith(t, { routes: [routeWith({ maxConnections: 1 })] });
    add({ id: 'first' });
    add({ id: 'second' });
    await fail('concurrent-connections-limit');
    assert.deepEqual(held, ['billing@contoso.example']);
    assert.deepEqual(told('mailboxBudgetUsedUp'), [
      { mailbox: 'billing@contoso.example', budget: 'messages_per_minute', until: new Date(NOW + MINUTE) },
    ]);
    assert.deepEqual(lines.pauses.counts, { sender: 0, mailbox: 0, tenant: 0 });
    await pass(MINUTE - 1);
    assert.deepEqual(begun, ['first']);
    await pass(1);
    assert.deepEqual(begun, ['first', 'second']);
  });
});

suite('recipients of a day', () => {
  test('are no more than the mailbox may have, and what is reserved counts', async (t) => {
    const { add, end, taken, begun, pass } = linesWith(t, { routes: [routeWith({ recipientsPerDay: 100 })] });
    add({ id: 'first', recipients: 60 });
    add({ id: 'second', recipients: 60, expiresAt: NOW + 2 * DAY });
    await end((place) => taken({ ...place, recipients: 50 }));
    assert.deepEqual(begun, ['first']);
    await pass(DAY - 1, HOUR);
    assert.deepEqual(begun, ['first']);
    await pass(1);
    assert.deepEqual(begun, ['first', 'second']);
  });

  test('are waited for by the first of a line, and by what stands behind it', async (t) => {
    const { lines, add, end, begun } = linesWith(t, { routes: [routeWith({ recipientsPerDay: 3 })] });
    add({ id: 'two', recipients: 2 });
    await end();
    add({ id: 'large', recipients: 2 });
    add({ id: 'small' });
    add({ id: 'urgent', priority: 'high' });
    assert.deepEqual(begun, ['two', 'urgent']);
    const small = lines.placeOf('small') ?? assert.fail('it is gone');
    assert.equal(lines.earliest(small), NOW + DAY);
  });

  test('have room again where fewer were accepted than named', async (t) => {
    const { add, end, taken, begun } = linesWith(t, { routes: [routeWith({ recipientsPerDay: 100 })] });
    add({ id: 'first', recipients: 60 });
    add({ id: 'second', recipients: 60 });
    await end((place) => taken({ ...place, recipients: 40 }));
    assert.deepEqual(begun, ['first', 'second']);
  });

  test('are used up for an hour when Exchange Online says so', async (t) => {
    const { lines, add, fail, told } = linesWith(t);
    const next = placeWith();
    add();
    await fail('recipient-rate-limit-exceeded');
    assert.equal(told('mailboxBudgetUsedUp')[0]?.budget, 'recipients_per_day');
    assert.equal(lines.earliest(next), NOW + HOUR);
  });
});

suite('recipients outside the tenant', () => {
  const tenant = tenantWith({ externalRecipientsPerDay: 10 });
  const routes = ['billing', 'support'].map((name) => routeWith({ mailbox: `${name}@contoso.example`, tenant }));
  const support = { mailbox: 'support@contoso.example' };

  test('are shared by the mailboxes of the tenant, and one offers the others what it gives back', async (t) => {
    const { add, fail, begun } = linesWith(t, { routes });
    add({ id: 'billing', external: 8 });
    add({ id: 'support', ...support, external: 8 });
    assert.deepEqual(begun, ['billing']);
    await fail('message-content-invalid');
    assert.deepEqual(begun, ['billing', 'support']);
  });

  test('that are used up hold back no message to recipients inside', async (t) => {
    const { lines, add, begun, pass } = linesWith(t, { routes, auto: true });
    add({ id: 'all', external: 10 });
    await pass(0);
    add({ id: 'outside', ...support, external: 1 });
    add({ id: 'inside', external: 0 });
    await pass(0);
    assert.deepEqual(begun, ['all', 'inside']);
    assert.equal(lines.figures.budgetUse.externalRecipientsPerDay, 1);
  });

  test('are used up for the tenant when Exchange Online says so', async (t) => {
    const { add, fail, begun, held, told } = linesWith(t, { routes });
    add({ id: 'first' });
    await fail('tenant-external-recipient-limit');
    add({ id: 'outside', ...support });
    add({ id: 'inside', external: 0 });
    assert.equal(told('mailboxBudgetUsedUp')[0]?.budget, 'external_recipients_per_day');
    assert.deepEqual(held, ['billing@contoso.example']);
    assert.deepEqual(begun, ['first', 'inside']);
  });

  test('pause the tenant where nobody has told the relay their limit', async (t) => {
    const { lines, add, fail } = linesWith(t);
    add();
    await fail('tenant-external-recipient-limit');
    assert.deepEqual(lines.pauses.counts, { sender: 0, mailbox: 0, tenant: 1 });
  });

  test('that no probe finds again are asked for less and less', async (t) => {
    const { lines, add, fail, pass } = linesWith(t);
    add({ expiresAt: NOW + 10 * DAY });
    await fail('tenant-external-recipient-limit');
    const waits: number[] = [];
    for (let probe = 0; probe < 3; probe += 1) {
      const [pause] = lines.pauses.states({ tenant: 'contoso' });
      assert.equal(pause?.probes, probe);
      const now = Date.now();
      waits.push(pause.until - now);
      add({ expiresAt: NOW + 10 * DAY });
      await pass(pause.until - now);
      await fail('tenant-external-recipient-limit');
    }
    assert.deepEqual(
      waits,
      waits.toSorted((one, other) => one - other),
    );
  });
});

suite('a head for which there is no room', () => {
  const small = [routeWith({ recipientsPerDay: 100 })];

  test('holds back nothing any more once it is taken out, or has expired', async (t) => {
    for (const leave of ['remove', 'expire'] as const) {
      const { lines, add, begun, pass } = linesWith(t, { routes: small, auto: true });
      add({ recipients: 90 });
      await pass(0);
      const large = add({ recipients: 50 });
      add({ id: 'small' });
      assert.equal(begun.includes('small'), false);
      lines[leave](large);
      assert.equal(begun.includes('small'), true, leave);
      t.mock.timers.reset();
    }
  });

  test('is passed by what comes due before it, and for which there is', async (t) => {
    const { add, begun, pass } = linesWith(t, { routes: small, auto: true });
    add({ id: 'first', recipients: 90 });
    await pass(0);
    add({ id: 'large', recipients: 50 });
    add({ id: 'urgent', priority: 'high', dueAt: NOW + MINUTE });
    await pass(MINUTE);
    assert.deepEqual(begun, ['first', 'urgent']);
  });
});
