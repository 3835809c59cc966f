/** Recipients, or the organisations of recipients, that do not want mail from this sender; only they can change that. */

import type { CatalogueEntry } from '../entry.ts';
import { ndrCodes, ndrSource, tenantBlocks, tenantBlocksSource } from './references.ts';
import { connect } from './steps.ts';

const takeOut = 'Until then, take the address out, so that it is not tried again and again.';

export const recipientRestrictionFailures = {
  'delivery-not-authorized': {
    title: 'The message is not authorised for this recipient',
    cause:
      'The recipient {recipient}, a mail flow rule, or a filter of the destination does not take messages of {from}. The text of the reply says more.',
    status: 422,
    stage: 'rcpt-to',
    about: 'recipient',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Read the reply, and ask whoever administers the recipient to let {from} through.',
      steps: [
        'Read smtp.text of this failure in full: it names the rule, the list or the restriction.',
        'Where it speaks of authentication or of permission, ask the administrators of the recipient to allow senders from outside, or {from} alone.',
        'Where it speaks of a rule, ask the administrators of your own tenant to look at the mail flow rules in the Exchange admin center.',
        'Where it names a block list, have the public IP address of the relay taken off that list.',
        takeOut,
      ],
      powershell: [],
      docs: [ndrCodes],
    },
    recognised: {
      replies: [
        { code: 550, enhanced: '5.7.1' },
        { code: 554, enhanced: '5.7.1' },
        { enhanced: '5.7.513' },
        { class: 5, text: /using customer block list/ },
        { code: 550, enhanced: /^(?:5\.7\.1)?$/, text: /RESOLVER\.RST\.(?:AuthRequired|NotAuthorized)/ },
      ],
    },
    sources: [ndrSource, 'https://github.com/aad-for-linux/pam_aad/issues/15', 'sisimai/set-of-emails'],
  },
  'recipient-restricted-sender': {
    title: 'The recipient takes messages of listed senders only',
    cause: 'The group or mailbox {recipient} takes messages only of senders on its list, and {from} is not on it.',
    status: 422,
    stage: 'rcpt-to',
    about: 'recipient',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Ask the owner of the recipient to add {from} to the senders it takes messages of.',
      steps: [
        'Ask the owner or the administrators of {recipient} to add {from} to its allowed senders (delivery management).',
        'Send the message again once they have.',
        takeOut,
      ],
      powershell: [],
      docs: [ndrCodes],
    },
    recognised: {
      replies: [
        { enhanced: /^5\.7\.12[49]$/ },
        {
          class: 5,
          text: /allowed.senders list|RestrictedTo(?:Group|Recipients)Permission|isn't on the recipient's list of senders/,
        },
      ],
    },
    sources: [ndrSource],
  },
  'recipient-requires-internal-sender': {
    title: 'The recipient takes messages of its own organisation only',
    cause:
      'The group, mailbox or public folder {recipient} takes messages only of senders who are signed in to its own organisation. To it, {from} is a sender from outside.',
    status: 422,
    stage: 'rcpt-to',
    about: 'recipient',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Ask the administrators of the recipient to allow senders from outside.',
      steps: [
        'Ask the administrators of {recipient} to allow messages of senders outside their organisation for it (delivery management).',
        'If {recipient} is of your own organisation, check that its domain is an accepted domain of the tenant that hosts the sending mailbox.',
        'Send the message again once they have.',
        takeOut,
      ],
      powershell: [],
      docs: [ndrCodes],
    },
    recognised: {
      replies: [
        { enhanced: /^5\.7\.1(?:2|3|3[3-6])$/ },
        {
          class: 5,
          text: /SenderNotAuthenticatedFor|sender (?:was |is )?not authenticated/,
        },
      ],
    },
    sources: [ndrSource],
  },
  'recipient-address-banned': {
    title: 'The destination does not take this recipient',
    cause:
      'The destination refuses {recipient} by its own rules: the address is not valid there (5.7.504), banned (5.7.505), refused by its owner (5.7.507), or cannot be reached in this way (5.7.510).',
    status: 422,
    stage: 'rcpt-to',
    about: 'recipient',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Check the address with the recipient, and ask their administrators to let it through.',
      steps: [
        'Compare {recipient} with the address that the recipient gave you.',
        'If it is right, give the recipient the text of this reply for their administrators, who can ask Microsoft support.',
        takeOut,
      ],
      powershell: [],
      docs: [ndrCodes],
    },
    recognised: {
      replies: [
        { enhanced: /^5\.7\.5(?:0[457]|10)$/ },
        { enhanced: /^5\.7\.5(?:0[457]|10)$/, text: /access denied/ },
        { class: 5, text: /banned recipient|rejected by recipient|does not accept email over IPv6/ },
      ],
    },
    sources: [ndrSource],
  },
  'tenant-recipient-block-list': {
    title: 'A recipient is blocked by your own organisation',
    cause:
      'A recipient stands in the block list of the tenant that hosts {mailbox}. Exchange Online refuses the whole message then, for all of its recipients.',
    status: 422,
    stage: 'data',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Send the message to the other recipients without the blocked one, or have the entry removed.',
      steps: [
        'Ask the administrators of the tenant which of the recipients is blocked: Microsoft Defender portal > Email & collaboration > Policies & rules > Threat policies > Tenant Allow/Block Lists.',
        'Take that recipient out and send the message again to the others.',
        'If the entry is not wanted, have it removed there, then send to that recipient too.',
      ],
      powershell: [
        connect,
        'Get-TenantAllowBlockListItems -ListType Sender -Block | Format-Table Value, ExpirationDate, Notes',
      ],
      docs: [
        tenantBlocks,
        'https://learn.microsoft.com/en-us/defender-office-365/tenant-allow-block-list-email-spoof-configure',
      ],
    },
    recognised: {
      replies: [
        { enhanced: '5.7.703' },
        { class: 5, text: /tenant recipient block|by your organization using tenant allow.?block list/ },
      ],
    },
    sources: [tenantBlocksSource],
  },
} as const satisfies Record<string, CatalogueEntry>;
