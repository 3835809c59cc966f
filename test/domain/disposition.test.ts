/** What each failure of the catalogue means for a submission: nothing that others share destroys what was answered 202, and nothing permanent is repeated. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type FailureCode, failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { classifyReply } from '../../src/domain/classification.ts';
import { type Disposition, dispositionOf } from '../../src/domain/disposition.ts';
import { entryOf, type Failure, failure, isRetryable, retryAfterSeconds } from '../../src/domain/failure.ts';
import { parseReply } from '../../src/domain/smtp-reply.ts';

/** While the caller waits for the first attempt, and after a 202. */
function both(of: Failure): [Disposition, Disposition] {
  return [dispositionOf(of, { awaited: true }), dispositionOf(of, { awaited: false })];
}

function replied(raw: string): Failure {
  const reply = parseReply(raw);
  assert.ok(reply);
  return failure(classifyReply(reply), { smtp: { command: 'DATA', reply } });
}

const cannotSend: readonly (readonly [FailureCode, string])[] = [
  ['mailbox-logon-failure', '430 4.2.0 STOREDRV.Submission; mailbox logon failure'],
  ['smtp-auth-unsuccessful', '535 5.7.3 Authentication unsuccessful [SN2PR00CA0018.namprd00.prod.outlook.com]'],
  [
    'smtp-auth-disabled-for-tenant',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
  ],
  [
    'smtp-auth-disabled-for-mailbox',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
  ],
  ['smtp-credentials-incorrect', '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.'],
  ['smtp-basic-auth-disabled', '535 5.7.139 Authentication unsuccessful, basic authentication is disabled.'],
  ...[1, 2, 3, 4, 5].map(
    (last) => ['sender-throttled-continuous-errors', `550 5.2.25${last} Sender throttled`] as const,
  ),
  ['send-as-denied', '554 5.2.252 SendAsDenied; billing@contoso.example not allowed to send as ceo@contoso.example'],
];

suite('a failure that hits all of a mailbox, a sender or a tenant', () => {
  for (const [code, reply] of cannotSend) {
    test(`is told to who waits, and holds what was answered 202: ${reply.slice(0, 60)}`, () => {
      const made = replied(reply);
      assert.equal(made.code, code);
      assert.deepEqual(both(made), ['final', 'held']);
    });
  }

  for (const code of [
    'entra-client-secret-expired',
    'entra-client-secret-invalid',
    'entra-consent-missing',
    'entra-refused',
    'sender-mailbox-full',
    'recipient-rate-limit-exceeded',
    'tenant-external-recipient-limit',
    'tls-certificate-expired',
    'tls-certificate-unverified',
    'tls-certificate-hostname-mismatch',
    'starttls-refused',
    'proxy-authentication-required',
    'mailbox-not-configured',
    'dmarc-rejected',
    'internal-error',
  ] as const) {
    test(`is told to who waits, and holds what was answered 202: ${code}`, () => {
      assert.deepEqual(both(failure(code)), ['final', 'held']);
    });
  }
});

suite('a failure that passes by itself', () => {
  for (const raw of [
    '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded [Hostname=DM5SPR00MB2471.namprd08.prod.outlook.com]',
    '451 4.7.500 Server busy. Please try again later from [192.0.2.2]. (AS761)',
    '450 4.9.9 Nobody knows this',
  ]) {
    test(`is tried again: ${raw.slice(0, 40)}`, () => assert.deepEqual(both(replied(raw)), ['retry', 'retry']));
  }

  for (const code of [
    'connection-refused',
    'connection-timeout',
    'connection-reset',
    'dns-host-not-found',
    'tls-handshake-failed',
    'entra-transient-error',
    'entra-tenant-throttled',
    'smtp-service-not-available',
    'mailbox-busy',
    'mailbox-paced',
    'mailbox-paused',
    'shutting-down',
  ] as const) {
    test(`is tried again: ${code}`, () => assert.deepEqual(both(failure(code)), ['retry', 'retry']));
  }

  test('but asks to wait long is told to who waits, and holds what was answered 202', () => {
    assert.deepEqual(both(failure('entra-tenant-throttled', { retryAfter: 299 })), ['retry', 'retry']);
    assert.deepEqual(both(failure('entra-tenant-throttled', { retryAfter: 300 })), ['final', 'held']);
  });
});

suite('a failure of a message or a recipient', () => {
  for (const raw of [
    '550 5.1.1 User unknown',
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)',
    '552 5.3.4 Message size exceeds fixed maximum message size',
    '554 5.9.9 Nobody knows this',
  ]) {
    test(`is final when it is permanent: ${raw.slice(0, 40)}`, () =>
      assert.deepEqual(both(replied(raw)), ['final', 'final']));
  }

  for (const code of ['recipient-not-found', 'message-too-large', 'sender-not-allowed', 'schedule-invalid'] as const) {
    test(`is final when it is permanent: ${code}`, () => assert.deepEqual(both(failure(code)), ['final', 'final']));
  }

  for (const code of ['recipient-mailbox-full', 'recipient-receive-limit'] as const) {
    test(`is tried again, however long the wait: ${code}`, () => {
      assert.deepEqual(both(failure(code)), ['retry', 'retry']);
    });
  }
});

suite('every failure', () => {
  for (const code of failureCodes) {
    test(`has a disposition that fits what it is about: ${code}`, () => {
      const made = failure(code);
      const { about } = entryOf(code);
      const [awaited, afterwards] = both(made);
      if (code === 'submission-in-doubt') return assert.deepEqual([awaited, afterwards], ['in-doubt', 'in-doubt']);
      assert.notEqual(afterwards, 'in-doubt');
      assert.notEqual(awaited, 'held');
      if (isRetryable(made)) assert.notEqual(afterwards, 'final');
      else assert.equal(awaited, 'final');
      if (about === 'mailbox' || about === 'tenant' || about === 'network') assert.notEqual(afterwards, 'final');
      if (about === 'message' || about === 'recipient') assert.notEqual(afterwards, 'held');
      if (afterwards === 'held') assert.ok((retryAfterSeconds(made) ?? 300) >= 300);
    });
  }
});
