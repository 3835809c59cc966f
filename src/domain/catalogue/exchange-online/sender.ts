/** What keeps a mailbox from sending although its sign-in succeeded: its rights, its state, its address. */

import type { CatalogueEntry } from '../entry.ts';
import { sendAgainEverLater } from '../steps.ts';
import {
  businessCentralSource,
  continuousErrors,
  devicesSource,
  learn,
  ndrCodes,
  ndrSource,
  rbacForSmtp,
  rbacForSmtpSource,
  rfc5321,
  serverNdrSource,
  setMailboxSource,
  smtpByOAuth,
  smtpByOAuthSource,
  submissionLimits,
  submissionLimitsSource,
} from './references.ts';
import {
  connect,
  exactlyOneWay,
  grantFullAccess,
  grantSendAs,
  rbacInstead,
  showMailboxRights,
  showServicePrincipal,
  waitForRights,
} from './steps.ts';

const addRecipientPermissionSource =
  'MicrosoftDocs/office-docs-powershell: exchange/exchange-ps/ExchangePowerShell/Add-RecipientPermission.md';

export const senderFailures = {
  'mailbox-logon-failure': {
    title: 'The app may not open the mailbox',
    cause:
      'The sign-in succeeded, but the app may not open {mailbox}. Exchange Online calls this temporary; in most cases a right is missing, and it stays so until the right is granted.',
    status: 502,
    stage: 'data',
    about: 'mailbox',
    responsible: 'operator',
    retry: { afterSeconds: 900, atMost: 2 },
    remedy: {
      summary: 'Give the app FullAccess and SendAs on {mailbox}, or a role assignment by RBAC for Applications.',
      steps: [
        'See whether the service principal has FullAccess on {mailbox}: run Get-ServicePrincipal and Get-MailboxPermission below.',
        'Way 1, mailbox permissions: grant the service principal FullAccess on {mailbox} with Add-MailboxPermission, and SendAs with Add-RecipientPermission; the app also needs SMTP.SendAsApp in Entra ID with admin consent.',
        'Way 2, RBAC for Applications: assign the role Application SMTP.SendAsApp for a scope that contains {mailbox}, and leave SMTP.SendAsApp out in Entra ID.',
        exactlyOneWay,
        'Do not expect anything of Set-CASMailbox here: it switches protocols on and off and grants no right.',
        'Check that {mailbox} is a mailbox with a licence, or a shared mailbox, and that it opens in Outlook on the web.',
        waitForRights,
        'Send the same message again two times at most, and never in a loop: a program that repeats it every minute can make Exchange Online suspend the mailbox.',
      ],
      powershell: [connect, showServicePrincipal, showMailboxRights, grantFullAccess, grantSendAs, ...rbacInstead],
      docs: [smtpByOAuth, rbacForSmtp],
    },
    recognised: {
      replies: [
        { class: 'any', text: /mailbox (?:log-?on|sign.?in) failure|MapiExceptionLogonFailed/ },
        {
          code: 430,
          text: /log-?on failure|sign.?in failure|cannot open mailbox|ConnectionFailedTransientException/,
        },
        { code: 430, enhanced: '4.2.0', text: /STOREDRV/ },
        { code: 430, enhanced: /^$/, except: /IO error/ },
      ],
    },
    sources: [
      businessCentralSource,
      smtpByOAuthSource,
      rbacForSmtpSource,
      'https://github.com/simonrob/email-oauth2-proxy/issues/271',
    ],
  },
  'send-as-denied': {
    title: 'The app may not send as this address',
    cause:
      'The sign-in to {mailbox} succeeded, but the app may not send as {from}. Exchange Online checks the right to send separately from the sign-in, even for the address of the mailbox itself.',
    status: 403,
    stage: 'data',
    about: 'sender',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Give the app the right SendAs on {from}.',
      steps: [
        'Stop sending as {from} until this is cured: after repeated refusals Exchange Online suspends the mailbox (550 5.2.252).',
        'Way 1, mailbox permissions: grant the service principal SendAs on {from} with Add-RecipientPermission; FullAccess does not include it.',
        'Way 2, RBAC for Applications: unless the mailbox of {from} is already in the group that your management scope uses, add it there, and check with Test-ServicePrincipalAuthorization.',
        exactlyOneWay,
        'If {from} is another address than {mailbox} and it is refused still, grant SendAs on {from} to {mailbox} as well: some tenants check the right of the mailbox that authenticates, too.',
        'If {from} is only a further address (alias) of a mailbox, set MAILBOX to the primary address of that mailbox, restart the relay, and use that address in from.',
        waitForRights,
      ],
      powershell: [
        connect,
        showServicePrincipal,
        'Add-RecipientPermission -Identity {from} -AccessRights SendAs -Trustee {object_id} -Confirm:$false',
        'Get-RecipientPermission -Identity {from} | Format-Table Trustee, AccessRights',
        '# Only if it is refused still: Add-RecipientPermission -Identity {from} -AccessRights SendAs -Trustee {mailbox} -Confirm:$false',
        '# Instead of the permission, for a tenant that uses RBAC for Applications:',
        "# Add-DistributionGroupMember -Identity '<group of your management scope>' -Member {from}",
        '# Test-ServicePrincipalAuthorization -Identity {client_id} -Resource {from}',
      ],
      docs: [smtpByOAuth, rbacForSmtp, continuousErrors],
    },
    recognised: {
      replies: [
        { class: 5, text: /SendAsDenied|permissions? to send as this sender|not allowed to send as/ },
        { enhanced: '5.7.60' },
      ],
    },
    sources: [
      businessCentralSource,
      smtpByOAuthSource,
      rbacForSmtpSource,
      addRecipientPermissionSource,
      'https://github.com/gophish/gophish/issues/2900',
      'https://github.com/Notifuse/notifuse/issues/250',
      devicesSource,
    ],
  },
  'sender-throttled-continuous-errors': {
    title: 'Exchange Online has suspended the mailbox',
    cause:
      'Messages from {mailbox} failed again and again with the same error, so Exchange Online has suspended its submissions, the good ones too. Microsoft decides how long; its support cannot lift it.',
    status: 503,
    stage: 'data',
    about: 'mailbox',
    responsible: 'operator',
    retry: { afterSeconds: 3600 },
    remedy: {
      summary: 'Cure the error that was repeated, then send again later.',
      steps: [
        'Read the enhanced status code; it names the error: 5.2.251 mailbox full, 5.2.252 send as denied, 5.2.253 invalid licence, 5.2.254 too many recipients, 5.2.255 invalid recipients.',
        'Stop whatever keeps submitting the failing message, also programs other than this relay that use {mailbox}.',
        'Cure that error.',
        'The suspension ends by itself some time after the errors stop; until then every message is refused.',
        sendAgainEverLater,
        'If mail cannot wait, use another mailbox once the error is cured: give the app its rights on it, set MAILBOX to it, restart the relay, and use its address in from.',
      ],
      powershell: [
        connect,
        'Get-MailboxStatistics -Identity {mailbox} | Format-List TotalItemSize, StorageLimitStatus',
        'Get-RecipientPermission -Identity {mailbox} | Format-Table Trustee, AccessRights',
      ],
      docs: [continuousErrors],
    },
    recognised: {
      replies: [
        { class: 'any', text: /sender throttled due to continuous/ },
        { code: 550, enhanced: /^5\.2\.25[1-5]$/ },
      ],
    },
    sources: [continuousErrors, 'https://github.com/MicrosoftDocs/OfficeDocs-Exchange (same article)'],
  },
  'sender-mailbox-full': {
    title: 'The sending mailbox is full',
    cause:
      'The mailbox {mailbox} has reached its quota, so it can submit nothing more. Each submitted message is stored in its Sent Items.',
    status: 502,
    stage: 'data',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Make room in {mailbox}, and stop storing copies of submitted messages if nobody needs them.',
      steps: [
        'Delete old items from Sent Items of {mailbox}, and empty Deleted Items.',
        'Or set a retention policy that does so by itself.',
        'Only if the application keeps its own record, switch off the copies with MessageCopyForSMTPClientSubmissionEnabled.',
        'Send again once there is room; do not keep trying before, or Exchange Online suspends the mailbox (550 5.2.251).',
      ],
      powershell: [
        connect,
        'Get-MailboxStatistics -Identity {mailbox} | Format-List TotalItemSize, StorageLimitStatus',
        '# Only if nobody needs the copies in Sent Items: Set-Mailbox -Identity {mailbox} -MessageCopyForSMTPClientSubmissionEnabled $false',
      ],
      docs: [submissionLimits, continuousErrors],
    },
    recognised: {
      replies: [
        {
          class: 5,
          text: /mailbox full; STOREDRV\.Submission|STOREDRV\.Submission.{0,80}(?<!Submission)QuotaExceededException/,
        },
      ],
    },
    sources: [submissionLimitsSource, setMailboxSource],
  },
  'sender-address-invalid': {
    title: 'The sender address is not valid',
    cause:
      'Exchange Online cannot read the sender address {from}, which is the MAILBOX of this relay. It has no domain, or characters that are not allowed.',
    status: 502,
    stage: 'mail-from',
    about: 'sender',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Correct MAILBOX.',
      steps: [
        'Compare {from} with the primary address of the mailbox in the Microsoft 365 admin center.',
        'Set MAILBOX to that address, written as name@contoso.com without spaces and special characters, and restart the relay.',
        'Let the application use the same address in from, and send again; nothing of this message was submitted.',
      ],
      powershell: [],
      docs: [submissionLimits, rfc5321],
    },
    recognised: { replies: [{ enhanced: '5.1.7' }, { class: 5, text: /bad sender address syntax/ }] },
    sources: ['https://github.com/roehling/postsrsd/issues/192', serverNdrSource],
  },
  'sender-blocked-outbound-spam': {
    title: 'The mailbox is blocked for sending spam',
    cause:
      'Exchange Online has put {mailbox} on its list of restricted senders, because it sent spam or more than the outbound spam policy allows. It may be abused by others.',
    status: 502,
    stage: 'data',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Secure the account first, then take it off the list of restricted entities.',
      steps: [
        'Look in the message trace for what {mailbox} has sent, and find out whether the relay, another program or somebody else sent it.',
        'If the account is abused: change its password, revoke its sessions, remove forwarding rules you do not know, and replace the secret or certificate of app {client_id}.',
        'Take the mailbox off the list only then: Microsoft Defender portal > Email & collaboration > Review > Restricted entities, or Remove-BlockedSenderAddress below. Microsoft limits how often an account can be taken off.',
        'If a bulk run was the cause, compare it with the limits of the outbound spam policy, and spread it over more time.',
        'Wait some hours after that, then send again.',
      ],
      powershell: [
        connect,
        'Get-BlockedSenderAddress -SenderAddress {mailbox}',
        'Get-MessageTraceV2 -SenderAddress {mailbox} -StartDate (Get-Date).AddDays(-2) -EndDate (Get-Date) | Format-Table Received, RecipientAddress, Subject',
        'Get-HostedOutboundSpamFilterPolicy | Format-List Name, RecipientLimitPerDay',
        '# Only once the account is secure: Remove-BlockedSenderAddress -SenderAddress {mailbox}',
      ],
      docs: [`${learn}/defender-office-365/outbound-spam-restore-restricted-users`, ndrCodes],
    },
    recognised: {
      replies: [
        // 5.1.8 is also said of addresses that a server on the way cannot take.
        { enhanced: '5.1.8', except: /\butf-?8\b|domain not found/ },
        { class: 5, text: /bad outbound sender|OutboundSpamException(?!.{0,200}RefuseQuota)/ },
      ],
    },
    sources: [
      ndrSource,
      devicesSource,
      'MicrosoftDocs/office-docs-powershell: exchange/exchange-ps/ExchangePowerShell/Remove-BlockedSenderAddress.md',
    ],
  },
} as const satisfies Record<string, CatalogueEntry>;
