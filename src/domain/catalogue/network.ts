/** What happens on the way, before the other side has said anything: DNS, TCP and TLS, towards Exchange Online and Entra ID alike. All of it passes without the message being touched, so the same message may always be sent again. */

import type { CatalogueEntry } from './entry.ts';
import { sendAgainLater } from './steps.ts';

export const submissionDocs =
  'https://learn.microsoft.com/en-us/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365';
export const endpointDocs = 'https://learn.microsoft.com/en-us/microsoft-365/enterprise/urls-and-ip-address-ranges';
/** Which endpoints an installation needs; the same advice wherever a way is blocked. */
const allowBoth =
  'Allow both ways out: TCP 587 to the SMTP host (worldwide cloud: smtp.office365.com) and TCP 443 to the Entra authority (login.microsoftonline.com).';
const portOfSubmission =
  'For the SMTP host, check that SMTP_PORT is 587: Exchange Online does not offer port 465 for client submission.';

export const networkFailures = {
  'dns-host-not-found': {
    title: 'The host name does not resolve',
    cause:
      'DNS knows no address for {host}. Either the name is mistyped, or the relay runs where this name cannot be resolved, for example in a container without DNS.',
    status: 502,
    stage: 'connect',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 30 },
    remedy: {
      summary: 'Correct the host name, or give the relay a DNS server that resolves {host}.',
      steps: [
        'Compare {host} letter by letter with the right name: for the worldwide cloud smtp.office365.com (mail) and login.microsoftonline.com (tokens).',
        'For the worldwide cloud and plain GCC leave SMTP_HOST and ENTRA_AUTHORITY_HOST unset. If one of them was set to a mistyped name, correct it and restart the relay.',
        'Resolve the name from inside the container or on the machine of the relay: `getent hosts {host}`.',
        'If that fails there but works elsewhere, set the DNS server of the container or of the machine.',
      ],
      powershell: ['Resolve-DnsName -Name {host}'],
      docs: [submissionDocs, endpointDocs],
    },
    recognised: { systemErrors: ['ENOTFOUND', 'ENODATA'], networkText: /\bENOTFOUND\b/ },
    sources: [
      'nodemailer/nodemailer: lib/smtp-connection/index.js, lib/errors.js',
      'https://github.com/nodemailer/nodemailer/issues/573',
      'MicrosoftDocs/SupportArticles-docs: Exchange/ExchangeOnline/send-emails/error-when-connecting-to-exchange-online-via-smtp-client.md',
    ],
  },
  'dns-temporary-failure': {
    title: 'DNS gave no answer',
    cause:
      'The DNS server did not answer the question for {host}. It says nothing about the name itself; the DNS server is unreachable or overloaded.',
    status: 503,
    stage: 'connect',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 30 },
    remedy: {
      summary: 'Send again later; if it goes on, repair the DNS server that the relay uses.',
      steps: [
        sendAgainLater,
        'If it goes on, find the DNS server in /etc/resolv.conf of the container or machine of the relay.',
        'Resolve the name there: `getent hosts {host}`.',
        'If there is no answer, restart that DNS server or set another one.',
      ],
      powershell: ['Resolve-DnsName -Name {host}'],
      docs: [endpointDocs],
    },
    recognised: {
      systemErrors: ['EAI_AGAIN', 'EAI_FAIL', 'ESERVFAIL', 'ETIMEOUT'],
      networkText: /\b(?:EAI_\w+|ESERVFAIL|EDNS|getaddrinfo)\b/,
    },
    sources: ['https://github.com/nodemailer/nodemailer/issues/679'],
  },
  'connection-refused': {
    title: 'The connection was refused',
    cause:
      'Something answered for {host} on port {port} and refused the connection. That is a wrong port, or a firewall or proxy on the way that rejects it.',
    status: 503,
    stage: 'connect',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 30 },
    remedy: {
      summary: 'Open the way from the relay to {host}, TCP port {port}.',
      steps: [
        portOfSubmission,
        allowBoth,
        'From the machine or container of the relay, test: `openssl s_client -connect {host}:{port}`, for the SMTP host with `-starttls smtp`.',
        'If the test is refused too, ask whoever runs the firewall or the hosting; many hosting providers reject outgoing SMTP until asked.',
      ],
      powershell: ['Test-NetConnection -ComputerName {host} -Port {port}'],
      docs: [submissionDocs, endpointDocs],
    },
    recognised: { systemErrors: ['ECONNREFUSED'], networkText: /\bECONNREFUSED\b/ },
    sources: [
      'https://github.com/nodemailer/nodemailer/issues/710',
      'MicrosoftDocs/SupportArticles-docs: Exchange/ExchangeOnline/email-delivery/fix-issues-with-printers-scanners-and-lob-applications-that-send-email-using-off.md',
    ],
  },
  'connection-timeout': {
    title: 'No answer in time',
    cause:
      '{host} did not answer on port {port} in time. Most often a firewall or hosting provider silently drops the connection; it can also be a slow moment of the network or of the service.',
    status: 503,
    stage: 'connect',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 60 },
    remedy: {
      summary: 'Send again later; if every message ends so, open the way to {host}, TCP port {port}.',
      steps: [
        sendAgainLater,
        'If no message ever went through, or none does any more, go on with the checks below.',
        portOfSubmission,
        allowBoth,
        'From the machine or container of the relay, test: `openssl s_client -connect {host}:{port}`, for the SMTP host with `-starttls smtp`.',
        'If the test hangs too, ask the firewall or hosting team whether outgoing TCP {port} is dropped.',
      ],
      powershell: ['Test-NetConnection -ComputerName {host} -Port {port}'],
      docs: [submissionDocs, endpointDocs],
    },
    recognised: {
      systemErrors: ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
      networkText:
        /\bE(?:TIMEDOUT|HOSTUNREACH|NETUNREACH)\b|connection timeout|greeting never received|(?:^|: )timeout|\btimed out\b|due to timeout/,
    },
    sources: [
      'nodemailer/nodemailer: lib/smtp-connection/index.js, lib/errors.js',
      'https://github.com/nodemailer/nodemailer/issues/749',
      'https://github.com/nodemailer/nodemailer/issues/691',
      'MicrosoftDocs/SupportArticles-docs: Exchange/ExchangeOnline/email-delivery/fix-issues-with-printers-scanners-and-lob-applications-that-send-email-using-off.md',
    ],
  },
  'connection-reset': {
    title: 'The connection was cut',
    cause:
      'The connection to {host} on port {port} was established and then cut, by the server or by a device on the way. It happened before the end of the message, so nothing was submitted.',
    status: 503,
    stage: 'connect',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 15 },
    remedy: {
      summary: 'Send again; if connections keep being cut, look for the device on the way that does it.',
      steps: [
        sendAgainLater,
        'Single cuts are normal. If it repeats, check whether a proxy, firewall or virus scanner inspects the traffic to {host}, and exempt {host} from it.',
        'Check whether the cut always comes after the same time: then an idle limit of the firewall is shorter than that of the relay.',
      ],
      powershell: ['Test-NetConnection -ComputerName {host} -Port {port}'],
      docs: [submissionDocs, endpointDocs],
    },
    recognised: {
      systemErrors: ['ECONNRESET', 'EPIPE', 'ECONNABORTED'],
      networkText:
        /\b(?:ECONNRESET|EPIPE)\b|connection closed unexpectedly|server closed the connection|socket hang up/,
    },
    sources: [
      'nodemailer/nodemailer: lib/smtp-connection/index.js, lib/errors.js',
      'https://github.com/nodemailer/nodemailer/issues/1088',
      'https://github.com/nodemailer/nodemailer/pull/1713',
    ],
  },
  'smtp-reply-malformed': {
    title: 'The server does not speak SMTP as it should',
    cause:
      'What {host} sent on port {port} is no reply of SMTP, is none to what it was asked, or has no end. Another service listens there, or a device on the way changes what is said. Nothing was submitted.',
    status: 503,
    stage: 'connect',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 60 },
    remedy: {
      summary: 'Let the relay reach {host} on port {port} without SMTP inspection on the way.',
      steps: [
        sendAgainLater,
        portOfSubmission,
        'From the machine or container of the relay, run `openssl s_client -starttls smtp -connect {host}:{port}`: a greeting that begins with 220 and a certificate for {host} must appear.',
        'If they do not, switch off SMTP inspection (often called SMTP fixup, ESMTP inspection or mail guard) for {host} on firewall and virus scanner.',
        'If they do and it goes on, read the detail of this failure: it carries what the server said.',
      ],
      powershell: ['Test-NetConnection -ComputerName {host} -Port {port}'],
      docs: [submissionDocs, 'https://www.rfc-editor.org/rfc/rfc5321#section-4.2'],
    },
    sources: ['https://www.rfc-editor.org/rfc/rfc5321#section-4.2', 'https://www.rfc-editor.org/rfc/rfc2920'],
  },
  'network-error': {
    title: 'The connection failed',
    cause:
      'The connection to {host} on port {port} failed in a way the relay has no explanation for. Nothing was submitted.',
    status: 503,
    stage: 'connect',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 60 },
    remedy: {
      summary: 'Send again later; if it goes on, test the way to {host} from the machine of the relay.',
      steps: [
        sendAgainLater,
        'If it goes on, read the detail of this failure: it carries the words of the system.',
        'From the machine or container of the relay, test: `openssl s_client -connect {host}:{port}`, for the SMTP host with `-starttls smtp`.',
        allowBoth,
      ],
      powershell: ['Test-NetConnection -ComputerName {host} -Port {port}'],
      docs: [submissionDocs, endpointDocs],
    },
    sources: ['https://nodejs.org/api/errors.html#common-system-errors'],
  },
} as const satisfies Record<string, CatalogueEntry>;
