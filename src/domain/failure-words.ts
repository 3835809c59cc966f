/** What the catalogue says by names and numbers, in words: wherever a failure is explained to people, it is explained alike. */

import { failureCodes } from './catalogue/catalogue.ts';
import type { About, Responsible, Retry, Stage } from './catalogue/entry.ts';
import { entryOf } from './failure.ts';

/** In the order in which a message passes them. */
export const stagesInWords: Readonly<Record<Stage, string>> = {
  request: 'In the request',
  token: 'Getting a token from Entra ID',
  connect: 'Connecting',
  tls: 'Encrypting the connection',
  auth: 'Signing in to Exchange Online',
  'mail-from': 'Naming the sender',
  'rcpt-to': 'Naming the recipients',
  data: 'Handing over the message',
};

export const responsibleInWords: Readonly<Record<Responsible, string>> = {
  caller: 'the calling application',
  operator: 'whoever runs the relay and the tenant',
  microsoft: 'Microsoft',
};

export const aboutInWords: Readonly<Record<About, string>> = {
  message: 'this message',
  recipient: 'the recipient',
  sender: 'the sender address',
  mailbox: 'the mailbox that authenticates',
  tenant: 'the tenant',
  network: 'the network, or the service at its other end',
  relay: 'the relay',
};

/** The codes of the catalogue by stage, in the order in which a message passes them. */
export function codesByStage() {
  return Object.entries(stagesInWords).map(([stage, heading]) => ({
    stage,
    heading,
    codes: failureCodes.filter((code) => entryOf(code).stage === stage),
  }));
}

/** Whether, when and how often trying again helps; begins in lower case. */
export function againInWords(retry: Retry): string {
  if (retry === 'never') return 'no, not before the cause is removed';
  if (retry === 'by-reply') return 'as the reply says: a code that begins with 4 is for now, one with 5 for good';
  const times = retry.atMost === undefined ? '' : retry.atMost === 1 ? ', once' : `, ${retry.atMost} times at most`;
  return `after ${duration(retry.afterSeconds)}${times}`;
}

function duration(seconds: number): string {
  const [amount, unit] =
    seconds % 3600 === 0
      ? [seconds / 3600, 'hour']
      : seconds % 60 === 0
        ? [seconds / 60, 'minute']
        : [seconds, 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
