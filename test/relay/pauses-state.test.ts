/** The pauses that are shown, to those who look after a mailbox or a tenant. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { failure } from '../../src/domain/failure.ts';
import { ceo, nothing, pausing, stranger, support } from './pausing.ts';
import { HOUR, MINUTE } from './places.ts';

suite('a sender that pauses', () => {
  test('is let go once nothing has waited for it for an hour, and is found out about again', () => {
    const { pauses, time, fail, told } = pausing();
    for (let count = 0; count < 3; count += 1) fail(ceo, 'send-as-denied');
    fail(support, 'mailbox-logon-failure');
    time.now = MINUTE + HOUR;
    pauses.forgetIdle();
    assert.deepEqual(pauses.counts, { sender: 1, mailbox: 1, tenant: 0 });
    time.now += 1;
    pauses.forgetIdle();
    assert.deepEqual(pauses.counts, { sender: 0, mailbox: 1, tenant: 0 });
    assert.equal(told('resumed')[0]?.by, 'time');
  });
});

suite('the state of pauses', () => {
  test('is shown for a mailbox with its tenant and senders, and for a tenant alone', () => {
    const { pauses, time, fail } = pausing();
    for (let count = 0; count < 3; count += 1) fail(ceo, 'send-as-denied');
    fail(support, 'mailbox-logon-failure');
    time.now = 1_000;
    fail(ceo, 'entra-client-secret-expired');
    const shown = (of: { tenant: string; mailbox?: string }) =>
      pauses.states(of).map(({ about, name }) => `${about} ${name}`);
    assert.deepEqual(shown({ tenant: 'contoso', mailbox: 'Billing@contoso.example' }), [
      'tenant contoso',
      'sender ceo@contoso.example',
    ]);
    assert.deepEqual(shown({ tenant: 'contoso' }), ['tenant contoso']);
    assert.deepEqual(shown({ tenant: 'fabrikam', mailbox: stranger.mailbox }), []);
    const { failure: why, ...state } = pauses.stateFor(ceo) ?? assert.fail('it does not pause');
    assert.equal(why.code, 'entra-client-secret-expired');
    assert.deepEqual(state, { about: 'tenant', name: 'contoso', since: 1_000, until: 61_000, probes: 0 });
    assert.equal(pauses.stateFor(stranger), null);
  });

  test('asks for no longer than an hour, whatever the other side wants', () => {
    const { pauses } = pausing();
    pauses.failed(ceo, failure('entra-tenant-throttled', { retryAfter: 100_000 }), nothing);
    assert.equal(pauses.ofMailbox(ceo, 0), HOUR);
  });
});
