/** How Exchange Online refuses a message for what it is: its size, its recipients in number, its bytes, in its own words. */

import type { PlayedFailure } from './played-failure.ts';
import { ndrPage, serverNdrPage } from './sources.ts';

const afterMessage = { by: ['recipient'], at: 'final-dot' } as const;

export const messageReplies: readonly PlayedFailure[] = [
  {
    name: 'too-many-recipients',
    by: ['recipient'],
    at: 'rcpt',
    plays: 'The message has more recipients than the mailbox may address at once.',
    replies: [{ reply: '550 5.5.3 Too many recipients {session}', source: serverNdrPage }],
  },
  {
    ...afterMessage,
    name: 'message-too-large',
    plays: 'The message is larger than the server takes.',
    replies: [
      { reply: '552 5.3.4 Message size exceeds fixed maximum message size {session}', source: serverNdrPage },
      {
        reply: '552 5.3.4 Header size exceeds fixed maximum size {session}',
        source: 'https://github.com/jstedfast/MailKit/issues/904',
      },
    ],
  },
  {
    ...afterMessage,
    name: 'message-too-large-for-mailbox',
    plays: 'The message is larger than the mailbox may submit.',
    replies: [
      {
        reply:
          '554 5.2.0 MapiExceptionMaxSubmissionExceeded; Message size exceeds maximum size limit.; STOREDRV.Submission.' +
          'Exception:MessageSubmissionExceededException.MapiExceptionMaxSubmissionExceeded; Failed to process message due ' +
          'to a permanent exception with message [BeginDiagnosticData]Cannot save changes made to an item to store. {hostname}',
        source: 'https://github.com/pankleks/pm2-health/issues/52',
      },
    ],
  },
  {
    ...afterMessage,
    name: 'message-content-invalid',
    plays: 'The message has lines that end in a line feed alone.',
    replies: [
      {
        reply:
          '550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal; message contains bare linefeeds, which cannot be sent via DATA and receiving system does not support BDAT {session}',
        source: 'https://sec-consult.com/blog/detail/smtp-smuggling-spoofing-e-mails-worldwide/',
      },
      { reply: '550 5.6.11 Invalid characters {session}', source: ndrPage },
    ],
  },
  {
    ...afterMessage,
    name: 'from-header-invalid',
    plays: 'The header From has no valid address.',
    replies: [
      {
        reply: '550 5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant {session}',
        source: ndrPage,
      },
    ],
  },
];
