/** Published replies and errors, as people found them, come out as the failure they stand for; anything else stays unknown. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { classifyEntraRefusal, classifyNetworkError, classifyReply } from '../../src/domain/classification.ts';
import { parseReply, type SmtpReply } from '../../src/domain/smtp-reply.ts';

interface Published {
  readonly kind: 'smtp' | 'entra' | 'node';
  readonly expect: string;
  readonly reply: string;
  readonly source: string;
}

const published: readonly Published[] = readFileSync(new URL('../fixtures/replies.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

/** The reply in what a client printed of it. Clients that print no reply code leave only the class, in the enhanced status code. */
function replyIn(printed: string): SmtpReply {
  const framed = /(?:^|[^\d.])([45]\d\d)\W+(?:Msg: )?(?:b')?([45]\.\d+\.\d+\s.*)?/s.exec(printed);
  const reply = framed?.[2]
    ? parseReply(`${framed[1]} ${framed[2]}`)
    : (parseReply(printed) ?? parseReply(`${printed[0]}50 ${printed}`));
  assert.ok(reply, `no reply in ${printed}`);
  return reply;
}

function reply(raw: string): SmtpReply {
  const parsed = parseReply(raw);
  assert.ok(parsed, `no reply: ${raw}`);
  return parsed;
}

suite('published SMTP replies', () => {
  for (const { expect, reply: printed, source } of published.filter(({ kind }) => kind === 'smtp')) {
    test(`${expect}: ${printed.slice(0, 90)} (${source})`, () => {
      assert.equal(classifyReply(replyIn(printed)), expect === 'unknown' ? 'refused-by-server' : expect);
    });
  }
});

suite('published Entra ID errors', () => {
  for (const { expect, reply: printed, source } of published.filter(({ kind }) => kind === 'entra')) {
    test(`${expect}: ${printed.slice(0, 90)} (${source})`, () => {
      const aadsts = [...printed.matchAll(/AADSTS(\d+)/g)].map((match) => Number(match[1]));
      assert.equal(classifyEntraRefusal({ aadsts, error: null, httpStatus: 400 }), expect);
    });
  }
});

suite('published network errors', () => {
  for (const { expect, reply: printed, source } of published.filter(({ kind }) => kind === 'node')) {
    test(`${expect}: ${printed.slice(0, 90)} (${source})`, () => {
      const code = /code: '(\w+)'/.exec(printed)?.[1] ?? null;
      assert.equal(classifyNetworkError({ code: code === 'ESOCKET' ? null : code, message: printed }), expect);
    });
  }
});

suite('a reply', () => {
  const cases: readonly (readonly [expected: string, raw: string])[] = [
    ['smtp-auth-unsuccessful', '535 5.7.3 Authentication unsuccessful'],
    ['smtp-auth-unsuccessful', '535 Authentication failed'],
    [
      'smtp-auth-disabled-for-mailbox',
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled',
    ],
    [
      'smtp-security-defaults-locked',
      "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
    ],
    ['smtp-auth-criteria-not-met', '535 5.7.139 Authentication unsuccessful, a solicitação não atendeu aos critérios'],
    [
      'smtp-auth-criteria-not-met',
      '535 5.7.139 Authentication unsuccessful, the organization configuration doesn’t allow this authentication request.',
    ],
    ['smtp-basic-auth-disabled', '550 5.7.30 Basic authentication is not supported for Client Submission.'],
    [
      'smtp-temporary-proxy-error',
      '451 4.7.0 Temporary server error. Please try again later. PRX4 [AM5PR0701CA0008.eurprd07.prod.outlook.com]',
    ],
    [
      'mailbox-logon-failure',
      '430 4.2.0 STOREDRV; mailbox logon failure; Failed to process message due to a transient exception with message Cannot open mailbox. MapiExceptionLogonFailed [Hostname=AS8PR01MB0001.eurprd01.prod.exchangelabs.com]',
    ],
    [
      'send-as-denied',
      '554 5.2.252 SendAsDenied; billing@contoso.com not allowed to send as sales@contoso.com; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
    ],
    ['sender-throttled-continuous-errors', '550 5.2.252 Sender throttled due to continuous send as denied errors.'],
    ['sender-throttled-continuous-errors', '550 5.2.251 Sender throttled due to continuous mailbox full errors.'],
    [
      'sender-mailbox-full',
      '554 5.2.2 STOREDRV.Submission.Exception:QuotaExceededException.MapiExceptionQuotaExceeded; Failed to process message',
    ],
    [
      'recipient-rate-limit-exceeded',
      '554 5.2.2 STOREDRV.Submission.Exception:SubmissionQuotaExceededException.MapiExceptionSubmissionQuotaExceeded',
    ],
    [
      'recipient-rate-limit-exceeded',
      "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
    ],
    ['recipient-not-found', '550 5.1.1 The email account that you tried to reach does not exist'],
    ['recipient-not-found', '550 5.5.0 Requested action not taken: mailbox unavailable'],
    ['too-many-recipients', '550 5.5.3 Too many recipients'],
    ['message-too-large', '552 5.3.4 Message size exceeds fixed maximum message size'],
    ['message-too-large-for-mailbox', '554 5.2.0 STOREDRV.Submission.Exception:MaxSubmissionExceededException'],
    [
      'concurrent-connections-limit',
      '432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information. [Hostname=X]',
    ],
    ['server-busy', '451 4.7.500 Server busy. Please try again later from [192.0.2.2]. (AS761)'],
    ['server-busy', '451 4.7.860 Slow down'],
    ['smtp-temporary-server-error', '451 4.3.2 Temporary server error'],
    ['smtp-temporary-server-error', '452 4.3.1 Insufficient system resources'],
    ['smtp-service-not-available', '421 4.3.2 Service not available'],
    ['smtp-service-not-available', '421 Please come back later'],
    ['smtp-connection-dropped', '421 4.4.1 Connection timed out'],
    ['smtp-tls-version-unsupported', '421 4.7.66 TLS 1.0 and 1.1 are not supported.'],
    [
      'tenant-traffic-not-accepted',
      '550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP.',
    ],
    ['tenant-threshold-exceeded', '550 5.7.705 Access denied, tenant has exceeded threshold'],
    ['smtp-starttls-required', '451 5.7.3 Must issue a STARTTLS command first'],
    ['ehlo-domain-invalid', '550 5.7.506 Access Denied, Bad HELO'],
    ['starttls-refused', '454 4.7.0 TLS not available due to local problem'],
  ];
  for (const [expected, raw] of cases) {
    test(`${expected}: ${raw.slice(0, 100)}`, () => assert.equal(classifyReply(reply(raw)), expected));
  }

  test('is recognised in any case and with any white space', () => {
    const raw = '535  5.7.139   AUTHENTICATION UNSUCCESSFUL,\tsmtpclientauthentication  IS  disabled for the TENANT.';
    assert.equal(classifyReply(reply(raw)), 'smtp-auth-disabled-for-tenant');
  });

  test('is recognised when it is folded over several lines', () => {
    const raw =
      '535-5.7.139 Authentication unsuccessful, SmtpClientAuthentication is\r\n535 5.7.139 disabled for the Tenant.';
    assert.equal(classifyReply(reply(raw)), 'smtp-auth-disabled-for-tenant');
  });

  test('is recognised whatever server and time stand at its end', () => {
    const tails = [
      '',
      ' [HOST.PROD.OUTLOOK.COM]',
      ' [host 2024-04-29T23:34:45.000Z 08DC48BEE95C08E5]',
      ' [a 5.1.1] [b 5.7.708]',
      ' [Hostname=x]',
    ];
    for (const tail of tails)
      assert.equal(classifyReply(reply(`535 5.7.3 Authentication unsuccessful${tail}`)), 'smtp-auth-unsuccessful');
  });

  test('inside a reply wins when it is as specific or more', () => {
    const inside = (text: string) =>
      classifyReply(reply(`530 5.7.57 Client not authenticated to send mail. [host] Error: ${text} [host]`));
    assert.equal(
      inside('535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.'),
      'smtp-credentials-incorrect',
    );
    assert.equal(inside('535 5.7.3 Authentication unsuccessful'), 'smtp-auth-unsuccessful');
    assert.equal(inside('535 5.7.999 Something new'), 'smtp-client-not-authenticated');
  });

  test('nearer to the cause wins over one that is as specific', () => {
    assert.equal(classifyReply(reply('550 5.1.10 Not delivered: 5.1.3 Invalid address')), 'recipient-address-invalid');
  });

  test('whose enhanced status code stands within the text is recognised by it', () => {
    assert.equal(
      classifyReply(reply('554 Transaction failed: 5.7.60 SMTP; Client does not have permissions')),
      'send-as-denied',
    );
    assert.equal(classifyReply(reply('550 Delivery refused (5.7.708)')), 'tenant-traffic-not-accepted');
  });

  test('inside a reply of the other class counts for nothing', () => {
    assert.equal(
      classifyReply(reply('450 4.9.9 Try later; last error was 550 5.1.1 User unknown')),
      'refused-by-server',
    );
    assert.equal(classifyReply(reply('450 4.9.9 Try later (5.1.1)')), 'refused-by-server');
    assert.equal(classifyReply(reply('550 5.9.9 Gave up after 421 4.4.2 Connection dropped')), 'refused-by-server');
  });

  test('is not read from an address, an IP address or a version in it', () => {
    for (const text of [
      '<5.7.708@contoso.com> refused',
      'SendAsDenied@contoso.com refused',
      'from 5.1.1.7 refused',
      'Server 15.5.1.1 refused',
      'v5.1.1 refused',
    ]) {
      assert.equal(classifyReply(reply(`550 5.9.9 ${text}`)), 'refused-by-server', text);
    }
  });

  test('is not read from the server name and time at its end', () => {
    assert.equal(classifyReply(reply('550 5.9.9 Something new [5.1.1 2024-04-29] [5.7.708]')), 'refused-by-server');
  });

  test('that the catalogue does not know stays unknown', () => {
    for (const raw of [
      '550 5.7.1 RESOLVER.RST.AuthRequired; authentication required',
      '550 5.2.2 STOREDRV.Deliver: mailbox full.',
      '501 5.5.4 Unrecognized parameter',
      '535 5.7.139 Authentication unsuccessful, federated STS service was unreachable.',
      '430 4.9.9 Something else',
      '432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded',
      '452 4.5.3 Too many recipients',
      '450 Mailbox busy',
      '599 What is this',
      '554 5.7.509 Access denied, sending domain does not pass DMARC verification',
    ]) {
      assert.equal(classifyReply(reply(raw)), 'refused-by-server', raw);
    }
  });
});

suite('an Entra ID refusal', () => {
  test('is recognised by its number before anything else', () => {
    assert.equal(
      classifyEntraRefusal({ aadsts: [7000222], error: 'temporarily_unavailable', httpStatus: 503 }),
      'entra-client-secret-expired',
    );
  });

  test('is recognised by the first number that is known', () => {
    assert.equal(
      classifyEntraRefusal({ aadsts: [1, 700016], error: null, httpStatus: 400 }),
      'entra-app-not-found-in-tenant',
    );
  });

  test('with a number that is not known is recognised by its OAuth error', () => {
    assert.equal(classifyEntraRefusal({ aadsts: [1], error: 'invalid_scope', httpStatus: 400 }), 'entra-scope-invalid');
  });

  test('without either is recognised by its HTTP status', () => {
    for (const httpStatus of [429, 500, 502, 503, 504]) {
      assert.equal(classifyEntraRefusal({ aadsts: [], error: null, httpStatus }), 'entra-transient-error');
    }
  });

  test('of another kind stays unknown', () => {
    assert.equal(classifyEntraRefusal({ aadsts: [123], error: 'invalid_client', httpStatus: 401 }), 'entra-refused');
  });
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
    ['network-error', 'EWHATEVER', 'something new'],
    ['network-error', null, ''],
  ];
  for (const [expected, code, message] of cases) {
    test(`${expected}: ${code} ${message}`, () => assert.equal(classifyNetworkError({ code, message }), expected));
  }
});

suite('a long text', () => {
  const length = 1_000_000;
  for (const [what, text] of [
    ['without a space', 'x'.repeat(length)],
    ['of spaces', ' '.repeat(length)],
    ['of brackets', '['.repeat(length)],
    ['of at signs', '@x'.repeat(length / 2)],
    ['of codes', '554 5.2.0 '.repeat(length / 10)],
  ] as const) {
    test(`${what} is classified in no time, as a reply and as an error`, () => {
      const started = performance.now();
      classifyReply({ code: 554, enhanced: null, text });
      classifyNetworkError({ code: null, message: text });
      assert.ok(performance.now() - started < 500);
    });
  }
});
