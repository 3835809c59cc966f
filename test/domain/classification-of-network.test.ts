/** Errors of DNS, TCP and TLS come out as the failure they stand for, also where a library has hidden their code. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { classifyNetworkError } from '../../src/domain/classification.ts';
import { networkErrorIn, publishedOf } from './published-replies.ts';

suite('published network errors', () => {
  for (const { expect, reply: printed, source } of publishedOf('node')) {
    test(`${expect}: ${printed.slice(0, 90)} (${source})`, () =>
      assert.equal(classifyNetworkError(networkErrorIn(printed)), expect));
  }
});

suite('a network error', () => {
  const cases: readonly (readonly [expected: string, code: string | null, message: string])[] = [
    ['dns-host-not-found', 'ENOTFOUND', 'getaddrinfo ENOTFOUND smtp.example'],
    ['dns-host-not-found', 'EDNS', 'getaddrinfo ENOTFOUND smtp.example'],
    ['dns-temporary-failure', 'EDNS', 'getaddrinfo EAI_AGAIN smtp.office365.com'],
    ['connection-refused', 'ECONNREFUSED', ''],
    ['connection-refused', null, 'connect ECONNREFUSED 127.0.0.1:587'],
    ['connection-timeout', 'ETIMEDOUT', 'Greeting never received'],
    ['connection-timeout', null, 'Timeout'],
    ['connection-reset', 'ECONNRESET', 'socket hang up'],
    ['connection-reset', null, 'Connection closed unexpectedly'],
    ['starttls-refused', 'ETLS', 'Error upgrading connection with STARTTLS'],
    ['tls-handshake-failed', 'ERR_SSL_WRONG_VERSION_NUMBER', 'write EPROTO'],
    [
      'tls-handshake-failed',
      'ETLS',
      'Error initiating TLS - Client network socket disconnected before secure TLS connection was established',
    ],
    ['tls-certificate-expired', 'CERT_HAS_EXPIRED', 'certificate has expired'],
    ['tls-certificate-expired', 'ETLS', 'Error initiating TLS - certificate has expired'],
    ['tls-certificate-unverified', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
    ['tls-certificate-unverified', null, 'self-signed certificate in certificate chain'],
    ['tls-certificate-hostname-mismatch', 'ERR_TLS_CERT_ALTNAME_INVALID', ''],
    [
      'tls-handshake-failed',
      'ECONNRESET',
      'Client network socket disconnected before secure TLS connection was established',
    ],
    ['connection-timeout', null, 'The operation was aborted due to timeout'],
    ['network-error', 'EWHATEVER', 'something new'],
    ['network-error', null, ''],
  ];
  for (const [expected, code, message] of cases) {
    test(`${expected}: ${code} ${message}`, () => assert.equal(classifyNetworkError({ code, message }), expected));
  }

  test('whose code a library hides is recognised by errno and syscall', () => {
    const hidden = { code: 'ESOCKET', message: 'It failed' };
    assert.equal(classifyNetworkError({ ...hidden, errno: 'ECONNREFUSED' }), 'connection-refused');
    assert.equal(classifyNetworkError({ ...hidden, errno: -3001, syscall: 'getaddrinfo' }), 'dns-temporary-failure');
    assert.equal(classifyNetworkError({ ...hidden, errno: -99, syscall: 'connect' }), 'network-error');
  });
});
