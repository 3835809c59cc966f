/** What those see who look after mailboxes and tenants, and what they can end. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { clientWith } from '../domain/clients.ts';
import { failureOf } from '../failure-of.ts';
import { DAY, HOUR, MINUTE, NOW, routeWith, tenantWith } from './places.ts';
import { gate, refusing, relayInMemory, taking } from './relay-in-memory.ts';

const operator = clientWith();
const contoso = tenantWith({ externalRecipientsPerDay: 100 });
const routes = [
  routeWith({ tenant: contoso, messagesPerMinute: 5 }),
  routeWith({ mailbox: 'Support@contoso.example', tenant: contoso, sendAs: [] }),
  routeWith({ mailbox: 'mail@fabrikam.example', sendAs: [], tenant: tenantWith({ name: 'fabrikam' }) }),
];

suite('a mailbox', () => {
  test('with nothing to do is idle, with all of its limits left', async (t) => {
    const { relay } = await relayInMemory(t, { routes });
    assert.deepEqual(relay.lines.mailboxes(operator)[0], {
      mailbox: 'billing@contoso.example',
      tenant: 'contoso',
      status: 'idle',
      queued: 0,
      deferred: 0,
      sending: 0,
      oldest: null,
      nextAttemptAt: null,
      pauses: [],
      connections: { limit: 3, used: 0, left: 3, nextAt: null },
      messagesPerMinute: { limit: 5, used: 0, left: 5, nextAt: null },
      recipientsPerDay: { limit: 10_000, used: 0, left: 10_000, nextAt: null },
    });
  });

  test('shows what is under way, what waits and since when', async (t) => {
    const { relay, exchange, acknowledged, settle, pass } = await relayInMemory(t, { routes });
    const { opened, open } = gate();
    exchange.answer = async (transaction) => {
      await opened;
      return await taking(transaction);
    };
    await acknowledged({ to: ['jane@fabrikam.example', 'john@fabrikam.example'] });
    await pass(1_000);
    for (let count = 0; count < 3; count += 1) await acknowledged();
    const shown = () => relay.lines.mailboxes(operator)[0] ?? assert.fail('there is none');
    assert.equal(shown().status, 'sending');
    assert.equal(shown().sending, 3);
    assert.equal(shown().queued, 1);
    assert.equal(shown().oldest, NOW);
    assert.deepEqual(shown().connections, { limit: 3, used: 3, left: 0, nextAt: null });
    assert.equal(shown().recipientsPerDay.used, 4);
    open();
    await settle();
    assert.equal(shown().status, 'idle');
    assert.equal(shown().messagesPerMinute.left, 1);
  });

  test('waits until the next is due', async (t) => {
    const { relay, acknowledged } = await relayInMemory(t, { routes });
    await acknowledged({ scheduledAt: NOW + HOUR });
    const [mailbox] = relay.lines.mailboxes(operator);
    assert.equal(mailbox?.status, 'waiting');
    assert.equal(mailbox.nextAttemptAt, NOW + HOUR);
  });

  test('is paced where its minute is used up, and tells when there is room', async (t) => {
    const { relay, acknowledged, settle } = await relayInMemory(t, { routes });
    for (let count = 0; count < 6; count += 1) await acknowledged();
    await settle();
    const [mailbox] = relay.lines.mailboxes(operator);
    assert.equal(mailbox?.status, 'paced');
    assert.equal(mailbox.nextAttemptAt, NOW + MINUTE);
    assert.deepEqual(mailbox.messagesPerMinute, { limit: 5, used: 5, left: 0, nextAt: NOW + MINUTE });
  });

  test('is paced where there is no room for its next message, though there is some', async (t) => {
    const { relay, acknowledged, settle } = await relayInMemory(t, { routes: [routeWith({ recipientsPerDay: 3 })] });
    const to = ['jane@fabrikam.example', 'john@fabrikam.example'];
    for (let count = 0; count < 2; count += 1) await acknowledged({ to });
    await settle();
    const [mailbox] = relay.lines.mailboxes(operator);
    assert.equal(mailbox?.recipientsPerDay.left, 1);
    assert.equal(mailbox.status, 'paced');
    assert.equal(mailbox.nextAttemptAt, NOW + DAY);
    const [tenant] = relay.lines.tenants(operator);
    assert.equal(tenant?.status, 'paced');
    assert.equal(tenant.nextAttemptAt, NOW + DAY);
  });

  test('is not paced by a used up minute where all that waits is scheduled for later', async (t) => {
    const { relay, acknowledged, settle } = await relayInMemory(t, { routes });
    for (let count = 0; count < 5; count += 1) await acknowledged();
    await acknowledged({ scheduledAt: NOW + HOUR });
    await settle();
    assert.equal(relay.lines.mailboxes(operator)[0]?.status, 'waiting');
  });

  test('pauses, and tells for what and until when', async (t) => {
    const { relay, acknowledged, exchange, settle } = await relayInMemory(t, { routes });
    exchange.answer = refusing('smtp-auth-unsuccessful');
    await acknowledged();
    await settle();
    const [mailbox, support] = relay.lines.mailboxes(operator);
    assert.equal(mailbox?.status, 'paused');
    assert.equal(mailbox.deferred, 1);
    assert.equal(mailbox.nextAttemptAt, NOW + MINUTE);
    assert.deepEqual(
      mailbox.pauses.map(({ about, name, failure, until }) => `${about} ${name} ${failure.code} ${until - NOW}`),
      [`mailbox billing@contoso.example smtp-auth-unsuccessful ${MINUTE}`],
    );
    assert.equal(support?.status, 'idle');
  });

  test('shows a sender that pauses, and goes on itself', async (t) => {
    const { relay, acknowledged, exchange, settle } = await relayInMemory(t, { routes });
    exchange.answer = refusing('send-as-denied');
    for (let count = 0; count < 3; count += 1) await acknowledged({ from: 'ceo@contoso.example' });
    await settle();
    const [mailbox] = relay.lines.mailboxes(operator);
    assert.equal(mailbox?.status, 'waiting');
    assert.deepEqual(
      mailbox.pauses.map(({ about, name }) => `${about} ${name}`),
      ['sender ceo@contoso.example'],
    );
    assert.equal(mailbox.nextAttemptAt, mailbox.pauses[0]?.until);
    await acknowledged({ scheduledAt: NOW + 1_000 });
    assert.equal(relay.lines.mailboxes(operator)[0]?.nextAttemptAt, NOW + 1_000);
  });
});

suite('a tenant', () => {
  test('shows the sum of its mailboxes and its own limit', async (t) => {
    const { relay, acknowledged, settle } = await relayInMemory(t, { routes });
    await acknowledged({ to: ['jane@fabrikam.example', 'ceo@contoso.example'] });
    await acknowledged({ scheduledAt: NOW + HOUR });
    await acknowledged({ from: 'support@contoso.example', scheduledAt: NOW + MINUTE });
    await settle();
    assert.deepEqual(relay.lines.tenants(operator), [
      {
        tenant: 'contoso',
        mailboxes: 2,
        status: 'waiting',
        queued: 2,
        deferred: 0,
        sending: 0,
        oldest: NOW,
        nextAttemptAt: NOW + MINUTE,
        pauses: [],
        externalRecipientsPerDay: { limit: 100, used: 1, left: 99, nextAt: null },
      },
      {
        tenant: 'fabrikam',
        mailboxes: 1,
        status: 'idle',
        queued: 0,
        deferred: 0,
        sending: 0,
        oldest: null,
        nextAttemptAt: null,
        pauses: [],
        externalRecipientsPerDay: null,
      },
    ]);
  });
});

suite('a client', () => {
  const ofFabrikam = clientWith({ tenants: ['fabrikam'] });

  test('sees the mailboxes and tenants that it may use, and resumes no others', async (t) => {
    const { relay } = await relayInMemory(t, { routes });
    const { mailboxes, tenants, resumeMailbox, resumeTenant } = relay.lines;
    assert.deepEqual(
      mailboxes(ofFabrikam).map(({ mailbox }) => mailbox),
      ['mail@fabrikam.example'],
    );
    assert.deepEqual(
      tenants(ofFabrikam).map(({ tenant }) => tenant),
      ['fabrikam'],
    );
    const trying = async (work: () => unknown) => work();
    for (const work of [
      () => resumeMailbox('billing@contoso.example', ofFabrikam),
      () => resumeMailbox('nobody@contoso.example', operator),
      () => resumeTenant('contoso', ofFabrikam),
      () => resumeTenant('nobody', operator),
    ]) {
      assert.equal((await failureOf(trying(work))).code, 'not-found');
    }
  });
});

suite('to resume', () => {
  test('a mailbox ends its pause and those of its senders, by its address in any case', async (t) => {
    const { relay, acknowledged, exchange, told, settle } = await relayInMemory(t);
    exchange.answer = refusing('send-as-denied');
    for (let count = 0; count < 3; count += 1) await acknowledged({ from: 'ceo@contoso.example' });
    await settle();
    exchange.answer = refusing('smtp-auth-unsuccessful');
    await acknowledged();
    await settle();
    exchange.answer = taking;
    const shown = relay.lines.resumeMailbox('BILLING@contoso.example', operator);
    assert.deepEqual(shown.pauses, []);
    assert.deepEqual(
      told('resumed').map(({ about, by }) => `${about} by ${by}`),
      ['sender by operator', 'mailbox by operator'],
    );
    await settle();
    assert.equal(relay.figures.byStatus.submitted.count, 4);
  });

  test('a mailbox that Exchange Online has called used up lets its messages go, as far as the relay has counted none', async (t) => {
    const { relay, acknowledged, exchange, settle } = await relayInMemory(t, { routes });
    exchange.answer = refusing('recipient-rate-limit-exceeded');
    const { retried } = { retried: await acknowledged() };
    await settle();
    assert.equal(relay.lines.mailboxes(operator)[0]?.status, 'paced');
    exchange.answer = taking;
    relay.lines.resumeMailbox('billing@contoso.example', operator);
    await settle();
    assert.equal((await relay.submissions.find(retried, operator)).status, 'submitted');
  });

  test('a tenant ends its pause and what Exchange Online has called used up, for all its mailboxes', async (t) => {
    const { relay, acknowledged, exchange, entra, settle } = await relayInMemory(t, { routes });
    exchange.answer = refusing('tenant-external-recipient-limit');
    await acknowledged();
    await settle();
    entra.refusal = 'entra-client-secret-expired';
    await acknowledged({ from: 'support@contoso.example', to: ['ceo@contoso.example'] });
    await settle();
    assert.equal(relay.lines.tenants(operator)[0]?.status, 'paused');
    entra.refusal = null;
    exchange.answer = taking;
    const shown = relay.lines.resumeTenant('contoso', operator);
    assert.deepEqual(shown.pauses, []);
    assert.deepEqual(entra.askedAnew, ['contoso']);
    await settle();
    assert.equal(relay.figures.byStatus.submitted.count, 2);
  });

  test('gives nothing back of what was used', async (t) => {
    const { relay, acknowledged, exchange, settle } = await relayInMemory(t, { routes });
    for (let count = 0; count < 6; count += 1) await acknowledged();
    await settle();
    relay.lines.resumeMailbox('billing@contoso.example', operator);
    await settle();
    assert.equal(exchange.transactions.length, 5);
  });
});

test('a day that is used up tells when it frees', async (t) => {
  const { relay, acknowledged, settle } = await relayInMemory(t, { routes: [routeWith({ recipientsPerDay: 1 })] });
  await acknowledged();
  await settle();
  assert.equal(relay.lines.mailboxes(operator)[0]?.recipientsPerDay.nextAt, NOW + DAY);
});
