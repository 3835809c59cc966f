/** Sign-ins that Exchange Online refuses for want of a right or by a policy, although Entra ID has given a token. */

import type { CatalogueEntry } from '../entry.ts';
import {
  businessCentralSource,
  clientSubmission,
  devicesSource,
  learn,
  rbacForSmtp,
  rbacForSmtpSource,
  setTransportConfigSource,
  smtpByOAuth,
  smtpByOAuthSource,
} from './references.ts';
import {
  checkHost,
  checkSmtpAuthOfMailbox,
  connect,
  enableSmtpAuthIfDisabled,
  enableSmtpAuthOfMailbox,
  exactlyOneWay,
  grantFullAccess,
  grantSendAs,
  noSmtpProxy,
  rbacInstead,
  reportIfDirect,
  showMailboxRights,
  showServicePrincipal,
  showSmtpAuthOfMailbox,
  waitForRights,
} from './steps.ts';

const securityDefaults = `${learn}/entra/fundamentals/security-defaults`;
const clientSubmissionSource =
  'MicrosoftDocs/OfficeDocs-Exchange: Exchange/ExchangeOnline/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission.md';
const showSmtpAuthOfTenant = 'Get-TransportConfig | Format-List SmtpClientAuthenticationDisabled';
const waitForSmtpAuth = 'Wait for the change to apply, up to an hour, and then send again.';
const mailboxSettingWins =
  'Enable SMTP AUTH for {mailbox} alone: Microsoft 365 admin center > Users > Active users > the user > Mail > Manage email apps > Authenticated SMTP; for a shared mailbox, or if you prefer, run Set-CASMailbox below. The setting of the mailbox wins over that of the tenant.';

export const signInFailures = {
  'smtp-auth-unsuccessful': {
    title: 'Exchange Online did not let the app in',
    cause:
      'Entra ID gave the app a token, but Exchange Online did not accept it for {mailbox}. In most cases the app was registered in Exchange Online with the wrong object id, or it has no right on this mailbox.',
    status: 502,
    stage: 'auth',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary:
        'Register the enterprise application in Exchange Online by its own object id, and give it its rights on {mailbox}.',
      steps: [
        'Find the right object id: Microsoft Entra admin center of the tenant that hosts the mailbox > Enterprise apps > All applications > the app with application id {client_id} > Overview > Object ID. It must be {object_id}.',
        'Do not take the Object ID from App registrations: it is another one, and using it is the most common cause of this failure.',
        'Compare with what Exchange Online has: run Get-ServicePrincipal below. If nothing appears, run New-ServicePrincipal.',
        'If another ObjectId appears, run Remove-ServicePrincipal and New-ServicePrincipal; then grant all its rights anew: those of the old one are lost.',
        'Way 1, mailbox permissions: grant the service principal FullAccess on {mailbox} with Add-MailboxPermission, and SendAs with Add-RecipientPermission.',
        'Way 1 also needs API permissions > Office 365 Exchange Online > Application permissions > SMTP.SendAsApp on the app registration, with admin consent in the tenant that hosts the mailbox. Mail.Send of Microsoft Graph does not count.',
        'Way 2, RBAC for Applications: remove SMTP.SendAsApp in Entra ID, and assign the role Application SMTP.SendAsApp for a scope that contains {mailbox}.',
        exactlyOneWay,
        checkSmtpAuthOfMailbox,
        'Only for High Volume Email (SMTP_HOST smtp.hve.mx.microsoft): the app needs Mail.Send of Office 365 Exchange Online and a place in the allowed apps of the account (Add-HVEAppAccess) instead of all this.',
        'Check that MAILBOX, {mailbox}, is the primary address of a mailbox in tenant {tenant_id}, not an alias and not a group.',
        waitForRights,
      ],
      powershell: [
        connect,
        showServicePrincipal,
        '# Only if another ObjectId than {object_id} is shown: Remove-ServicePrincipal -Identity {client_id}',
        "# Only if none is shown, or it was removed: New-ServicePrincipal -AppId {client_id} -ObjectId {object_id} -DisplayName 'exo-relay'",
        grantFullAccess,
        grantSendAs,
        showMailboxRights,
        showSmtpAuthOfMailbox,
        ...rbacInstead,
      ],
      docs: [smtpByOAuth, rbacForSmtp],
    },
    recognised: {
      replies: [
        { code: 535, enhanced: /^(?:5\.7\.[0-8])?$/ },
        { enhanced: '5.7.3', text: /authentication unsuccessful/ },
      ],
    },
    sources: [
      businessCentralSource,
      smtpByOAuthSource,
      rbacForSmtpSource,
      devicesSource,
      'https://github.com/jstedfast/MailKit/issues/1733',
      'https://www.contensis.com/help-and-docs/guides/setting-up-contensis/setting-up-oauth2-smtp-authentication-for-microsoft-365',
    ],
  },
  'smtp-auth-disabled-for-tenant': {
    title: 'SMTP AUTH is disabled for the tenant',
    cause:
      'The tenant has SMTP AUTH switched off, as tenants made after January 2020 have from the start, and {mailbox} has no setting of its own. OAuth does not help: the switch covers it too.',
    status: 502,
    stage: 'auth',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Enable SMTP AUTH for {mailbox} alone; the rest of the tenant can stay as it is.',
      steps: [
        mailboxSettingWins,
        'Leave the setting of the tenant alone unless every mailbox is to submit by SMTP.',
        'If it is refused still, check whether security defaults are on (Microsoft Entra admin center > Overview > Properties > Manage security defaults): they disable SMTP AUTH as well.',
        waitForSmtpAuth,
      ],
      powershell: [connect, showSmtpAuthOfTenant, enableSmtpAuthOfMailbox, showSmtpAuthOfMailbox],
      docs: [clientSubmission],
    },
    recognised: { replies: [{ class: 5, text: /SmtpClientAuthentication is disabled for the tenant/ }] },
    sources: [
      businessCentralSource,
      clientSubmissionSource,
      setTransportConfigSource,
      'https://github.com/simonrob/email-oauth2-proxy/issues/193',
    ],
  },
  'smtp-auth-disabled-for-mailbox': {
    title: 'SMTP AUTH is disabled for the mailbox',
    cause:
      'SMTP AUTH is switched off on {mailbox} itself. That wins over the setting of the tenant, and it covers OAuth too.',
    status: 502,
    stage: 'auth',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Enable SMTP AUTH for {mailbox}.',
      steps: [
        mailboxSettingWins,
        'Setting it to $null instead of $false makes the mailbox follow the setting of the tenant.',
        'If it is switched off again later, look for a script or policy of the administrators that does so.',
        waitForSmtpAuth,
      ],
      powershell: [connect, enableSmtpAuthOfMailbox, showSmtpAuthOfMailbox],
      docs: [clientSubmission],
    },
    recognised: { replies: [{ class: 5, text: /SmtpClientAuthentication is disabled for the mailbox/ }] },
    sources: [
      clientSubmissionSource,
      'MicrosoftDocs/office-docs-powershell: exchange/exchange-ps/ExchangePowerShell/Set-CASMailbox.md',
    ],
  },
  'smtp-security-defaults-locked': {
    title: 'Security defaults block the sign-in',
    cause: 'The tenant has security defaults on, and these block SMTP AUTH for {mailbox}.',
    status: 502,
    stage: 'auth',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary:
        'Enable SMTP AUTH for {mailbox}; if that is not enough, replace security defaults by Conditional Access.',
      steps: [
        mailboxSettingWins,
        waitForSmtpAuth,
        'If it is refused still, speak with whoever is responsible for the security of the tenant: security defaults protect every user.',
        'Make Conditional Access policies that ask for multifactor authentication and block legacy authentication, as security defaults do.',
        'Only then switch security defaults off: Microsoft Entra admin center > Overview > Properties > Manage security defaults.',
      ],
      powershell: [connect, enableSmtpAuthOfMailbox, showSmtpAuthOfMailbox],
      docs: [clientSubmission, securityDefaults],
    },
    recognised: { replies: [{ class: 5, text: /security defaults policy/ }] },
    sources: [clientSubmissionSource, devicesSource, 'https://docs.bookyourpto.com/features/smtp-troubleshoot'],
  },
  'smtp-auth-criteria-not-met': {
    title: 'A policy of the organisation refused the sign-in',
    cause:
      'A policy of the tenant did not let the app sign in as {mailbox}: Conditional Access, an authentication policy of Exchange Online, or SMTP AUTH being off.',
    status: 502,
    stage: 'auth',
    about: 'mailbox',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Find the policy in the sign-in logs and let the app through.',
      steps: [
        'In the Microsoft Entra admin center of the tenant that hosts the mailbox, open Monitoring & health > Sign-in logs and look under Service principal sign-ins for application id {client_id} at the time of this failure.',
        'If an entry failed, open it, read the policy under Conditional Access, and exclude the app or allow the IP address of the relay.',
        checkSmtpAuthOfMailbox,
        'Check whether an authentication policy is assigned to the mailbox with Get-User, and what it blocks.',
        waitForRights,
      ],
      powershell: [
        connect,
        showSmtpAuthOfMailbox,
        enableSmtpAuthIfDisabled,
        'Get-User -Identity {mailbox} | Format-List AuthenticationPolicy',
      ],
      docs: [clientSubmission, smtpByOAuth],
    },
    recognised: {
      replies: [
        {
          class: 5,
          text: /did not meet the criteria|não atendeu aos critérios|organization configuration (?:doesn't|does not) allow/,
        },
      ],
    },
    sources: [
      'https://docs.bookyourpto.com/features/smtp-troubleshoot',
      'https://github.com/jstedfast/MailKit/issues/1733',
      'https://github.com/gophish/gophish/issues/3220',
    ],
  },
  'smtp-federated-sts-unreachable': {
    title: 'The federation server of the organisation does not answer',
    cause:
      'Exchange Online wanted to check a user of a federated domain and could not reach the federation server (AD FS) of the organisation. An app token involves no such user, so the sign-in that arrived was one with a password.',
    status: 503,
    stage: 'auth',
    about: 'mailbox',
    responsible: 'operator',
    retry: { afterSeconds: 300, atMost: 3 },
    remedy: {
      summary: 'Let the relay sign in to Exchange Online directly, and repair the federation server.',
      steps: [
        checkHost,
        noSmtpProxy,
        'Check that the federation server of the organisation runs, and that its address answers from outside over HTTPS with TLS 1.2 and a valid certificate.',
        'If the service is being restarted only now, send the same message again after retry_after seconds.',
        reportIfDirect,
      ],
      powershell: [],
      docs: [
        smtpByOAuth,
        `${learn}/troubleshoot/exchange/email-delivery/fix-issues-with-printers-scanners-and-lob-applications-that-send-email-using-off`,
      ],
    },
    recognised: { replies: [{ class: 5, text: /federated STS/ }] },
    sources: [devicesSource],
  },
} as const satisfies Record<string, CatalogueEntry>;
