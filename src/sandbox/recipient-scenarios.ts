/** Failures that a recipient's address triggers, in the words in which Exchange Online gave them. */

import type { SmtpScenario } from './scenario.ts';

/** Also the answer to whoever really sends as somebody else. */
export const SEND_AS_DENIED =
  '554 5.2.252 SendAsDenied; {mailbox} not allowed to send as {from}; STOREDRV.Submission.Exception:' +
  'SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message due to a permanent exception with ' +
  'message Cannot submit message. 0.35250:1F009983, 1.36674:0A000000, 1.61250:00000000, 1.45378:02000000 {hostname}';

export const recipientScenarios = [
  {
    name: 'recipient-not-found',
    trigger: 'recipient',
    at: 'rcpt',
    reply: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup {session}',
    plays: 'Nobody in the directory has the address.',
    source: 'sisimai/set-of-emails, Exchange Online bounce',
  },
  {
    name: 'recipient-address-invalid',
    trigger: 'recipient',
    at: 'rcpt',
    reply: '501 5.1.3 Invalid address {session}',
    plays: 'The address is refused as malformed.',
    source: 'https://github.com/skynet/monit/issues/2',
  },
  {
    name: 'recipient-rejected-access-denied',
    trigger: 'recipient',
    at: 'rcpt',
    reply: '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) {session}',
    plays: 'The domain is known and the address is not.',
    source: 'https://github.com/zone-eu/zone-mta/pull/214',
  },
  {
    name: 'too-many-recipients',
    trigger: 'recipient',
    at: 'rcpt',
    reply: '550 5.5.3 Too many recipients {session}',
    plays: 'The message has more recipients than the mailbox may address at once.',
    source: 'MicrosoftDocs/OfficeDocs-Exchange: non-delivery-reports-and-bounce-messages.md',
  },
  {
    name: 'server-busy',
    trigger: 'recipient',
    at: 'rcpt',
    reply: '451 4.7.500 Server busy. Please try again later from [192.0.2.2]. (AS761) {session}',
    plays: 'Exchange slows this sender down.',
    source: 'sisimai/p5-sisimai: lib/Sisimai/Rhost/Microsoft.pm',
  },
  {
    name: 'smtp-client-not-authenticated',
    trigger: 'recipient',
    at: 'data-command',
    reply: '530 5.7.57 Client not authenticated to send mail. {session}',
    plays: 'The session counts as not authenticated, and that shows only at DATA.',
    source: 'https://github.com/harishkrupo/oauth2ms/issues/5',
  },
  {
    name: 'connection-reset',
    trigger: 'recipient',
    at: 'data-command',
    reply: null,
    plays: 'The connection is reset in answer to DATA, before any of the message is sent.',
    source: 'RFC 9293 §3.10.7.4',
  },
  {
    name: 'connection-reset-in-content',
    // A small message is wholly on its way by then; one of some megabytes is not, and ends in connection-reset.
    failure: 'submission-in-doubt',
    trigger: 'recipient',
    at: 'content',
    reply: null,
    plays:
      'The connection is reset as soon as the first bytes of the message arrive: a short message is in doubt, a large one is not.',
    source: 'RFC 9293 §3.10.7.4',
  },
  {
    name: 'submission-in-doubt',
    trigger: 'recipient',
    at: 'final-dot',
    reply: null,
    plays: 'The connection is reset behind the final dot, before the reply.',
    source: 'RFC 9293 §3.10.7.4',
  },
  {
    name: 'mailbox-logon-failure',
    trigger: 'recipient',
    at: 'final-dot',
    reply:
      '430 4.2.0 STOREDRV; mailbox logon failure; STOREDRV.Submission.Exception:ConnectionFailedTransientException.' +
      'MapiExceptionLogonFailed; Failed to process message due to a transient exception with message ' +
      '[BeginDiagnosticData]Cannot open mailbox. {hostname}',
    plays: 'The token was good, but the app may not open the mailbox.',
    source: 'https://github.com/simonrob/email-oauth2-proxy/issues/271',
  },
  {
    name: 'send-as-denied',
    trigger: 'recipient',
    at: 'final-dot',
    reply: SEND_AS_DENIED,
    plays: 'The app may not send as the address in From.',
    source: 'https://github.com/gophish/gophish/issues/2900',
  },
  {
    name: 'tenant-traffic-not-accepted',
    trigger: 'recipient',
    at: 'final-dot',
    reply:
      '550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP. For more information please ' +
      'go to http://go.microsoft.com/fwlink/?LinkId=526653 AS(7230) {session}',
    plays: 'A new or trial tenant sends more than its reputation allows.',
    source: 'https://github.com/motze92/office365-mail/issues/11',
  },
  {
    name: 'tenant-threshold-exceeded',
    trigger: 'recipient',
    at: 'final-dot',
    reply: '550 5.7.705 Access denied, tenant has exceeded threshold {session}',
    plays: 'The tenant has sent too much suspicious mail and is blocked.',
    source: 'learn.microsoft.com, Exchange Online NDR 5.7.705',
  },
  {
    name: 'message-too-large',
    trigger: 'recipient',
    at: 'final-dot',
    reply: '552 5.3.4 Message size exceeds fixed maximum message size {session}',
    plays: 'The message is larger than the server takes.',
    source: 'MicrosoftDocs/OfficeDocs-Exchange: non-delivery-reports-and-bounce-messages.md',
  },
  {
    name: 'message-too-large-for-mailbox',
    trigger: 'recipient',
    at: 'final-dot',
    reply:
      '554 5.2.0 MapiExceptionMaxSubmissionExceeded; Message size exceeds maximum size limit.; STOREDRV.Submission.' +
      'Exception:MessageSubmissionExceededException.MapiExceptionMaxSubmissionExceeded; Failed to process message due ' +
      'to a permanent exception with message [BeginDiagnosticData]Cannot save changes made to an item to store. {hostname}',
    plays: 'The message is larger than the mailbox may submit.',
    source: 'https://github.com/pankleks/pm2-health/issues/52',
  },
  {
    name: 'concurrent-connections-limit',
    trigger: 'recipient',
    at: 'final-dot',
    reply: '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded {hostname}',
    plays: 'More than three connections submit for the mailbox at once.',
    source: 'https://github.com/timeoff-management/timeoff-management-application/issues/308',
  },
  {
    name: 'recipient-rate-limit-exceeded',
    trigger: 'recipient',
    at: 'final-dot',
    reply: '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException {hostname}',
    plays: 'The mailbox has reached its recipients of the day.',
    source: 'MicrosoftDocs/SupportArticles-docs: smtp-submission-improvements.md',
  },
  {
    name: 'sender-mailbox-full',
    trigger: 'recipient',
    at: 'final-dot',
    reply:
      '554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException.MapiExceptionQuotaExceeded {hostname}',
    plays: 'The copy for Sent Items has no room in the mailbox.',
    source: 'MicrosoftDocs/SupportArticles-docs: smtp-submission-improvements.md',
  },
  {
    name: 'sender-throttled-continuous-errors',
    trigger: 'recipient',
    at: 'final-dot',
    reply: '550 5.2.254 Sender throttled due to continuous too many recipients errors. {hostname}',
    plays: 'Exchange has suspended the mailbox after the same mistake many times over.',
    source: 'learn.microsoft.com, continuous error throttling for SMTP AUTH submissions',
  },
  {
    name: 'smtp-temporary-server-error',
    trigger: 'recipient',
    at: 'final-dot',
    reply:
      '451 4.4.0 Message failed to be replicated: No healthy secondary server available to accept replica at this time. {session}',
    plays: 'A passing fault inside Exchange.',
    source: 'ActiveCampaign/smtp-field-manual: data/codes/451.json',
  },
  {
    name: 'smtp-service-not-available',
    trigger: 'recipient',
    at: 'final-dot',
    reply: '421 4.3.2 Service not available {session}',
    closes: true,
    plays: 'The server goes into maintenance and closes the connection.',
    source: 'ActiveCampaign/smtp-field-manual: data/codes/421.json',
  },
  {
    name: 'smtp-connection-dropped',
    trigger: 'recipient',
    at: 'final-dot',
    reply: '421 4.4.2 Connection dropped due to SocketError {session}',
    closes: true,
    plays: 'The server gives the connection up and says so.',
    source: 'learn.microsoft.com, send-receive-emails-socketerror',
  },
  {
    name: 'refused-by-server',
    trigger: 'recipient',
    at: 'final-dot',
    reply: '554 5.4.14 Hop count exceeded - possible mail loop ATTR34 {session}',
    plays: 'A permanent refusal that is no well-known one.',
    source: 'sisimai/set-of-emails',
  },
  {
    name: 'refused-by-server-for-now',
    failure: 'refused-by-server',
    trigger: 'recipient',
    at: 'final-dot',
    reply: '450 4.7.320 Certificate validation failed {session}',
    plays: 'A transient refusal that is no well-known one.',
    source: 'learn.microsoft.com, Exchange Online SMTP error codes 4.7.320',
  },
] as const satisfies readonly SmtpScenario[];
