/** Faults of the session itself (EHLO, STARTTLS, the way of signing in), most often caused by a proxy or another server in between. */

import type { CatalogueEntry } from '../entry.ts';
import {
  businessCentralSource,
  clientSubmission,
  devicesSource,
  learn,
  ndrCodes,
  ndrSource,
  smtpByOAuth,
} from './references.ts';
import {
  checkHost,
  checkSmtpAuthOfMailbox,
  connect,
  enableSmtpAuthIfDisabled,
  noSmtpProxy,
  reportIfDirect,
  showSmtpAuthOfMailbox,
} from './steps.ts';

const devicesAndApps = `${learn}/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365`;

export const sessionFailures = {
  'smtp-extension-missing': {
    title: 'The server lacks an SMTP extension the message needs',
    cause:
      'The message needs an extension of SMTP that {host} does not offer. Exchange Online offers all that the relay uses, so a proxy on the way hides it, or this is another server. Without it the message would arrive changed or not at all.',
    status: 502,
    stage: 'mail-from',
    about: 'message',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Let the relay speak to Exchange Online directly, or send the message without what needs the extension.',
      steps: [
        'Read "detail": it names the extension and what of the message needs it.',
        checkHost,
        noSmtpProxy,
        'From the machine or container of the relay, run `openssl s_client -starttls smtp -crlf -connect {host}:{port}`, enter `EHLO test`, and look for the extension in the answer.',
        'If the server cannot be changed: for DSN leave out "dsn"; for SMTPUTF8 use addresses in ASCII.',
      ],
      powershell: [],
      docs: [clientSubmission, 'https://www.rfc-editor.org/rfc/rfc5321#section-2.2'],
    },
    sources: [
      'https://www.rfc-editor.org/rfc/rfc6152',
      'https://www.rfc-editor.org/rfc/rfc6531',
      'https://www.rfc-editor.org/rfc/rfc3461',
    ],
  },
  'smtp-basic-auth-disabled': {
    title: 'User name and password are not accepted',
    cause:
      'Exchange Online saw a sign-in with user name and password, which this tenant does not accept. The relay signs in with OAuth only, so something on the way has changed the sign-in.',
    status: 502,
    stage: 'auth',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Let the relay speak to Exchange Online directly, without a mail gateway that signs in by itself.',
      steps: [
        checkHost,
        noSmtpProxy,
        'Do not enable basic authentication again: Microsoft switches it off by default for existing tenants at the end of December 2026, and OAuth is not affected.',
        reportIfDirect,
      ],
      powershell: [],
      docs: [
        'https://techcommunity.microsoft.com/t5/exchange-team-blog/exchange-online-to-retire-basic-auth-for-client-submission-smtp/ba-p/4114750',
        smtpByOAuth,
      ],
    },
    recognised: {
      replies: [{ class: 5, text: /basic authentication is (?:disabled|not supported)/ }, { enhanced: '5.7.30' }],
    },
    sources: [
      'https://techcommunity.microsoft.com/t5/exchange-team-blog/exchange-online-to-retire-basic-auth-for-client-submission-smtp/ba-p/4114750',
      'https://github.com/nodemailer/nodemailer/issues/1714',
    ],
  },
  'smtp-credentials-incorrect': {
    title: 'User name or password is wrong',
    cause:
      'Exchange Online saw a sign-in with user name and password, and they were wrong. The relay has no password and signs in with OAuth only, so something on the way has changed the sign-in.',
    status: 502,
    stage: 'auth',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Let the relay speak to Exchange Online directly, without a mail gateway that signs in by itself.',
      steps: [
        checkHost,
        noSmtpProxy,
        'Do not change the password of {mailbox}: the relay does not use it.',
        reportIfDirect,
      ],
      powershell: [],
      docs: [smtpByOAuth],
    },
    recognised: { replies: [{ class: 5, text: /user credentials were incorrect/ }] },
    sources: ['https://github.com/codassassin/email-bomber-v2.0/issues/1'],
  },
  'smtp-auth-type-unrecognized': {
    title: 'The server does not offer OAuth',
    cause:
      'The server {smtp_host} does not know the way of signing in that the relay uses, AUTH XOAUTH2. Exchange Online offers it for client submission, so this is another server, or one for incoming mail (MX).',
    status: 502,
    stage: 'auth',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Set SMTP_HOST and SMTP_PORT to the server for client submission.',
      steps: [
        checkHost,
        'Do not use the MX host of your domain (…mail.protection.outlook.com): it takes incoming mail and knows no sign-in.',
        noSmtpProxy,
      ],
      powershell: [],
      docs: [clientSubmission, devicesAndApps],
    },
    recognised: {
      replies: [
        { code: 504, enhanced: '5.7.4' },
        { class: 5, text: /unrecognized authentication type/ },
      ],
    },
    sources: [
      'https://github.com/arcage/crystal-email/issues/10',
      'https://github.com/mikel/mail/issues/1357',
      'https://github.com/PHPMailer/PHPMailer/issues/1254',
    ],
  },
  'smtp-client-not-authenticated': {
    title: 'The session is not authenticated',
    cause:
      'Exchange Online got the message on a connection on which no sign-in had succeeded. What the token contains plays no part in this; a bad token is refused with 535.',
    status: 502,
    stage: 'mail-from',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'See why the sign-in before it failed or did not happen.',
      steps: [
        'Read the text of the reply to its end: when a 535 stands in it, that is the true cause.',
        'Look in the log of the relay for the reply to AUTH on the same connection.',
        checkHost,
        noSmtpProxy,
        checkSmtpAuthOfMailbox,
      ],
      powershell: [connect, showSmtpAuthOfMailbox, enableSmtpAuthIfDisabled],
      docs: [clientSubmission, devicesAndApps],
    },
    recognised: {
      replies: [
        { enhanced: '5.7.57' },
        { code: 530, enhanced: '5.7.1' },
        { code: 530, enhanced: /^(?:5\.7\.0)?$/, text: /authentication (?:is )?required/ },
        { class: 5, text: /client (?:was )?not authenticated/ },
      ],
    },
    sources: [businessCentralSource, ndrSource, devicesSource, 'https://github.com/tarickb/sasl-xoauth2/issues/96'],
  },
  'smtp-starttls-required': {
    title: 'The server wants encryption first',
    cause:
      'The server {smtp_host} wants STARTTLS before the command it got. The relay always encrypts first, so something on the way has ended the encryption.',
    status: 502,
    stage: 'tls',
    about: 'relay',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Let the relay speak to Exchange Online directly.',
      steps: [
        noSmtpProxy,
        checkHost,
        'From the machine of the relay, run `openssl s_client -starttls smtp -connect {host}:{port}`: the certificate must be one of Microsoft.',
        reportIfDirect,
      ],
      powershell: [],
      docs: [devicesAndApps, 'https://www.rfc-editor.org/rfc/rfc3207'],
    },
    recognised: {
      replies: [
        { code: 451, enhanced: '5.7.3', text: /STARTTLS/ },
        { code: 530, enhanced: /^5\.7\.[03]$/, text: /STARTTLS/ },
        { class: 'any', text: /must issue (?:a )?STARTTLS(?: command)? first/ },
      ],
    },
    sources: [
      'https://docs.microsoft.com/en-us/exchange/troubleshoot/email-delivery/send-receive-emails-socketerror',
      'sisimai/p5-sisimai: lib/Sisimai/Rhost/Microsoft.pm',
    ],
  },
  'smtp-tls-version-unsupported': {
    title: 'The TLS version is too old',
    cause:
      'The connection reached Exchange Online with TLS 1.0 or 1.1, which it no longer takes. The relay uses TLS 1.2 or newer, so a proxy on the way speaks the old version.',
    status: 502,
    stage: 'tls',
    about: 'relay',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Take the proxy with the old TLS version out of the way.',
      steps: [
        noSmtpProxy,
        'From the machine of the relay, run `openssl s_client -starttls smtp -connect {host}:{port}` and read Protocol: it must be TLSv1.2 or TLSv1.3.',
        'Do not turn to smtp-legacy.office365.com: it exists for devices that cannot do better.',
      ],
      powershell: [],
      docs: [
        devicesAndApps,
        'https://techcommunity.microsoft.com/blog/exchange/new-opt-in-endpoint-available-for-smtp-auth-clients-still-needing-legacy-tls/2659652',
      ],
    },
    recognised: {
      replies: [{ enhanced: '4.7.66' }, { class: 'any', text: /TLS 1\.0 and (?:TLS )?1\.1 are not supported/ }],
    },
    sources: [
      devicesSource,
      'https://techcommunity.microsoft.com/blog/exchange/new-opt-in-endpoint-available-for-smtp-auth-clients-still-needing-legacy-tls/2659652',
    ],
  },
  'ehlo-domain-invalid': {
    title: 'The server does not accept the name of the relay',
    cause:
      'The relay introduces itself by a name (EHLO), its setting EHLO_NAME or else the name of its machine. {smtp_host} does not accept that name as a domain name.',
    status: 502,
    stage: 'connect',
    about: 'relay',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Give the relay a valid host name by EHLO_NAME.',
      steps: [
        'Set EHLO_NAME to a full host name such as relay.contoso.com, and restart the relay.',
        'Use letters, digits, hyphens and dots only: no underscore, no space, no letter outside ASCII, and no dot at the end.',
        'Do not use the name of the server, such as smtp.office365.com.',
        'To see which name the relay takes without EHLO_NAME, run `hostname -f` on its machine or in its container.',
      ],
      powershell: [],
      docs: [ndrCodes, 'https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1'],
    },
    recognised: {
      replies: [
        { code: 501, enhanced: /^(?:5\.5\.4)?$/, text: /invalid domain name/ },
        { enhanced: '5.7.506' },
        { class: 5, text: /access denied, bad HELO/ },
      ],
    },
    sources: [
      'https://github.com/sabuhish/fastapi-mail/issues/205',
      'https://github.com/Miksus/red-mail/issues/79',
      ndrSource,
    ],
  },
} as const satisfies Record<string, CatalogueEntry>;
