/** Limits and blocks on the mail of a whole mailbox, tenant or source, whatever the single message. */

import type { CatalogueEntry } from '../entry.ts';
import { sendAgainEverLater } from '../steps.ts';
import {
  businessCentralSource,
  learn,
  limits,
  ndrCodes,
  ndrSource,
  submissionLimits,
  submissionLimitsSource,
  tenantBlocks,
  tenantBlocksSource,
} from './references.ts';
import { checkHost, connect } from './steps.ts';

const serverBusy = `${learn}/troubleshoot/exchange/email-delivery/ndr/fix-error-code-451-4-7-500-699-asxxx-in-exchange-online`;

export const limitFailures = {
  'mailbox-busy': {
    title: 'All connections of the mailbox are busy',
    cause:
      'Exchange Online lets a mailbox submit on three connections at the same time, and takes 30 messages a minute over them. All connections of {mailbox}, or of the relay, were busy, and too many messages wait already or this one has waited too long. Nothing was submitted.',
    status: 503,
    stage: 'connect',
    about: 'mailbox',
    responsible: 'operator',
    retry: { afterSeconds: 60 },
    remedy: {
      summary: 'Send again later, and send no more than 30 messages a minute by one mailbox.',
      steps: [
        sendAgainEverLater,
        'Let the calling application wait for each answer before it sends the next message, with three messages under way at most.',
        'If more than 30 messages a minute are needed in the long run, spread them over several mailboxes.',
        'If few messages are sent and this goes on, look in the log of the relay for how long each submission takes: a slow server or a slow network keeps connections busy.',
      ],
      powershell: [],
      docs: [submissionLimits, limits],
    },
    sources: [submissionLimitsSource],
  },
  'concurrent-connections-limit': {
    title: 'Too many connections of this mailbox at the same time',
    cause:
      'Exchange Online lets a mailbox submit on three connections at the same time; there was one more. The relay keeps to three, so another program or a second relay uses {mailbox} as well.',
    status: 503,
    stage: 'data',
    about: 'mailbox',
    responsible: 'operator',
    retry: { afterSeconds: 30 },
    remedy: {
      summary: 'Send again in a moment, and give every program a mailbox of its own.',
      steps: [
        sendAgainEverLater,
        'Find what else submits by {mailbox}: other applications, printers, a second relay.',
        'Give each of them a mailbox of its own, or let them all submit by this relay.',
      ],
      powershell: [],
      docs: [submissionLimits],
    },
    recognised: { replies: [{ class: 4, text: /concurrent connections? limit|sender thread limit/ }] },
    sources: [
      submissionLimitsSource,
      'https://github.com/sabuhish/fastapi-mail/issues/75',
      'https://github.com/MicrosoftDocs/OfficeDocs-Support/pull/1991',
    ],
  },
  'recipient-rate-limit-exceeded': {
    title: 'The mailbox has used up its recipients for today',
    cause:
      'The mailbox {mailbox} has reached the number of recipients it may address within 24 hours: 10,000, or less by a policy of the tenant. The window slides, so room comes back bit by bit.',
    status: 503,
    stage: 'data',
    about: 'mailbox',
    responsible: 'operator',
    retry: { afterSeconds: 3600 },
    remedy: {
      summary: 'Send again later, spread the mail over more mailboxes, or raise the limit of the policy.',
      steps: [
        sendAgainEverLater,
        'Check RecipientLimitPerDay of the outbound spam policy; 0 means the limit of the service, 10,000.',
        'If so much mail was not expected, check in the message trace what was sent: the mailbox may be abused.',
        'For regular bulk mail, spread it over several mailboxes, each with a relay of its own, or use a service made for bulk mail.',
      ],
      powershell: [connect, 'Get-HostedOutboundSpamFilterPolicy | Format-List Name, RecipientLimitPerDay'],
      docs: [limits, submissionLimits],
    },
    recognised: {
      replies: [
        { enhanced: '5.1.90' },
        {
          class: 'any',
          text: /SubmissionQuotaExceeded|submission quota (?:was )?exceeded|daily limit for message recipients|verdict is RefuseQuota/,
        },
      ],
    },
    sources: [
      ndrSource,
      submissionLimitsSource,
      'https://github.com/MicrosoftDocs/OfficeDocs-Exchange/issues/2729',
      'MicrosoftDocs/office-docs-powershell: exchange/exchange-ps/ExchangePowerShell/Set-HostedOutboundSpamFilterPolicy.md',
    ],
  },
  'tenant-external-recipient-limit': {
    title: 'The tenant has used up its recipients outside for today',
    cause:
      'The tenant has reached the number of recipients outside it that all of its mailboxes together may address within 24 hours. It grows with the number of licences; a trial tenant has 5,000. The window slides, so room comes back bit by bit.',
    status: 503,
    stage: 'data',
    about: 'tenant',
    responsible: 'operator',
    retry: { afterSeconds: 3600 },
    remedy: {
      summary: 'Send again later, and move bulk mail to a service that is made for it.',
      steps: [
        sendAgainEverLater,
        'In the Exchange admin center, open Reports > Mail flow > Tenant Outbound External Recipients and see how much of the limit is used, and when.',
        'Find what sends so much: every mailbox of the tenant counts, not only {mailbox}.',
        'If the tenant is a trial (5.7.232), buy licences; the limit is higher then.',
        'For regular bulk mail use a service made for it, such as Azure Communication Services.',
      ],
      powershell: [],
      docs: [limits, ndrCodes],
    },
    recognised: {
      replies: [
        { enhanced: /^5\.7\.23[23]$/ },
        { class: 5, text: /tenant external recipient rate limit|daily limit for sending email to external recipients/ },
      ],
    },
    sources: [
      'MicrosoftDocs/SupportArticles-docs commit ae5c3e0 (NDR table of 01/07/2026)',
      'https://learn.microsoft.com/en-us/answers/questions/5835651/email-cant-be-sent-because-tenant-has-exceeded-its',
      'https://support.knowbe4.com/hc/en-us/articles/40027061481363-Microsoft-Exchange-Online-Tenant-Outbound-Email-Limits',
    ],
  },
  'server-busy': {
    title: 'Exchange Online slows this source down',
    cause:
      'Exchange Online takes less mail from this source for the moment, because the volume has risen suddenly or the reputation of the address is low.',
    status: 503,
    stage: 'rcpt-to',
    about: 'network',
    responsible: 'operator',
    retry: { afterSeconds: 60 },
    remedy: {
      summary: 'Send again later, and more slowly.',
      steps: [
        sendAgainEverLater,
        'If a bulk run caused it, spread the run over more time.',
        checkHost,
        'Check whether other machines behind the same public IP address send unwanted mail.',
      ],
      powershell: [],
      docs: [serverBusy, ndrCodes],
    },
    recognised: {
      replies: [
        { enhanced: /^4\.7\.(?:[56]\d\d|8[5-9]\d)$/ },
        { enhanced: '5.7.508' },
        {
          class: 4,
          text: /(?:server busy|access denied).{0,3}please try again later|temporarily rate limited|message submission rate .{0,60}exceeded/,
        },
        { class: 5, text: /has exceeded permitted limits within/ },
      ],
    },
    sources: [
      ndrSource,
      'MicrosoftDocs/SupportArticles-docs: Exchange/ExchangeOnline/email-delivery/ndr/fix-error-code-451-4-7-500-699-asxxx-in-exchange-online.md',
      'ActiveCampaign/smtp-field-manual: data/codes/451.json',
      'sisimai/p5-sisimai: lib/Sisimai/Rhost/Microsoft.pm',
    ],
  },
  'tenant-traffic-not-accepted': {
    title: 'Microsoft does not accept mail of this tenant',
    cause:
      'Microsoft does not take mail that this tenant sends to the outside, because the reputation of its sending addresses is too low. This is typical of new and of trial tenants.',
    status: 502,
    stage: 'data',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Ask Microsoft support for an exception, from within the tenant that hosts the mailbox.',
      steps: [
        'In the Microsoft 365 admin center of the tenant that hosts the mailbox, check under Billing > Your products that it is no trial; buy licences if it is.',
        'Open a support request there under Support > Help & support, quote this reply in full, and ask for an exception for 550 5.7.708.',
        'Until it is granted, send to recipients inside the tenant only.',
        'Only then check TENANT_ID: it must be the id of the tenant that hosts the mailbox, not of the one that owns the app; configured now: {tenant_id}.',
      ],
      powershell: [],
      docs: [tenantBlocks],
    },
    recognised: { replies: [{ enhanced: '5.7.708' }, { class: 5, text: /traffic not accepted from this IP/ }] },
    sources: [
      businessCentralSource,
      tenantBlocksSource,
      'https://github.com/microsoftgraph/microsoft-graph-docs/issues/6698',
    ],
  },
  'tenant-threshold-exceeded': {
    title: 'Outgoing mail of the tenant is blocked',
    cause:
      'Microsoft has blocked the outgoing mail of this tenant, because too much of it was spam or bulk mail. An account or a connector of the tenant may be abused.',
    status: 502,
    stage: 'data',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Find and secure what sends the spam, then ask Microsoft support to lift the block.',
      steps: [
        'In the Microsoft Defender portal, open Email & collaboration > Review > Restricted entities and see which accounts and connectors are listed.',
        'Change the passwords of abused accounts, revoke their sessions, and correct connectors that relay for anybody.',
        'If a subscription was renewed just now, wait a day: the block can last that long.',
        'Open a support request in the Microsoft 365 admin center and ask to lift the block 550 5.7.705.',
      ],
      powershell: [
        connect,
        'Get-BlockedSenderAddress',
        'Get-InboundConnector | Format-List Name, Enabled, SenderIPAddresses',
      ],
      docs: [tenantBlocks],
    },
    recognised: { replies: [{ enhanced: '5.7.705' }, { class: 5, text: /tenant has exceeded threshold/ }] },
    sources: [tenantBlocksSource],
  },
} as const satisfies Record<string, CatalogueEntry>;
