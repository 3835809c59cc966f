/** One cause is found out once: who pauses after what, what a probe tells, and when it is over. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ceo, cfo, nothing, pausing, refused, stranger, support } from './pausing.ts';
import { MINUTE } from './places.ts';

const INFINITY = Number.POSITIVE_INFINITY;

suite('a sender that may not be sent as', () => {
  test('pauses at the third refusal, alone', () => {
    const { pauses, fail, told } = pausing();
    fail(ceo, 'send-as-denied');
    fail(ceo, 'send-as-denied');
    assert.equal(pauses.ofSender(ceo, 0), null);
    fail(ceo, 'send-as-denied');
    assert.equal(pauses.ofSender(ceo, 0), MINUTE);
    assert.equal(pauses.ofSender(cfo, 0), null);
    assert.equal(pauses.ofMailbox(ceo, 0), null);
    assert.deepEqual(
      told('paused').map(({ about, name, tenant, probes }) => ({ about, name, tenant, probes })),
      [{ about: 'sender', name: 'ceo@contoso.example', tenant: 'contoso', probes: 0 }],
    );
  });

  test('is counted by itself', () => {
    const { pauses, fail } = pausing();
    for (const sender of [ceo, cfo, ceo, cfo]) fail(sender, 'send-as-denied');
    assert.deepEqual(pauses.counts, { sender: 0, mailbox: 0, tenant: 0 });
  });

  test('is the same in letters of another case', () => {
    const { pauses, fail } = pausing();
    fail(ceo, 'send-as-denied');
    fail({ ...ceo, from: 'CEO@contoso.example' }, 'send-as-denied');
    fail({ ...ceo, mailbox: 'Billing@contoso.example' }, 'send-as-denied');
    assert.equal(pauses.ofSender(ceo, 0), MINUTE);
  });

  test('does not pause for refusals that lie far apart', () => {
    const { pauses, time, fail } = pausing();
    for (let count = 0; count < 10; count += 1) {
      fail(ceo, 'send-as-denied');
      time.now += 6 * MINUTE;
    }
    assert.deepEqual(pauses.counts, { sender: 0, mailbox: 0, tenant: 0 });
  });
});

suite('a mailbox', () => {
  test('pauses at once when it cannot sign in, with all its senders and no other mailbox', () => {
    const { pauses, fail } = pausing();
    fail(ceo, 'smtp-auth-unsuccessful', 'auth');
    assert.equal(pauses.ofMailbox(cfo, 0), MINUTE);
    assert.equal(pauses.ofMailbox(support, 0), null);
  });

  test('pauses after three failed connections in a row, and a success between them counts from the start', () => {
    const { pauses, fail, succeed } = pausing();
    fail(ceo, 'connection-refused');
    fail(cfo, 'connection-timeout');
    succeed(ceo);
    fail(ceo, 'connection-refused');
    fail(ceo, 'connection-refused');
    assert.equal(pauses.ofMailbox(ceo, 0), null);
    fail(ceo, 'connection-refused');
    assert.equal(pauses.ofMailbox(ceo, 0), 30_000);
  });

  test('pauses after twenty wrong recipients that the server has refused', () => {
    const { pauses, fail } = pausing();
    for (let count = 1; count < 20; count += 1) fail(ceo, 'recipient-not-found');
    assert.equal(pauses.ofMailbox(ceo, 0), null);
    fail(ceo, 'recipient-not-found');
    assert.equal(pauses.ofMailbox(ceo, 0), MINUTE);
  });

  test('goes on after a message that was refused for itself', () => {
    const { pauses, fail } = pausing();
    for (let count = 0; count < 50; count += 1) fail(ceo, 'message-content-invalid');
    assert.deepEqual(pauses.counts, { sender: 0, mailbox: 0, tenant: 0 });
  });
});

suite('a tenant', () => {
  test('pauses at once when it gets no token, with all its mailboxes and no other tenant', () => {
    const { pauses, fail } = pausing();
    fail(ceo, 'entra-client-secret-expired');
    assert.equal(pauses.ofMailbox(support, 0), MINUTE);
    assert.equal(pauses.ofMailbox(stranger, 0), null);
    assert.deepEqual(pauses.counts, { sender: 0, mailbox: 0, tenant: 1 });
  });
});

suite('a probe', () => {
  test('is due when the time is up, and there is one at a time', () => {
    const { pauses, time, fail } = pausing();
    fail(ceo, 'smtp-auth-unsuccessful', 'auth');
    assert.equal(pauses.probe(ceo, MINUTE - 1).size, 0);
    time.now = MINUTE;
    assert.equal(pauses.ofMailbox(ceo, MINUTE), MINUTE);
    assert.equal(pauses.probe(ceo, MINUTE).size, 1);
    assert.equal(pauses.ofMailbox(ceo, MINUTE), INFINITY);
    assert.equal(pauses.probe(cfo, MINUTE).size, 0);
  });

  test('in vain makes the pause twice as long, up to an hour', () => {
    const { pauses, time, fail, told } = pausing();
    fail(ceo, 'smtp-auth-unsuccessful', 'auth');
    const lengths: number[] = [];
    for (let probe = 0; probe < 8; probe += 1) {
      const until = pauses.ofMailbox(ceo, time.now) ?? assert.fail('it is over');
      lengths.push((until - time.now) / MINUTE);
      time.now = until;
      fail(ceo, 'smtp-auth-unsuccessful', 'auth');
    }
    assert.deepEqual(lengths, [1, 2, 4, 8, 16, 32, 60, 60]);
    assert.deepEqual(
      told('paused').map(({ probes }) => probes),
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
    );
  });

  test('in vain of a sender makes its pause longer, too', () => {
    const { pauses, time, fail } = pausing();
    for (let count = 0; count < 3; count += 1) fail(ceo, 'send-as-denied');
    time.now = MINUTE;
    fail(ceo, 'send-as-denied');
    assert.equal(pauses.ofSender(ceo, time.now), 3 * MINUTE);
  });

  test('that goes through ends every pause that it was for', () => {
    const { pauses, time, fail, succeed, told, calls } = pausing();
    fail(ceo, 'entra-client-secret-expired');
    fail(ceo, 'smtp-auth-unsuccessful', 'auth');
    time.now = 90_000;
    succeed(ceo);
    assert.equal(pauses.ofMailbox(ceo, time.now), null);
    assert.deepEqual(calls.slice(2), ['resume tenant', 'resume mailbox']);
    assert.deepEqual(
      told('resumed').map(({ about, by, milliseconds }) => `${about} by ${by} after ${milliseconds}`),
      ['tenant by probe after 90000', 'mailbox by probe after 90000'],
    );
  });

  test('that tells nothing is followed by another one, after as long as the first', () => {
    const { pauses, time, fail, calls } = pausing();
    fail(ceo, 'smtp-auth-unsuccessful', 'auth');
    time.now = MINUTE;
    fail(ceo, 'smtp-auth-unsuccessful', 'auth');
    time.now = 3 * MINUTE;
    pauses.undecided(pauses.probe(ceo, time.now));
    assert.equal(pauses.ofMailbox(ceo, time.now), 4 * MINUTE);
    assert.equal(pauses.stateFor(ceo)?.probes, 1);
    assert.equal(calls.length, 3);
  });

  for (const [what, pausedBy, pausedAt, code, stage] of [
    ['a mailbox that could not sign in', 'smtp-auth-unsuccessful', 'auth', 'message-content-invalid', 'data'],
    ['a tenant without a token', 'entra-client-secret-expired', 'token', 'smtp-auth-unsuccessful', 'auth'],
    ['a tenant without a token', 'entra-client-secret-expired', 'token', 'connection-refused', 'connect'],
    ['a mailbox that could not sign in', 'smtp-auth-unsuccessful', 'auth', 'send-as-denied', 'data'],
  ] as const) {
    test(`that fails farther on (${code}) ends the pause of ${what}`, () => {
      const { pauses, time, fail, told } = pausing();
      fail(ceo, pausedBy, pausedAt);
      time.now = MINUTE;
      fail(ceo, code, stage);
      assert.equal(told('resumed').length, 1);
      assert.equal(pauses.stateFor(ceo)?.failure.code === pausedBy, false);
    });
  }

  for (const [what, pausedBy, pausedAt, code, stage] of [
    ['a mailbox that could not sign in', 'smtp-auth-unsuccessful', 'auth', 'connection-refused', 'connect'],
    ['a mailbox that could not sign in', 'smtp-auth-unsuccessful', 'auth', 'entra-client-secret-expired', 'token'],
    ['a mailbox that could not sign in', 'smtp-auth-unsuccessful', 'auth', 'outbox-unavailable', 'request'],
  ] as const) {
    test(`that fails before it came so far (${code}) leaves ${what} paused`, () => {
      const { pauses, time, fail, told } = pausing();
      fail(ceo, pausedBy, pausedAt);
      time.now = MINUTE;
      fail(ceo, code, stage);
      assert.equal(told('resumed').length, 0);
      assert.ok((pauses.stateFor({ ...ceo, tenant: 'another' })?.until ?? 0) >= time.now + 30_000);
    });
  }

  test('that is refused at the same stage for something else leaves a sender paused', () => {
    const { pauses, time, fail } = pausing();
    for (let count = 0; count < 3; count += 1) fail(ceo, 'send-as-denied');
    time.now = MINUTE;
    fail(ceo, 'message-content-invalid');
    assert.equal(pauses.ofSender(ceo, time.now), 2 * MINUTE);
  });

  test('that cannot sign in leaves a sender paused that was refused after the message', () => {
    const { pauses, time, fail } = pausing();
    for (let count = 0; count < 3; count += 1) fail(ceo, 'send-as-denied');
    time.now = MINUTE;
    fail(ceo, 'smtp-auth-unsuccessful', 'auth');
    assert.deepEqual(pauses.counts, { sender: 1, mailbox: 1, tenant: 0 });
    assert.equal(pauses.ofSender(ceo, time.now), 2 * MINUTE);
  });
});

suite('attempts that were under way when a pause began', () => {
  test('make it no longer when they fail of the same', () => {
    const { pauses, time, told } = pausing();
    const denied = refused('smtp-auth-unsuccessful', 'auth');
    pauses.failed(ceo, denied, nothing);
    time.now = 5_000;
    pauses.failed(cfo, denied, nothing);
    assert.equal(pauses.ofMailbox(ceo, time.now), MINUTE);
    assert.equal(told('paused').length, 1);
  });

  test('do not end it when they go through: a connection that was open before shows nothing of the next', () => {
    const { pauses, fail } = pausing();
    const before = pauses.probe(cfo, 0);
    fail(ceo, 'smtp-auth-unsuccessful', 'auth');
    pauses.succeeded(cfo, before);
    assert.equal(pauses.ofMailbox(ceo, 0), MINUTE);
  });
});

suite('an operator', () => {
  test('ends a pause at once, and refusals count from the start', () => {
    const { pauses, fail, told, calls } = pausing();
    for (let count = 0; count < 3; count += 1) fail(ceo, 'send-as-denied');
    pauses.resume('sender', ceo);
    assert.equal(pauses.ofSender(ceo, 0), null);
    assert.deepEqual(calls, ['pause sender', 'resume sender']);
    assert.equal(told('resumed')[0]?.by, 'operator');
    fail(ceo, 'send-as-denied');
    fail(ceo, 'send-as-denied');
    assert.equal(pauses.ofSender(ceo, 0), null);
  });

  test('ends the pauses of all senders of one mailbox', () => {
    const { pauses, fail } = pausing();
    for (let count = 0; count < 3; count += 1) {
      for (const sender of [ceo, cfo, support]) fail(sender, 'send-as-denied');
    }
    pauses.resumeSenders({ mailbox: 'BILLING@contoso.example' });
    assert.deepEqual(pauses.counts, { sender: 1, mailbox: 0, tenant: 0 });
    assert.notEqual(pauses.ofSender(support, 0), null);
  });

  test('who resumes what does not pause changes nothing', () => {
    const { pauses, told } = pausing();
    pauses.resume('tenant', ceo);
    assert.equal(told('resumed').length, 0);
  });
});
