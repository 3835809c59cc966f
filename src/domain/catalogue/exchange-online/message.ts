/** Messages beyond the limits for a single message; none is tried again as it is. */

import type { CatalogueEntry } from '../entry.ts';
import { continuousErrors, limits, serverNdrSource, setMailboxSource, setTransportConfigSource } from './references.ts';
import { connect } from './steps.ts';

export const messageFailures = {
  'too-many-recipients': {
    title: 'The message has too many recipients',
    cause:
      'The message has more recipients than {mailbox} may address in one message. The limit of a mailbox is 500 unless it was changed, and 1000 at most.',
    status: 422,
    stage: 'rcpt-to',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Send the message in several parts with fewer recipients each.',
      steps: [
        'Split the recipients: to, cc and bcc count together.',
        'Or address a distribution group, which counts as one recipient.',
        'Or have an administrator raise RecipientLimits of {mailbox}, to 1000 at most.',
        'Do not keep sending the same message: Exchange Online suspends the mailbox then (550 5.2.254).',
      ],
      powershell: [
        connect,
        'Get-Mailbox -Identity {mailbox} | Format-List RecipientLimits',
        '# Only if the mailbox is to address so many: Set-Mailbox -Identity {mailbox} -RecipientLimits 1000',
      ],
      docs: [limits, continuousErrors],
    },
    recognised: { replies: [{ enhanced: '5.5.3' }] },
    sources: [serverNdrSource, setMailboxSource, setTransportConfigSource],
  },
  'message-too-large': {
    title: 'The message is too large',
    cause:
      'The message, or its headers, is larger than may be submitted. Attachments grow by a third on the way, since they are encoded as text.',
    status: 413,
    stage: 'data',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Make the message smaller, or send a link instead of the file.',
      steps: [
        'Add up the attachments and reckon a third more: 35 MB of composed message are about 26 MB of files.',
        'Compress the files, split them over several messages, or send a link.',
        'Only if smtp.text speaks of the header size: shorten the list of recipients in to and cc, or your own headers.',
      ],
      powershell: [],
      docs: [limits],
    },
    recognised: { replies: [{ enhanced: '5.3.4' }] },
    sources: [serverNdrSource, 'https://github.com/jstedfast/MailKit/issues/904'],
  },
  'message-too-large-for-mailbox': {
    title: 'The message is too large for the sending mailbox',
    cause:
      'The message is larger than {mailbox} may submit. Its limit, MaxSendSize, is lower than that of the service.',
    status: 413,
    stage: 'data',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Make the message smaller, or have the limit of {mailbox} raised.',
      steps: [
        'Compress the files, split them over several messages, or send a link.',
        'Or have an administrator raise MaxSendSize of {mailbox}, to 150 MB at most; the message grows by a third when it is encoded.',
        'Remember that the organisation of the recipient has a limit of its own.',
      ],
      powershell: [
        connect,
        'Get-Mailbox -Identity {mailbox} | Format-List MaxSendSize',
        '# Only if the mailbox is to send so much: Set-Mailbox -Identity {mailbox} -MaxSendSize 150MB',
      ],
      docs: [limits],
    },
    recognised: { replies: [{ text: /MaxSubmissionExceeded|MessageSubmissionExceeded/ }] },
    sources: ['https://github.com/pankleks/pm2-health/issues/52', setMailboxSource],
  },
} as const satisfies Record<string, CatalogueEntry>;
