/** Recipients that Exchange Online refuses by themselves; the others of the same message may well be accepted. */

import type { CatalogueEntry } from '../entry.ts';
import { continuousErrors, ndrCodes, ndrSource, rfc5321, serverNdrSource } from './references.ts';

export const recipientFailures = {
  'recipient-not-found': {
    title: 'The recipient does not exist',
    cause: 'There is no mailbox {recipient}. It is mistyped, or it was removed.',
    status: 422,
    stage: 'rcpt-to',
    about: 'recipient',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Correct the address, or take it out.',
      steps: [
        'Compare {recipient} with the address that the recipient gave you.',
        'Correct or remove it in the master data of the application, so that it is not used again: Exchange Online suspends a mailbox that keeps submitting to invalid recipients.',
        'Send the message again to the corrected address.',
      ],
      powershell: [],
      docs: [ndrCodes, continuousErrors],
    },
    recognised: {
      replies: [
        { enhanced: '5.1.1' },
        { enhanced: '5.1.10' },
        // Exchange says 5.5.0 of other things, too, and then names the module that says it.
        { code: 550, enhanced: '5.5.0', except: /^SMTPSEND\./ },
        { code: 550, enhanced: /^$/, text: /mailbox unavailable/ },
        {
          class: 5,
          text: /RecipientNotFound|RecipNotFound|\brecipient not found|\buser unknown\b|\bunknown user\b|\bno such user\b|\bbad destination mailbox address/,
        },
      ],
    },
    sources: [ndrSource, serverNdrSource, 'ActiveCampaign/smtp-field-manual: data/codes/550.json'],
  },
  'recipient-address-invalid': {
    title: 'The recipient address is not valid',
    cause:
      'Exchange Online cannot read the recipient address {recipient}. It has no domain, or characters that are not allowed.',
    status: 422,
    stage: 'rcpt-to',
    about: 'recipient',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Correct the recipient address.',
      steps: [
        'Look at {recipient} for spaces, missing parts, and two addresses in one field.',
        'Correct it in the master data of the application.',
        'Send the message again to the corrected address.',
      ],
      powershell: [],
      docs: [ndrCodes, rfc5321],
    },
    recognised: {
      replies: [{ enhanced: '5.1.3' }, { class: 5, text: /bad recipient address syntax|invalid recipient address/ }],
    },
    sources: ['ActiveCampaign/smtp-field-manual: data/codes/501.json', serverNdrSource],
  },
  'recipient-rejected-access-denied': {
    title: 'The destination refuses the recipient',
    cause:
      'The organisation of {recipient} does not take mail for this address: it does not know the address, or the domain is not set up there.',
    status: 422,
    stage: 'rcpt-to',
    about: 'recipient',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Check the address with the recipient.',
      steps: [
        'Compare {recipient} with the address that the recipient gave you.',
        'If it is right, ask the recipient to have their administrator check that the address exists and that the domain is an accepted domain with the right MX record.',
        'Correct or remove the address in the master data of the application.',
      ],
      powershell: [],
      docs: [ndrCodes],
    },
    recognised: {
      replies: [{ enhanced: '5.4.1' }, { class: 5, text: /recipient address(?:es)? rejected ?: access denied/ }],
    },
    sources: [ndrSource, 'https://github.com/zone-eu/zone-mta/pull/214'],
  },
} as const satisfies Record<string, CatalogueEntry>;
