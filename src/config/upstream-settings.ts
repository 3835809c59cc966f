/** Settings towards Microsoft 365: whom to trust, how to get there, how long each step may take, and what one mailbox may. */

import { readCertificates } from './certificates.ts';
import { readEhloName, readNoProxy, readProxy, secondsIn, wholeNumberIn } from './readers.ts';
import type { SettingTable } from './setting.ts';

/** A deadline in seconds is anything from a tenth of a second to an hour. */
const deadline = secondsIn(0.1, 3_600);

export const upstreamSettings = {
  EXTRA_CA_FILE: {
    meaning:
      'PEM file with certificate authorities to trust for Entra ID and SMTP, besides those of Node.js and of the system. ' +
      'Needed when a proxy of your own inspects TLS.',
    form: 'file',
    required: false,
    defaultInWords: 'none',
    example: '/etc/exo-relay/company-ca.pem',
    read: readCertificates,
  },
  HTTPS_PROXY: {
    meaning:
      'Proxy for token requests: "http://" or "https://", a host and a port, perhaps with a user and a password before an "@". ' +
      'SMTP does not go through it. "https_proxy" is read, too, and wins.',
    form: 'plain',
    required: false,
    defaultInWords: 'none',
    example: 'http://proxy.contoso.com:3128',
    lowerCaseToo: true,
    read: readProxy,
  },
  NO_PROXY: {
    meaning:
      'Hosts to reach without HTTPS_PROXY, with commas between them: "login.microsoftonline.com", ".contoso.com" for a whole domain, "*" for all. ' +
      '"no_proxy" is read, too, and wins.',
    form: 'plain',
    required: false,
    defaultInWords: 'none',
    example: '.contoso.com, 192.0.2.7',
    lowerCaseToo: true,
    read: readNoProxy,
  },
  EHLO_NAME: {
    meaning:
      'Name the relay gives itself in EHLO: a host name, or an IP address in brackets. ' +
      'Exchange Online refuses names with "_" (501 5.5.4).',
    form: 'plain',
    required: false,
    defaultInWords: "this machine's full host name, if it has one; else [127.0.0.1]",
    example: 'relay.contoso.com',
    read: readEhloName,
  },
  SMTP_CONNECTIONS: {
    meaning: 'SMTP connections in the whole process. Each mailbox has at most MAILBOX_CONNECTIONS of them.',
    form: 'plain',
    required: false,
    default: '100',
    example: '300',
    read: wholeNumberIn(1, 10_000),
  },
  SMTP_CONNECT_TIMEOUT: {
    meaning: 'Seconds for the TCP connection to the SMTP server.',
    form: 'plain',
    required: false,
    default: '10',
    example: '20',
    read: deadline,
  },
  SMTP_GREETING_TIMEOUT: {
    meaning: "Seconds for the SMTP server's greeting.",
    form: 'plain',
    required: false,
    default: '30',
    example: '60',
    read: deadline,
  },
  SMTP_COMMAND_TIMEOUT: {
    meaning: 'Seconds for the reply to an SMTP command; Exchange Online takes several to refuse a sign-in.',
    form: 'plain',
    required: false,
    default: '60',
    example: '300',
    read: deadline,
  },
  SMTP_DATA_TIMEOUT: {
    meaning: 'Seconds for the reply to DATA, before the message itself.',
    form: 'plain',
    required: false,
    default: '120',
    example: '180',
    read: deadline,
  },
  SMTP_FINAL_REPLY_TIMEOUT: {
    meaning:
      'Seconds for the reply to a whole message (RFC 5321 asks for ten minutes). ' +
      'When they are over, nobody knows whether the server took it.',
    form: 'plain',
    required: false,
    default: '600',
    example: '900',
    read: deadline,
  },
  SMTP_IDLE_TIMEOUT: {
    meaning: 'Seconds for which an SMTP connection without work is kept; fewer than Exchange Online keeps it.',
    form: 'plain',
    required: false,
    default: '240',
    example: '60',
    read: deadline,
  },
  TOKEN_REQUEST_TIMEOUT: {
    meaning: 'Seconds for a token request, from its start to the end of the answer.',
    form: 'plain',
    required: false,
    default: '30',
    example: '15',
    read: deadline,
  },
  MAILBOX_MAX_RECIPIENTS: {
    meaning:
      'Recipients of one message from a mailbox, 1000 at most. 500 is the default of Exchange Online (RecipientLimits). ' +
      'In a routing file each mailbox can have its own number (max_recipients).',
    form: 'plain',
    required: false,
    default: '500',
    example: '1000',
    read: wholeNumberIn(1, 1_000),
  },
  MAILBOX_MAX_MESSAGE_MIB: {
    meaning:
      'Size of one message from a mailbox in MiB with all encodings, 150 at most. 35 is the default of Exchange Online (MaxSendSize). ' +
      'In a routing file each mailbox can have its own number (max_message_mib).',
    form: 'plain',
    required: false,
    default: '35',
    example: '100',
    read: wholeNumberIn(1, 150),
  },
  MAILBOX_CONNECTIONS: {
    meaning:
      'Connections of one mailbox at once. 3 is the limit of Exchange Online, which refuses more (432 4.3.2); ' +
      'only High Volume Email takes more. In a routing file each mailbox can have its own number (max_connections).',
    form: 'plain',
    required: false,
    default: '3',
    example: '1',
    read: wholeNumberIn(1, 100),
  },
  MAILBOX_MESSAGES_PER_MINUTE: {
    meaning:
      'Messages of one mailbox in any minute. 30 is the limit of Exchange Online; the relay lets more than that wait. ' +
      'In a routing file each mailbox can have its own number (messages_per_minute).',
    form: 'plain',
    required: false,
    default: '30',
    example: '20',
    read: wholeNumberIn(1, 1_000_000),
  },
  MAILBOX_RECIPIENTS_PER_DAY: {
    meaning:
      'Recipients of one mailbox in any 24 hours. 10000 is the limit of Exchange Online; the relay lets more than that wait. ' +
      'In a routing file each mailbox can have its own number (recipients_per_day).',
    form: 'plain',
    required: false,
    default: '10000',
    example: '5000',
    read: wholeNumberIn(1, 100_000_000),
  },
  TENANT_EXTERNAL_RECIPIENTS_PER_DAY: {
    meaning:
      'Recipients outside the tenant in any 24 hours, of all of its mailboxes together. Exchange Online has a limit (TERRL) that follows ' +
      "from the tenant's licences; set what is the relay's share of it. In a routing file each tenant can have its own number (external_recipients_per_day).",
    form: 'plain',
    required: false,
    defaultInWords: 'no limit of the relay',
    example: '20000',
    read: wholeNumberIn(1, 100_000_000),
  },
} as const satisfies SettingTable;
