/** Messages beyond the limits for a single message; none is tried again as it is. */

import type { CatalogueEntry } from '../entry.ts';
import {
  continuousErrors,
  limits,
  ndrCodes,
  ndrSource,
  serverNdrSource,
  setMailboxSource,
  setTransportConfigSource,
  submissionLimits,
  submissionLimitsSource,
} from './references.ts';
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
    recognised: { replies: [{ enhanced: '5.5.3' }, { class: 5, text: /(?<!continuous )too many recipients/ }] },
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
    recognised: {
      replies: [
        // Of consumer mailboxes 5.3.4 may also say that the account has to be unlocked.
        { enhanced: '5.3.4', except: /requested action not taken/ },
        {
          class: 5,
          text: /SendSizeLimit\.Org|too large for this organization|(?:header|message) size exceeds fixed maximum|exceeds fixed maximum message size/,
        },
      ],
    },
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
    recognised: {
      replies: [
        {
          class: 5,
          text: /MaxSubmissionExceeded|MessageSubmissionExceeded|SendSizeLimit\.Sender|too large for this sender/,
        },
      ],
    },
    sources: ['https://github.com/pankleks/pm2-health/issues/52', setMailboxSource],
  },
  'message-content-invalid': {
    title: 'The message contains characters that mail must not',
    cause:
      'A server on the way could not take the message because of its bytes, most often lines that end in a line feed alone. Messages that the relay composes have none; one that was handed over ready-made may.',
    status: 422,
    stage: 'data',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'End every line of a ready-made message in CRLF, and send it again.',
      steps: [
        'If the message was posted as message/rfc822, let the application that makes it end each line in carriage return and line feed.',
        'Check that no line of it is longer than 998 characters, and that there are no null characters.',
        'If the message was posted as JSON, report this reply as a defect of the relay.',
      ],
      powershell: [],
      docs: [ndrCodes, 'https://www.rfc-editor.org/rfc/rfc5322#section-2.3'],
    },
    recognised: { replies: [{ enhanced: '5.6.11' }, { class: 5, text: /BareLinefeedsAreIllegal|bare line ?feeds?/ }] },
    sources: [ndrSource, 'https://www.rfc-editor.org/rfc/rfc5322#section-2.3'],
  },
  'from-header-invalid': {
    title: 'The header From is missing or not valid',
    cause:
      'The destination refuses the message because its header From is missing, names more than one sender, or is no address. Messages that the relay composes have exactly one.',
    status: 422,
    stage: 'data',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Give the message one valid address in From.',
      steps: [
        'If the message was posted as message/rfc822, give it exactly one header From, written as "Name" <name@contoso.com>, with the name in quotes if it contains @ or a comma.',
        'If the message was posted as JSON, look at the name in from, and leave it out if it contains an address.',
        'Correct the message and send it again.',
      ],
      powershell: [],
      docs: [submissionLimits, ndrCodes, 'https://www.rfc-editor.org/rfc/rfc5322#section-3.6.2'],
    },
    recognised: { replies: [{ enhanced: '5.7.512' }, { class: 5, text: /RFC 5322 section 3\.6\.2/ }] },
    sources: [ndrSource, submissionLimitsSource],
  },
} as const satisfies Record<string, CatalogueEntry>;
