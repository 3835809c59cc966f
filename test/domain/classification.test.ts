/** Published replies, as people found them, come out as the failure they stand for; `unknown-replies.test.ts` has those that do not. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { classifyNetworkError, classifyReply } from '../../src/domain/classification.ts';
import { parseReply, type SmtpReply } from '../../src/domain/smtp-reply.ts';
import { publishedOf, replyIn } from './published-replies.ts';

function reply(raw: string): SmtpReply {
  const parsed = parseReply(raw);
  assert.ok(parsed, `no reply: ${raw}`);
  return parsed;
}

suite('published SMTP replies', () => {
  for (const { expect, reply: printed, source } of publishedOf('smtp')) {
    test(`${expect}: ${printed.slice(0, 90)} (${source})`, () => assert.equal(classifyReply(replyIn(printed)), expect));
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
    ['smtp-token-expires-soon', '501 5.5.127 Invalid XOAUTH2 auth data - Token will expire soon'],
    ['smtp-xoauth2-data-invalid', '501 5.5.124 Invalid XOAUTH2 auth data'],
    ['smtp-auth-unsuccessful', '535 5.7.8 Authentication credentials invalid'],
    ['smtp-auth-unsuccessful', '535 5.7.1 Authentication failed'],
    ['recipient-mailbox-full', '550 5.2.2 STOREDRV.Deliver: mailbox full.'],
    ['recipient-mailbox-full', '452 4.2.2 The recipient mailbox is full'],
    [
      'recipient-mailbox-full',
      '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
    ],
    ['sender-mailbox-full', '554 STOREDRV.Submission.Exception:QuotaExceededException.MapiExceptionQuotaExceeded'],
    ['recipient-size-limit', '550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient'],
    ['message-too-large', '550 5.3.4 RESOLVER.RST.SendSizeLimit.Org; message too large for this organization'],
    ['message-too-large-for-mailbox', '550 5.3.4 RESOLVER.RST.SendSizeLimit.Sender; message too large for this sender'],
    ['too-many-recipients', '550 5.5.3 RESOLVER.ADR.RecipLimit; too many recipients'],
    ['too-many-recipients-same-domain', '452 4.5.3 Too many recipients'],
    ['recipient-thread-limit', '432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded'],
    ['recipient-receive-limit', '550 5.2.121 The recipient has exceeded their limit of messages from this sender'],
    ['recipient-restricted-sender', '550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized'],
    ['recipient-restricted-sender', '550 5.7.124 RESOLVER.RST.NotAuthorized; sender not in allowed-senders list'],
    [
      'recipient-requires-internal-sender',
      '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required',
    ],
    ['recipient-address-banned', '550 5.7.504 [jane@contoso.com]: Recipient address rejected: Access denied'],
    ['recipient-address-banned', '550 5.7.505 Access denied, banned recipient'],
    ['recipient-rejected-access-denied', '550 5.4.1 [jane@contoso.com]: Recipient address rejected: Access denied'],
    [
      'tenant-recipient-block-list',
      "550 5.7.703 Your message can't be delivered because messages to jane@contoso.com are blocked by your organization using Tenant Allow Block List.",
    ],
    [
      'tenant-external-recipient-limit',
      "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to external recipients (tenant external recipient rate limit)",
    ],
    ['tenant-relay-access-denied', '451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35'],
    ['sender-blocked-outbound-spam', '550 5.1.8 Access denied, bad outbound sender AS(42004)'],
    ['spam-abuse-detected', '550 5.7.502 Access denied, banned sender'],
    [
      'banned-sending-ip',
      '550 5.7.511 Access denied, banned sender[192.0.2.1]. To request removal from this list please forward this message to delist@microsoft.com.',
    ],
    [
      'dmarc-rejected',
      "550 5.7.515 Access denied, sending domain CONTOSO.COM doesn't meet the required authentication level.",
    ],
    ['dmarc-rejected', '550 5.7.23 The message was rejected because of Sender Policy Framework violation'],
    [
      'unregistered-domain-blocked',
      '550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains',
    ],
    [
      'message-content-invalid',
      '550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal; message contains bare linefeeds, which cannot be sent via DATA',
    ],
    ['from-header-invalid', '550 5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant'],
    [
      'delivery-not-authorized',
      '550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy',
    ],
    ['delivery-not-authorized', '550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using a list'],
    ['smtp-protocol-error', '503 5.5.1 Bad sequence of commands'],
    ['smtp-protocol-error', '500 5.3.3 Unrecognized command'],
    ['smtp-connection-dropped', '451 4.7.0 Timeout waiting for client input'],
    ['server-busy', '421 4.4.2 Message submission rate for this client has exceeded the configured limit'],
    ['send-as-denied', '550 5.7.1 Client does not have permissions to send as this sender'],
    [
      'sender-blocked-outbound-spam',
      '554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; Failed to process message due to a permanent exception with message WASCL UserAction verdict is not None. Actual verdict is Suspend, ShowTierUpgrade.',
    ],
    [
      'recipient-rate-limit-exceeded',
      '554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; Failed to process message due to a permanent exception with message WASCL UserAction verdict is not None. Actual verdict is RefuseQuota, ShowTierUpgrade.',
    ],
    ['recipient-not-found', '550 5.1.1 Bad destination mailbox address'],
    ['recipient-not-found', '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)'],
    ['recipient-receive-limit', "554 5.2.122 Recipient's per hour message receive limit exceeded"],
    ['recipient-requires-internal-sender', '550 5.7.136 Sender was not authenticated'],
    ['recipient-requires-internal-sender', '550 5.7.133 Sender not authenticated for group'],
    ['recipient-restricted-sender', '550 5.7.124 RESOLVER.RST.RestrictedToGroupPermission; not authorized'],
    [
      'delivery-not-authorized',
      '550 5.7.513 Service unavailable, Client host [192.0.2.1] blocked by contoso.com using Customer Block list (AS16012607)',
    ],
    ['server-busy', '451 4.7.550 Access denied, please try again later'],
    ['message-too-large-for-mailbox', '550 5.2.3 RESOLVER.RST.SendSizeLimit.Sender; message too large for this sender'],
    ['message-too-large', '550 5.2.3 RESOLVER.RST.SendSizeLimit.Org; message too large for this organization'],
    ['message-too-large', '550 5.3.4 ROUTING.SizeLimit; message size exceeds fixed maximum size for route'],
    ['message-content-invalid', '550 5.6.2 SMTPSEND.BareLinefeedsAreIllegal; message contains bare linefeeds'],
    ['recipient-address-invalid', '550 5.1.3 STOREDRV.Submit; invalid recipient address'],
    ['smtp-client-not-authenticated', '550 5.7.1 Client was not authenticated'],
    [
      'smtp-auth-disabled-for-mailbox',
      '550 The SMTP server requires a secure connection or the client was not authenticated. The server response was: 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
    ],
    [
      'smtp-federated-sts-unreachable',
      '535 5.7.139 Authentication unsuccessful, federated STS service was unreachable.',
    ],
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

  test('is recognised when a blank was lost between two sentences', () => {
    const raw =
      '535 5.7.139 SmtpClientAuthentication is disabled for the Tenant.Visit https://aka.ms/smtp_auth_disabled';
    assert.equal(classifyReply(reply(raw)), 'smtp-auth-disabled-for-tenant');
  });

  test('inside a reply wins over what stands around it, when it is recognised', () => {
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
    test(`${what} costs by its length and not by its square, as a reply and as an error`, () => {
      const before = process.cpuUsage();
      classifyReply({ code: 554, enhanced: null, text });
      classifyNetworkError({ code: null, message: text });
      // By its square it would be hours.
      assert.ok(process.cpuUsage(before).user < 5_000_000);
    });
  }
});
