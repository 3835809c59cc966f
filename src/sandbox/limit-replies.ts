/** How Exchange Online says that a limit of a mailbox, a tenant or a source is reached, or that it has blocked one, in its own words. */

import type { PlayedFailure } from './played-failure.ts';
import {
  businessCentral,
  ndrPage,
  pythonTrace,
  sisimaiBounces,
  sisimaiMicrosoft,
  submissionPage,
  tenantBlocksPage,
} from './sources.ts';

const afterMessage = { by: ['recipient', 'mailbox'], at: 'final-dot' } as const;
const atRecipient = { by: ['recipient'], at: 'rcpt' } as const;

export const limitReplies: readonly PlayedFailure[] = [
  {
    ...afterMessage,
    name: 'concurrent-connections-limit',
    plays: 'More than three connections submit for the mailbox at once.',
    replies: [
      {
        reply: '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded {hostname}',
        source: 'https://github.com/timeoff-management/timeoff-management-application/issues/308',
      },
      { reply: '432 4.3.2 Concurrent connections limit exceeded. {hostname}', source: submissionPage },
    ],
  },
  {
    ...afterMessage,
    name: 'recipient-rate-limit-exceeded',
    plays: 'The mailbox has reached its recipients of the day.',
    replies: [
      {
        reply: '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException {hostname}',
        source: submissionPage,
      },
      {
        reply:
          "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients {session}",
        source: ndrPage,
      },
      { reply: '550 5.2.2 Submission quota exceeded {session}', source: ndrPage },
      {
        reply:
          '554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; Failed to process message due to a permanent ' +
          'exception with message [BeginDiagnosticData]WASCL UserAction verdict is not None. Actual verdict is RefuseQuota. ' +
          'OutboundSpamException: WASCL UserAction verdict is not None. Actual verdict is RefuseQuota.[EndDiagnosticData] {hostname}',
        source: pythonTrace,
      },
    ],
  },
  {
    ...afterMessage,
    name: 'tenant-external-recipient-limit',
    plays: 'The mailboxes of the tenant have together reached their recipients outside of the day.',
    replies: [
      {
        reply:
          "550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit for sending email to external recipients (tenant external recipient rate limit) {session}",
        source: 'MicrosoftDocs/SupportArticles-docs commit ae5c3e0',
      },
      {
        reply:
          "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to external recipients (tenant external recipient rate limit) {session}",
        source: 'https://learn.microsoft.com/defender-office-365/outbound-spam-sending-limits-troubleshoot',
      },
    ],
  },
  {
    ...afterMessage,
    name: 'tenant-traffic-not-accepted',
    plays: 'A new or trial tenant sends more than its reputation allows.',
    replies: [
      {
        reply:
          '550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP. For more information please ' +
          'go to http://go.microsoft.com/fwlink/?LinkId=526653 AS(7230) {session}',
        source: 'https://github.com/motze92/office365-mail/issues/11',
      },
      { reply: '550 5.7.708 Service unavailable {session}', source: businessCentral },
    ],
  },
  {
    ...afterMessage,
    name: 'tenant-threshold-exceeded',
    plays: 'The tenant has sent too much suspicious mail and is blocked.',
    replies: [
      { reply: '550 5.7.705 Access denied, tenant has exceeded threshold {session}', source: tenantBlocksPage },
    ],
  },
  {
    ...afterMessage,
    name: 'unregistered-domain-blocked',
    plays: 'The tenant sends from a domain that is not registered in it.',
    replies: [
      { reply: '550 5.7.750 Client blocked from sending from unregistered domain {session}', source: tenantBlocksPage },
    ],
  },
  {
    ...afterMessage,
    name: 'spam-abuse-detected',
    plays: 'The account is banned for what it has sent.',
    replies: [
      {
        reply:
          '550 5.7.501 Access denied, spam abuse detected. For more information please go to http://go.microsoft.com/fwlink/?LinkId=526653 {session}',
        source: 'https://github.com/dougperkes/Visual-Graph-Explorer/issues/1',
      },
      { reply: '550 5.7.502 Access denied, banned sender {session}', source: ndrPage },
      { reply: '550 5.7.503 Access denied, banned sender {session}', source: ndrPage },
    ],
  },
  {
    ...afterMessage,
    name: 'dmarc-rejected',
    plays: 'The domain of the sender does not pass DMARC or SPF.',
    replies: [
      {
        reply:
          '550 5.7.509 Access denied, sending domain [CONTOSO.EXAMPLE] does not pass DMARC verification and has a DMARC policy of reject. {session}',
        source: sisimaiBounces,
      },
      {
        reply: '550 5.7.23 The message was rejected because of Sender Policy Framework violation {session}',
        source: ndrPage,
      },
    ],
  },
  {
    ...atRecipient,
    name: 'tenant-relay-access-denied',
    plays: 'The server cannot tell to which tenant the message belongs.',
    replies: [{ reply: '550 5.7.64 TenantAttribution; Relay Access Denied {session}', source: ndrPage }],
  },
  {
    ...atRecipient,
    name: 'banned-sending-ip',
    plays: 'Mail from this IP address is refused.',
    replies: [
      {
        reply:
          '550 5.7.606 Access denied, banned sending IP [192.0.2.2]. To request removal from this list please visit ' +
          'https://sender.office.com/ and follow the directions. For more information please go to ' +
          'http://go.microsoft.com/fwlink/?LinkID=526655 (AS16012609) {session}',
        source: 'https://github.com/JamBrain/JamBrain/issues/271',
      },
      { reply: '550 5.7.511 Access denied, banned sender {session}', source: ndrPage },
    ],
  },
  {
    ...atRecipient,
    name: 'server-busy',
    plays: 'Exchange slows this sender down.',
    replies: [
      {
        reply: '451 4.7.500 Server busy. Please try again later from [192.0.2.2]. (AS761) {session}',
        source: sisimaiMicrosoft,
      },
      {
        reply:
          '451 4.7.651 The mail server [192.0.2.2] has been temporarily rate limited due to IP reputation. For e-mail ' +
          'delivery information, see https://postmaster.live.com (S3114) {session}',
        source: 'https://github.com/ActiveCampaign/smtp-field-manual/pull/89',
      },
      { reply: '451 4.7.850 Access denied, please try again later {session}', source: ndrPage },
      {
        reply:
          '550 5.7.508 Access denied, [2001:db8::2] has exceeded permitted limits within 2001:db8::/32 range {session}',
        source: ndrPage,
      },
    ],
  },
];
