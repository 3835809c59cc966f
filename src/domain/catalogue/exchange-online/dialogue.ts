/** Commands that the server did not understand or did not want then: the relay writes them by the book, so these point to a device on the way, a setting, or a defect. */

import type { CatalogueEntry } from '../entry.ts';
import { sendAgainLater } from '../steps.ts';
import { learn, rfc5321, serverNdrSource, smtpByOAuth, smtpByOAuthSource } from './references.ts';
import { checkHost, noSmtpProxy, reportIfDirect } from './steps.ts';

const highVolumeEmail = `${learn}/exchange/mail-flow-best-practices/high-volume-mails-m365`;

export const dialogueFailures = {
  'smtp-protocol-error': {
    title: 'The server did not understand a command',
    cause:
      'The server {smtp_host} refused a command as unknown, out of order, or with a parameter that it does not know. The relay speaks SMTP by the book and uses only what the server offers, so something on the way changes the dialogue.',
    status: 502,
    stage: 'connect',
    about: 'relay',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Let the relay speak to the submission server of Exchange Online directly.',
      steps: [
        'Read smtp.command and smtp.text of this failure: they say which command was refused and why.',
        checkHost,
        noSmtpProxy,
        reportIfDirect,
      ],
      powershell: [],
      docs: [`${rfc5321}#section-4.2`],
    },
    recognised: {
      replies: [
        { code: 503, enhanced: /^5\.5\.[12]$/ },
        { code: 500, enhanced: /^5\.(?:3\.3|5\.[12])$/ },
        { code: 501, enhanced: /^(?:5\.5\.4)?$/, text: /unrecognized parameter|invalid arguments/ },
        { class: 5, text: /bad sequence of commands|unrecognized command|command unrecognized|command not recognized/ },
      ],
    },
    sources: [serverNdrSource, 'https://github.com/aad-for-linux/pam_aad/issues/15'],
  },
  'smtp-token-expires-soon': {
    title: 'The token has too little time left',
    cause:
      'The server {smtp_host} takes only tokens that stay valid for ten minutes more, as the host for High Volume Email does. The token of the relay was about to expire.',
    status: 503,
    stage: 'auth',
    about: 'tenant',
    responsible: 'operator',
    retry: { afterSeconds: 60, atMost: 5 },
    remedy: {
      summary: 'Send again in a moment: the relay gets a new token before the old one expires.',
      steps: [
        sendAgainLater,
        'If it goes on, compare date and time of the machine of the relay with the real time, `date -u`, and synchronise the clock by NTP.',
        'If a token lifetime policy of the tenant makes tokens shorter than 20 minutes, make them longer for app {client_id}.',
      ],
      powershell: [],
      docs: [highVolumeEmail, smtpByOAuth],
    },
    recognised: { replies: [{ enhanced: '5.5.127' }, { class: 5, text: /token will expire soon/ }] },
    sources: ['tarickb/sasl-xoauth2: README.md'],
  },
  'smtp-xoauth2-data-invalid': {
    title: 'The server could not read the sign-in',
    cause:
      'The server {smtp_host} could not read the XOAUTH2 data, in which the relay names {mailbox} and presents its token. Something on the way has changed it, or the address holds characters that it must not.',
    status: 502,
    stage: 'auth',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Check the address of the mailbox, and let the relay speak to the server directly.',
      steps: [
        'Check that {mailbox} is the primary address of the mailbox, without spaces, quotes and control characters.',
        checkHost,
        noSmtpProxy,
        reportIfDirect,
      ],
      powershell: [],
      docs: [smtpByOAuth, highVolumeEmail],
    },
    recognised: {
      replies: [{ enhanced: '5.5.124' }, { class: 5, text: /invalid XOAUTH2 auth data(?!.{0,20}expire)/ }],
    },
    sources: ['https://github.com/tarickb/sasl-xoauth2/issues/110', smtpByOAuthSource],
  },
} as const satisfies Record<string, CatalogueEntry>;
