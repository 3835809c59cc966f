/** Recipients that take no more for now, or not so much. Those that may take the message later are tried again, within bounds. */

import type { CatalogueEntry } from '../entry.ts';
import { sendAgainEverLater } from '../steps.ts';
import { limits, ndrCodes, ndrSource, serverNdrSource } from './references.ts';

const sisimaiSource = 'sisimai/set-of-emails';

export const recipientLimitFailures = {
  'recipient-mailbox-full': {
    title: 'The mailbox of the recipient is full',
    cause: 'The mailbox of {recipient} has reached its quota and takes nothing more until its owner makes room.',
    status: 422,
    stage: 'rcpt-to',
    about: 'recipient',
    responsible: 'caller',
    retry: { afterSeconds: 14_400, atMost: 3 },
    remedy: {
      summary: 'Tell the recipient by another way, and send again later or to another address.',
      steps: [
        'Tell {recipient} by another way that the mailbox is full.',
        'Use another address of the recipient if the message is urgent.',
        'Otherwise send the message again to this recipient alone after some hours, three times at most.',
      ],
      powershell: [],
      docs: [ndrCodes],
    },
    recognised: {
      replies: [
        { code: 552, enhanced: '5.2.2' },
        { text: /STOREDRV\.Deliver.{0,80}(?:mailbox full|QuotaExceeded)/, class: 'any' },
        { text: /(?<!continuous )\bmailbox (?:is )?full\b(?!.{0,20}STOREDRV\.Submission)/, class: 'any' },
      ],
    },
    sources: [serverNdrSource, sisimaiSource],
  },
  'recipient-size-limit': {
    title: 'The message is too large for the recipient',
    cause:
      'The message is larger than {recipient} accepts; the limit is one of the recipient or of their organisation.',
    status: 413,
    stage: 'data',
    about: 'recipient',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Send this recipient a smaller message, or a link instead of the file.',
      steps: [
        'Compress the files, split them over several messages, or send a link; attachments grow by a third on the way.',
        'Send the smaller message to this recipient alone if the others have the first one.',
        'Or ask the recipient to have their limit raised.',
      ],
      powershell: [],
      docs: [ndrCodes, limits],
    },
    recognised: {
      replies: [{ enhanced: '5.2.3' }, { class: 5, text: /RecipSizeLimit|too large for this recipient/ }],
    },
    sources: [serverNdrSource, sisimaiSource],
  },
  'recipient-receive-limit': {
    title: 'The recipient has had too many messages this hour',
    cause:
      'The mailbox of {recipient} takes a limited number of messages an hour, from one sender (5.2.121) and in all (5.2.122), and that number is reached.',
    status: 503,
    stage: 'rcpt-to',
    about: 'recipient',
    responsible: 'operator',
    retry: { afterSeconds: 3600, atMost: 5 },
    remedy: {
      summary: 'Send again after an hour, and send this recipient fewer messages.',
      steps: [
        sendAgainEverLater,
        'Look for an application that notifies {recipient} of every single event, and let it gather several events in one message.',
        'Spread notifications over several recipients.',
      ],
      powershell: [],
      docs: [ndrCodes, limits],
    },
    recognised: {
      replies: [
        { enhanced: /^5\.2\.12[12]$/ },
        { class: 'any', text: /recipient has exceeded (?:their|its|the) limit|per hour message receive limit/ },
      ],
    },
    sources: [ndrSource, 'ActiveCampaign/smtp-field-manual: data/codes/554.json'],
  },
  'recipient-thread-limit': {
    title: 'The recipient is taking in too many messages at once',
    cause:
      'The mailbox of {recipient} is taking in so many messages at this moment that this one has to wait. Nothing is wrong with the message or the address.',
    status: 503,
    stage: 'data',
    about: 'recipient',
    responsible: 'operator',
    retry: { afterSeconds: 60, atMost: 10 },
    remedy: {
      summary: 'Send again later.',
      steps: [
        sendAgainEverLater,
        'If it happens often, send {recipient} fewer messages at the same time, or gather several in one.',
      ],
      powershell: [],
      docs: [ndrCodes],
    },
    recognised: { replies: [{ class: 4, text: /recipient thread limit/ }] },
    sources: [ndrSource],
  },
  'too-many-recipients-same-domain': {
    title: 'Too many recipients of one domain in one message',
    cause:
      'One message may name at most 200 recipients of the same domain. Those beyond are refused for this message only, not for good.',
    status: 422,
    stage: 'rcpt-to',
    about: 'recipient',
    responsible: 'caller',
    retry: { afterSeconds: 60, atMost: 5 },
    remedy: {
      summary: 'Send the message in parts, to at most 200 recipients of one domain each.',
      steps: [
        'Count the recipients of each domain: to, cc and bcc together.',
        'Where a part of the recipients was accepted, send the message again to the refused ones only.',
        'Otherwise split the recipients into parts of 200 or fewer, and send one message to each part.',
        'Or address a distribution group, which counts as one recipient.',
      ],
      powershell: [],
      docs: [ndrCodes, limits],
    },
    recognised: { replies: [{ enhanced: '4.5.3' }, { class: 4, text: /too many recipients/ }] },
    sources: [ndrSource, 'https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.10'],
  },
} as const satisfies Record<string, CatalogueEntry>;
