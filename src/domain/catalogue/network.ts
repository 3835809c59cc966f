/** What happens on the way, before the other side has said anything: DNS, TCP and TLS, towards Exchange Online and Entra ID alike. All of it passes without the message being touched, so the same message may always be sent again. */

import type { CatalogueEntry } from './entry.ts';
import { sendAgainLater } from './steps.ts';

const submissionDocs =
  'https://learn.microsoft.com/en-us/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365';
const endpointDocs = 'https://learn.microsoft.com/en-us/microsoft-365/enterprise/urls-and-ip-address-ranges';

/** Which endpoints an installation needs; the same advice wherever a way is blocked. */
const allowBoth =
  'Allow both ways out: TCP 587 to the SMTP host (worldwide cloud: smtp.office365.com) and TCP 443 to the Entra authority (login.microsoftonline.com).';
const portOfSubmission =
  'For the SMTP host, check that SMTP_PORT is 587: Exchange Online does not offer port 465 for client submission.';
const seeCertificate =
  'From the machine or container of the relay, look at the certificate: `openssl s_client -connect {host}:{port}`, for the SMTP host with `-starttls smtp`.';
const exemptFromInspection =
  'If the issuer named there is your own firewall or proxy, exempt {host} from TLS inspection, or put the root certificate of the proxy into a PEM file, set EXTRA_CA_FILE to it, and restart the relay.';
const neverUnverified =
  'Do not look for a way to switch verification off: the token and the mail would be open to anybody on the way.';

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
      networkText: /\b(?:EAI_AGAIN|ESERVFAIL|EDNS)\b/,
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
        /\bE(?:TIMEDOUT|HOSTUNREACH|NETUNREACH)\b|connection timeout|greeting never received|(?:^|: )timeout/,
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
  'starttls-refused': {
    title: 'STARTTLS is not possible',
    cause:
      '{host} did not offer STARTTLS, or answered it with an error. Exchange Online always offers it, so a device on the way has removed it, or this is another server. The relay never goes on in clear text.',
    status: 502,
    stage: 'tls',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 300 },
    remedy: {
      summary: 'Let the relay reach {host} on port {port} without SMTP inspection on the way.',
      steps: [
        'Check SMTP_HOST and SMTP_PORT: for the worldwide cloud smtp.office365.com and 587.',
        'From the machine or container of the relay, run `openssl s_client -starttls smtp -connect {host}:{port}`: a certificate for {host} must appear.',
        'If it does not, switch off SMTP inspection (often called SMTP fixup, ESMTP inspection or mail guard) for {host} on firewall and virus scanner.',
        'Do not look for a way to send without TLS: Exchange Online offers no authentication then.',
      ],
      powershell: [],
      docs: [submissionDocs, 'https://www.rfc-editor.org/rfc/rfc3207'],
    },
    recognised: {
      replies: [{ code: 454, text: /TLS not available/ }],
      networkText:
        /error upgrading connection with STARTTLS|does not support (?:required )?STARTTLS|STARTTLS (?:failed|not supported|is not)/,
    },
    sources: [
      'nodemailer/nodemailer: lib/smtp-connection/index.js, lib/errors.js',
      'MicrosoftDocs/SupportArticles-docs: Exchange/ExchangeOnline/email-delivery/fix-issues-with-printers-scanners-and-lob-applications-that-send-email-using-off.md',
    ],
  },
  'tls-certificate-expired': {
    title: 'The certificate is out of date',
    cause:
      'The certificate that {host} presented is past its end date, or not valid yet, by the clock of the relay. Microsoft renews its certificates in time, so the clock is wrong or a device on the way presents an old certificate.',
    status: 502,
    stage: 'tls',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 300 },
    remedy: {
      summary: 'Set the clock of the relay; if it is right, find the device that presents the old certificate.',
      steps: [
        'Compare date and time of the machine of the relay with the real time: `date -u`.',
        'If they differ, synchronise the clock by NTP.',
        seeCertificate,
        'If the issuer named there is your own firewall or proxy, renew its certificate or exempt {host} from TLS inspection.',
        neverUnverified,
      ],
      powershell: [],
      docs: [endpointDocs],
    },
    recognised: {
      systemErrors: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
      networkText: /certificate (?:has expired|is not yet valid)|CERT_HAS_EXPIRED/,
    },
    sources: [
      'https://github.com/nodemailer/nodemailer/issues/530',
      'https://github.com/nodemailer/nodemailer/issues/903',
    ],
  },
  'tls-certificate-unverified': {
    title: 'The certificate comes from an unknown authority',
    cause:
      'The certificate that {host} presented leads to no authority that the relay trusts. Most often the network inspects TLS and presents a certificate of its own.',
    status: 502,
    stage: 'tls',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 300 },
    remedy: {
      summary: 'Exempt {host} from TLS inspection, or let the relay trust the authority of the inspecting proxy.',
      steps: [
        seeCertificate,
        exemptFromInspection,
        'If the issuer is a public authority, update the container image or the CA certificates of the machine.',
        neverUnverified,
      ],
      powershell: [],
      docs: [endpointDocs],
    },
    recognised: {
      systemErrors: [
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        'UNABLE_TO_GET_ISSUER_CERT',
        'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        'SELF_SIGNED_CERT_IN_CHAIN',
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'CERT_UNTRUSTED',
        'CERT_SIGNATURE_FAILURE',
      ],
      networkText:
        /unable to verify the first certificate|unable to get (?:local )?issuer|self.signed certificate|certificate signature failure/,
    },
    sources: ['https://github.com/timeoff-management/timeoff-management-application/issues/442'],
  },
  'tls-certificate-hostname-mismatch': {
    title: 'The certificate is for another host',
    cause:
      'The certificate that was presented is not issued for {host}. The relay was sent to another server, by an IP address or alias used as host, by a wrong DNS answer, or by TLS inspection.',
    status: 502,
    stage: 'tls',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 300 },
    remedy: {
      summary: 'Use the DNS name that Microsoft gives for the service, and make sure it resolves to Microsoft.',
      steps: [
        'Check SMTP_HOST and ENTRA_AUTHORITY_HOST: each must hold the DNS name of the service, in the worldwide cloud smtp.office365.com and https://login.microsoftonline.com. An IP address or an alias of your own cannot work.',
        seeCertificate,
        'Compare what `getent hosts {host}` answers on the machine of the relay with the answer of a public DNS server.',
        exemptFromInspection,
        neverUnverified,
      ],
      powershell: ['Resolve-DnsName -Name {host}'],
      docs: [submissionDocs, endpointDocs],
    },
    recognised: { systemErrors: ['ERR_TLS_CERT_ALTNAME_INVALID'], networkText: /certificate's altnames|altname/ },
    sources: [
      'https://github.com/nodemailer/nodemailer/issues/1315',
      'https://sgs-cloud-t0-docs.optum.com/product_information/additional_capability/email/reference',
    ],
  },
  'tls-handshake-failed': {
    title: 'TLS could not be established',
    cause:
      'The relay and {host} could not agree on an encrypted connection, or it was cut before they had. Something on port {port} speaks no TLS of a current version, or a proxy interferes.',
    status: 502,
    stage: 'tls',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 30 },
    remedy: {
      summary: 'Check host and port, and remove whatever interferes with TLS on the way.',
      steps: [
        'Check SMTP_HOST, SMTP_PORT and ENTRA_AUTHORITY_HOST: mail goes to port 587 of the SMTP host, tokens come from port 443 of the Entra authority.',
        'From the machine or container of the relay, test: `openssl s_client -connect {host}:{port}`, for the SMTP host with `-starttls smtp`.',
        'If this fails too, exempt {host} from TLS inspection on firewall and proxy.',
        'Check that nothing on the way limits TLS to versions below 1.2.',
      ],
      powershell: [],
      docs: [submissionDocs, endpointDocs],
    },
    recognised: {
      systemErrors: ['EPROTO'],
      networkText:
        /wrong version number|before secure TLS connection|failed to receive handshake|error initiating TLS|SSL routines|\bERR_SSL_|\bEPROTO\b/,
    },
    sources: [
      'https://github.com/nodemailer/nodemailer/issues/1219',
      'https://github.com/dawidd6/action-send-mail/issues/88',
      'https://github.com/nodemailer/nodemailer/issues/1240',
    ],
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
