/** Steps and PowerShell lines in the remedies of more than one file on Exchange Online, so that the same advice has the same words. */

export const connect = 'Connect-ExchangeOnline';
export const showServicePrincipal =
  'Get-ServicePrincipal | Where-Object AppId -eq {client_id} | Format-List DisplayName, AppId, ObjectId';
export const showMailboxRights =
  'Get-MailboxPermission -Identity {mailbox} | Where-Object AccessRights -contains FullAccess | Format-Table User, AccessRights';
export const grantFullAccess =
  'Add-MailboxPermission -Identity {mailbox} -User {object_id} -AccessRights FullAccess -AutoMapping:$false';
export const showSmtpAuthOfMailbox =
  'Get-CASMailbox -Identity {mailbox} | Format-List SmtpClientAuthenticationDisabled';
export const grantSendAs =
  'Add-RecipientPermission -Identity {mailbox} -AccessRights SendAs -Trustee {object_id} -Confirm:$false';
export const checkSmtpAuthOfMailbox =
  'Check that SMTP AUTH is not disabled for {mailbox}: Get-CASMailbox must show False, or nothing if the tenant allows SMTP AUTH.';
export const enableSmtpAuthOfMailbox = 'Set-CASMailbox -Identity {mailbox} -SmtpClientAuthenticationDisabled $false';
export const enableSmtpAuthIfDisabled = `# Only if SMTP AUTH is disabled: ${enableSmtpAuthOfMailbox}`;

/** The other way of granting rights, as comments: pasted together with the first, the two would contradict each other. */
export const rbacInstead = [
  '# Instead of the two permissions, for a tenant that uses RBAC for Applications:',
  "# New-DistributionGroup -Name 'exo-relay mailboxes' -Type Security -Members {mailbox}",
  `# New-ManagementScope -Name 'exo-relay' -RecipientRestrictionFilter "MemberOfGroup -eq '$((Get-DistributionGroup 'exo-relay mailboxes').DistinguishedName)'"`,
  "# New-ManagementRoleAssignment -Name 'exo-relay' -Role 'Application SMTP.SendAsApp' -App {client_id} -CustomResourceScope 'exo-relay'",
  '# Test-ServicePrincipalAuthorization -Identity {client_id} -Resource {mailbox}',
] as const;

export const waitForRights =
  'Wait 15 to 60 minutes after a change, and with RBAC for Applications up to two hours, since Exchange Online applies it slowly; then send again.';
export const checkHost =
  'Check SMTP_HOST and SMTP_PORT: smtp.office365.com and 587 in the worldwide cloud; configured now: {host} and {port}.';
export const noSmtpProxy =
  'Check that no SMTP proxy, mail gateway or inspecting firewall stands between the relay and {smtp_host}.';
export const reportIfDirect = 'If the connection is direct, report this reply as a defect of the relay.';
export const exactlyOneWay =
  'Use one of the two ways only: with SMTP.SendAsApp granted in Entra ID, Exchange Online asks for the mailbox permission, whatever RBAC for Applications allows.';
