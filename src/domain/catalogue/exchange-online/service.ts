/** Trouble of Exchange Online itself, and `refused-by-server`: patterns rest on published replies only, so a reply that fits none stays unexplained. */

import type { CatalogueEntry } from '../entry.ts';
import { sendAgainLater } from '../steps.ts';
import { learn, ndrCodes, rfc5321, serverNdrSource } from './references.ts';

const serviceHealth = `${learn}/microsoft-365/enterprise/view-service-health`;
const rfc3463 = 'https://www.rfc-editor.org/rfc/rfc3463';

export const serviceFailures = {
  'smtp-temporary-proxy-error': {
    title: 'Exchange Online could not reach the mailbox server',
    cause:
      'The front end of Exchange Online could not pass the session of {mailbox} on to the server that holds the mailbox. This is mostly trouble of the service and passes.',
    status: 503,
    stage: 'auth',
    about: 'network',
    responsible: 'microsoft',
    retry: { afterSeconds: 30 },
    remedy: {
      summary: 'Send again later.',
      steps: [
        sendAgainLater,
        'If it goes on, check that {mailbox} exists, has a licence or is a shared mailbox, and opens in Outlook on the web.',
        'If all of that is so, look at Health > Service health in the Microsoft 365 admin center.',
      ],
      powershell: [],
      docs: [serviceHealth],
    },
    recognised: {
      replies: [
        { enhanced: '4.7.0', text: /temporary server error/ },
        { class: 4, text: /temporary server error.{0,60}\bPRX\d/ },
      ],
    },
    sources: [
      'https://github.com/harishkrupo/oauth2ms/issues/5',
      'https://github.com/jstedfast/MailKit/issues/566',
      'ActiveCampaign/smtp-field-manual: data/codes/451.json',
    ],
  },
  'smtp-temporary-server-error': {
    title: 'Exchange Online is in trouble for the moment',
    cause:
      'Exchange Online could not take the message just now: it lacks resources, or a part of the service is disturbed. Nothing is wrong with the message.',
    status: 503,
    stage: 'data',
    about: 'network',
    responsible: 'microsoft',
    retry: { afterSeconds: 30 },
    remedy: {
      summary: 'Send again later.',
      steps: [
        sendAgainLater,
        'If it goes on for more than an hour, look at Health > Service health in the Microsoft 365 admin center.',
      ],
      powershell: [],
      docs: [serviceHealth, ndrCodes],
    },
    recognised: {
      replies: [
        { code: 451, enhanced: '4.3.2' },
        { code: 451, enhanced: /^4\.4\.\d+$/ },
        { code: 452, enhanced: '4.3.1' },
        { code: 450, enhanced: '4.7.3' },
        { enhanced: '4.3.111' },
        {
          class: 4,
          text: /temporary server error|insufficient system resources|failed to be replicated|organization queue quota exceeded/,
        },
      ],
    },
    sources: [
      'ActiveCampaign/smtp-field-manual: data/codes/450.json, 451.json, 452.json',
      'sisimai/p5-sisimai: lib/Sisimai/Rhost/Microsoft.pm',
      'https://github.com/datalust/seq-app-htmlemail/issues/101',
      'https://github.com/ActiveCampaign/smtp-field-manual/pull/97',
    ],
  },
  'smtp-service-not-available': {
    title: 'Exchange Online takes no sessions for the moment',
    cause:
      'The server {smtp_host} closes the connection and asks to come back later. It is under maintenance, overloaded, or has too many connections.',
    status: 503,
    stage: 'connect',
    about: 'network',
    responsible: 'microsoft',
    retry: { afterSeconds: 60 },
    remedy: {
      summary: 'Send again later.',
      steps: [
        sendAgainLater,
        'If it goes on for more than an hour, look at Health > Service health in the Microsoft 365 admin center.',
        'Check whether other programs open many connections to {smtp_host} from the same IP address.',
      ],
      powershell: [],
      docs: [serviceHealth, rfc5321],
    },
    recognised: {
      replies: [
        { code: 421, enhanced: /^(?:4\.[0-4]\.\d+)?$/ },
        { class: 4, text: /service not (?:available|active)/ },
      ],
    },
    sources: ['ActiveCampaign/smtp-field-manual: data/codes/421.json', serverNdrSource],
  },
  'smtp-connection-dropped': {
    title: 'Exchange Online dropped the session',
    cause:
      'The server {smtp_host} said that it ends the session, because of a fault of the connection or because nothing was sent for too long.',
    status: 503,
    stage: 'connect',
    about: 'network',
    responsible: 'microsoft',
    retry: { afterSeconds: 30 },
    remedy: {
      summary: 'Send again; the relay opens a new connection.',
      steps: [
        sendAgainLater,
        'Single cuts are normal. If it repeats with every message, check firewall and proxy for TLS inspection or a short idle limit, and exempt {smtp_host}.',
      ],
      powershell: [],
      docs: [`${learn}/troubleshoot/exchange/email-delivery/send-receive-emails-socketerror`, rfc5321],
    },
    recognised: {
      replies: [
        { code: 421, enhanced: '4.4.2' },
        { code: 421, enhanced: '4.4.1' },
        { code: 421, text: /connection dropped due to|connection timed out/ },
        { class: 4, text: /timeout waiting for client input/ },
      ],
    },
    sources: [
      serverNdrSource,
      'https://docs.microsoft.com/en-us/exchange/troubleshoot/email-delivery/send-receive-emails-socketerror',
    ],
  },
  'refused-by-server': {
    title: 'Exchange Online refused the submission',
    cause:
      'Exchange Online refused the submission with a reply the relay has no explanation for. Its own words stand in this failure.',
    status: 502,
    stage: 'data',
    about: 'message',
    responsible: 'operator',
    retry: 'by-reply',
    remedy: {
      summary: 'Read the reply of the server and look up its enhanced status code.',
      steps: [
        'Read smtp.text of this failure: Exchange Online often names the cause, sometimes with a link.',
        'Look up smtp.enhanced in the list of Microsoft, or in RFC 3463 if it is not there.',
        'A reply that begins with 4 is temporary: send the same message again after retry_after seconds, unless the relay holds it (202): then it does so by itself. One that begins with 5 is final for this message.',
        'When you ask Microsoft, quote the reply in full, with the server name and time in brackets at its end.',
        'Report the reply to the makers of this relay, so that it gets an explanation.',
      ],
      powershell: [],
      docs: [ndrCodes, rfc3463],
    },
    sources: [`${rfc5321}#section-4.2.1`, rfc3463],
  },
} as const satisfies Record<string, CatalogueEntry>;
