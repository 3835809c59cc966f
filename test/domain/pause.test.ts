/** What each failure of the catalogue means for the messages behind it, and how long a pause lasts. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type FailureCode, failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import type { Stage } from '../../src/domain/catalogue/entry.ts';
import { entryOf, type Failure, failure } from '../../src/domain/failure.ts';
import { type Consequence, consequenceOf, pauseAfter } from '../../src/domain/pause.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** As the server says it, where the catalogue says. */
function refusedAt(code: FailureCode, stage: Stage = entryOf(code).stage): Failure {
  const reply = { code: 550, enhanced: '5.0.0', text: 'No' };
  return failure(code, { stage, smtp: { command: 'MAIL', reply } });
}

/** In a few words: `pause mailbox`, `count sender 3`, `exhaust messages`. */
function inShort(consequence: Consequence): string {
  switch (consequence.kind) {
    case 'none':
      return 'none';
    case 'pause':
      return `pause ${consequence.of}`;
    case 'count':
      return `count ${consequence.of} ${consequence.most} ${consequence.window}`;
    case 'exhaust':
      return `exhaust ${consequence.budget}`;
  }
}

const raisedByRelayAlone = 'raised before any attempt is made';

const expected: Readonly<Record<string, readonly FailureCode[]>> = {
  // A cause that all messages of the mailbox share.
  'pause mailbox': [
    'smtp-auth-unsuccessful',
    'smtp-auth-disabled-for-tenant',
    'smtp-auth-disabled-for-mailbox',
    'smtp-security-defaults-locked',
    'smtp-auth-criteria-not-met',
    'smtp-federated-sts-unreachable',
    'smtp-basic-auth-disabled',
    'smtp-credentials-incorrect',
    'smtp-client-not-authenticated',
    'smtp-starttls-required',
    'smtp-tls-version-unsupported',
    'ehlo-domain-invalid',
    'smtp-protocol-error',
    'smtp-xoauth2-data-invalid',
    'mailbox-logon-failure',
    'sender-throttled-continuous-errors',
    'sender-mailbox-full',
    'sender-blocked-outbound-spam',
    'mailbox-busy',
    'tenant-relay-access-denied',
    'spam-abuse-detected',
    'banned-sending-ip',
  ],
  'pause tenant': [
    'entra-client-secret-invalid',
    'entra-client-secret-expired',
    'entra-client-credential-missing',
    'entra-app-not-found-in-tenant',
    'entra-app-disabled',
    'entra-service-principal-missing',
    'entra-client-assertion-signature-invalid',
    'entra-tenant-not-found',
    'entra-tenant-identifier-malformed',
    'entra-wrong-national-cloud',
    'entra-consent-missing',
    'entra-conditional-access-blocked',
    'entra-tenant-endpoint-required',
    'entra-org-lacks-service',
    'entra-resource-not-in-app-permissions',
    'entra-resource-principal-not-found',
    'entra-scope-default-suffix-required',
    'entra-scope-invalid',
    'entra-redirect-uri-mismatch',
    'entra-scope-unknown-on-resource',
    'entra-request-malformed',
    'entra-user-flow-error',
    'entra-tenant-throttled',
    'entra-client-request-loop',
    'entra-refused',
    'smtp-auth-type-unrecognized',
    'smtp-token-expires-soon',
    'tenant-traffic-not-accepted',
    'tenant-threshold-exceeded',
    'unregistered-domain-blocked',
  ],
  // A right on one sender: others of the mailbox go on.
  [`count sender 3 ${10 * MINUTE}`]: ['send-as-denied', 'sender-address-invalid', 'dmarc-rejected'],
  // Repeated, they make Exchange Online suspend the mailbox (5.2.254, 5.2.255).
  [`count mailbox 20 ${10 * MINUTE}`]: ['recipient-not-found', 'recipient-address-invalid', 'too-many-recipients'],
  'count mailbox 3 until a success': [
    'dns-host-not-found',
    'dns-temporary-failure',
    'connection-refused',
    'connection-timeout',
    'connection-reset',
    'smtp-reply-malformed',
    'network-error',
    'starttls-refused',
    'tls-certificate-expired',
    'tls-certificate-unverified',
    'tls-certificate-hostname-mismatch',
    'tls-handshake-failed',
    'smtp-temporary-proxy-error',
    'smtp-service-not-available',
    'smtp-connection-dropped',
  ],
  'count tenant 3 until a success': [
    'entra-client-assertion-expired',
    'entra-transient-error',
    'proxy-unreachable',
    'proxy-refused',
    'proxy-authentication-required',
  ],
  'exhaust messages': ['concurrent-connections-limit', 'server-busy'],
  'exhaust recipients': ['recipient-rate-limit-exceeded'],
  'exhaust external': ['tenant-external-recipient-limit'],
  // Of one message or recipient, or what the relay says of itself.
  none: [
    'internal-error',
    'outbox-unavailable',
    'shutting-down',
    'content-gone',
    'submission-in-doubt',
    'smtp-extension-missing',
    'recipient-rejected-access-denied',
    'delivery-not-authorized',
    'recipient-restricted-sender',
    'recipient-requires-internal-sender',
    'recipient-address-banned',
    'tenant-recipient-block-list',
    'recipient-mailbox-full',
    'recipient-size-limit',
    'recipient-receive-limit',
    'recipient-thread-limit',
    'too-many-recipients-same-domain',
    'message-too-large',
    'message-too-large-for-mailbox',
    'message-content-invalid',
    'from-header-invalid',
    'smtp-temporary-server-error',
    'refused-by-server',
  ],
  [raisedByRelayAlone]: [
    'invalid-request',
    'no-recipient',
    'no-content',
    'address-invalid',
    'value-invalid',
    'header-injection',
    'header-not-allowed',
    'control-characters',
    'attachment-invalid',
    'attachment-not-base64',
    'unsupported-media-type',
    'unauthenticated',
    'forbidden-scope',
    'rate-limited',
    'relay-busy',
    'sender-not-allowed',
    'not-found',
    'method-not-allowed',
    'request-timeout',
    'outbox-full',
    'acceptance-unknown',
    'idempotency-key-reused',
    'idempotency-key-in-use',
    'schedule-invalid',
    'submission-expired',
    'submission-canceled',
    'submission-final',
    'submission-sending',
    'submission-submitted',
    'mailbox-paced',
    'mailbox-paused',
    'mailbox-not-configured',
  ],
};

suite('a failed attempt', () => {
  for (const [consequence, codes] of Object.entries(expected)) {
    if (consequence === raisedByRelayAlone) continue;
    test(`has the consequence "${consequence}" after ${codes.length} failures of the catalogue`, () => {
      assert.deepEqual(
        codes.map((code) => `${code}: ${inShort(consequenceOf(refusedAt(code)))}`),
        codes.map((code) => `${code}: ${consequence}`),
      );
    });
  }

  test('has a consequence that is written here for every failure there is', () => {
    assert.deepEqual(Object.values(expected).flat().sort(), [...failureCodes].sort());
  });

  test('that lost its connection within the transaction says nothing of the messages behind it', () => {
    for (const stage of ['mail-from', 'rcpt-to', 'data'] as const) {
      assert.equal(inShort(consequenceOf(failure('connection-reset', { stage }))), 'none');
    }
  });

  test('whose way ends before the token is about the tenant, and after it about the mailbox', () => {
    assert.equal(
      inShort(consequenceOf(failure('connection-timeout', { stage: 'token' }))),
      'count tenant 3 until a success',
    );
    assert.equal(
      inShort(consequenceOf(failure('connection-timeout', { stage: 'tls' }))),
      'count mailbox 3 until a success',
    );
  });

  test('refused by the relay itself for its recipients counts towards nothing', () => {
    assert.equal(inShort(consequenceOf(failure('too-many-recipients', { stage: 'request' }))), 'none');
  });
});

suite('a pause', () => {
  const denied = failure('send-as-denied');

  test('lasts a minute first, twice as long after each probe in vain, and never more than an hour', () => {
    const lengths: number[] = [];
    let pause = pauseAfter(denied, 0, null);
    assert.deepEqual(pause, { failure: denied, since: 0, until: MINUTE, probes: 0 });
    for (let probe = 1; probe <= 8; probe += 1) {
      const now = pause.until;
      pause = pauseAfter(denied, now, pause);
      assert.equal(pause.probes, probe);
      assert.equal(pause.since, 0);
      lengths.push((pause.until - now) / MINUTE);
    }
    assert.deepEqual(lengths, [2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('lasts ten seconds first where the way may be back at any time', () => {
    assert.equal(pauseAfter(failure('connection-refused', { retryAfter: 1 }), 0, null).until, 10_000);
  });

  test('lasts as long as the other side asks for, up to an hour', () => {
    assert.equal(pauseAfter(failure('entra-tenant-throttled', { retryAfter: 900 }), 0, null).until, 15 * MINUTE);
    assert.equal(pauseAfter(failure('entra-tenant-throttled', { retryAfter: 90_000 }), 0, null).until, HOUR);
  });

  test('tells the failure of the last probe', () => {
    const first = pauseAfter(denied, 0, null);
    const other = failure('dmarc-rejected');
    assert.equal(pauseAfter(other, MINUTE, first).failure, other);
  });
});
