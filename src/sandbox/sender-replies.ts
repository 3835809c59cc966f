/** How Exchange Online refuses a mailbox that is signed in: its address, its rights, its state, in its own words. */

import type { PlayedFailure } from './played-failure.ts';
import { businessCentral, continuousErrors, ndrPage, pythonTrace, socketError, submissionPage } from './sources.ts';

/** Also the answer to whoever really sends as somebody else. */
export const SEND_AS_DENIED =
  '554 5.2.252 SendAsDenied; {mailbox} not allowed to send as {from}; STOREDRV.Submission.Exception:' +
  'SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message due to a permanent exception with ' +
  'message Cannot submit message. 0.35250:1F009983, 1.36674:0A000000, 1.61250:00000000, 1.45378:02000000 {hostname}';

const afterMessage = { by: ['recipient', 'mailbox'], at: 'final-dot' } as const;

export const senderReplies: readonly PlayedFailure[] = [
  {
    name: 'sender-address-invalid',
    by: ['mailbox'],
    at: 'mail',
    plays: 'The address in MAIL FROM is refused as malformed.',
    replies: [
      { reply: '501 5.1.7 Invalid address {session}', source: 'https://github.com/roehling/postsrsd/issues/192' },
    ],
  },
  {
    name: 'smtp-starttls-required',
    by: ['mailbox'],
    at: 'mail',
    plays: 'The server takes the session for one in clear, as behind a device that ends the encryption.',
    replies: [
      { reply: '451 5.7.3 Must issue a STARTTLS command first {session}', source: socketError },
      { reply: '530 Must issue a STARTTLS command first', source: 'RFC 3207 §4' },
    ],
  },
  {
    name: 'smtp-client-not-authenticated',
    by: ['recipient', 'mailbox'],
    at: 'data-command',
    plays: 'The session counts as not authenticated, and that shows only later.',
    replies: [
      {
        reply: '530 5.7.57 Client not authenticated to send mail. {session}',
        source: 'https://github.com/harishkrupo/oauth2ms/issues/5',
      },
      {
        reply: '530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM {session}',
        source: 'https://github.com/MicrosoftDocs/OfficeDocs-Exchange/issues/1615',
      },
      { reply: '530 5.7.1 Client was not authenticated {session}', source: ndrPage },
    ],
  },
  {
    ...afterMessage,
    name: 'mailbox-logon-failure',
    plays: 'The token was good, but the app may not open the mailbox.',
    replies: [
      {
        reply:
          '430 4.2.0 STOREDRV; mailbox logon failure; STOREDRV.Submission.Exception:ConnectionFailedTransientException.' +
          'MapiExceptionLogonFailed; Failed to process message due to a transient exception with message ' +
          '[BeginDiagnosticData]Cannot open mailbox. {hostname}',
        source: 'https://github.com/simonrob/email-oauth2-proxy/issues/271',
      },
      { reply: '430 mailbox sign in failure', source: businessCentral },
    ],
  },
  {
    ...afterMessage,
    name: 'send-as-denied',
    plays: 'The app may not send as the address in From.',
    replies: [
      { reply: SEND_AS_DENIED, source: 'https://github.com/gophish/gophish/issues/2900' },
      {
        reply: '550 5.7.60 SMTP; Client does not have permissions to send as this sender {session}',
        source: 'https://github.com/swiftmailer/swiftmailer/issues/1030',
      },
      {
        reply:
          '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process ' +
          'message due to a permanent exception with message Cannot submit message. 0.35250:0A007C85, ' +
          '1.36674:0A000000, 1.61250:00000000, 1.45378:02000000, 1.44866:531F0000 {hostname}',
        source: 'https://github.com/FusionAuth/fusionauth-issues/issues/220',
      },
    ],
  },
  {
    ...afterMessage,
    name: 'sender-mailbox-full',
    plays: 'The copy for Sent Items has no room in the mailbox.',
    replies: [
      {
        reply:
          '554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException.MapiExceptionQuotaExceeded {hostname}',
        source: submissionPage,
      },
    ],
  },
  {
    ...afterMessage,
    name: 'sender-throttled-continuous-errors',
    plays: 'Exchange has suspended the mailbox after the same mistake many times over.',
    replies: [
      {
        reply: '550 5.2.254 Sender throttled due to continuous too many recipients errors. {hostname}',
        source: continuousErrors,
      },
      {
        reply: '550 5.2.255 Sender throttled due to continuous invalid recipients errors. {hostname}',
        source: continuousErrors,
      },
    ],
  },
  {
    ...afterMessage,
    name: 'sender-blocked-outbound-spam',
    plays: 'Exchange has put the mailbox on its list of restricted senders.',
    replies: [
      {
        reply: '550 5.1.8 Access denied, bad outbound sender {session}',
        source: 'https://github.com/MicrosoftDocs/OfficeDocs-o365seccomp/issues/643',
      },
      {
        reply:
          '554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; Failed to process message due to a permanent ' +
          'exception with message [BeginDiagnosticData]WASCL UserAction verdict is not None. Actual verdict is Suspend. ' +
          'OutboundSpamException: WASCL UserAction verdict is not None. Actual verdict is Suspend.[EndDiagnosticData] {hostname}',
        source: pythonTrace,
      },
    ],
  },
];
