/** What can go wrong between connecting and an encrypted session, towards Entra ID as towards Exchange Online. */

import type { CatalogueEntry } from './entry.ts';
import { endpointDocs, submissionDocs } from './network.ts';

const seeCertificate =
  'From the machine or container of the relay, look at the certificate: `openssl s_client -connect {host}:{port}`, for the SMTP host with `-starttls smtp`.';
const exemptFromInspection =
  'If the issuer named there is your own firewall or proxy, exempt {host} from TLS inspection, or put the root certificate of the proxy into a PEM file, set EXTRA_CA_FILE to it, and restart the relay.';
const neverUnverified =
  'Do not look for a way to switch verification off: the token and the mail would be open to anybody on the way.';

export const tlsFailures = {
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
      replies: [{ class: 4, text: /TLS not available/ }],
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
        'CERT_CHAIN_TOO_LONG',
        'INVALID_CA',
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
    recognised: {
      systemErrors: ['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
      networkText: /certificate's altnames|altname/,
    },
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
} as const satisfies Record<string, CatalogueEntry>;
