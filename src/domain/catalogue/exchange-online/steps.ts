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
export const enableSmtpAuthOfMailbox = 'Set-CASMailbox -Identity {mailbox} -SmtpClientAuthenticationDisabled $false';

/** The other way of granting rights, as comments: pasted together with the first, the two would contradict each other. */
export const rbacInstead = [
  '# Instead of the mailbox permission, for a tenant that uses RBAC for Applications:',
  "# New-DistributionGroup -Name 'exo-relay mailboxes' -Type Security -Members {mailbox}",
  `# New-ManagementScope -Name 'exo-relay' -RecipientRestrictionFilter "MemberOfGroup -eq '$((Get-DistributionGroup 'exo-relay mailboxes').DistinguishedName)'"`,
  "# New-ManagementRoleAssignment -Name 'exo-relay' -Role 'Application SMTP.SendAsApp' -App {client_id} -CustomResourceScope 'exo-relay'",
  '# Test-ServicePrincipalAuthorization -Identity {client_id} -Resource {mailbox}',
] as const;

export const waitForRights =
  'Wait 15 to 60 minutes after a change, since Exchange Online applies it slowly, and then send again.';
export const checkHost =
  'Check that the relay speaks to smtp.office365.com (worldwide cloud) on port 587; configured now: {smtp_host}.';
export const exactlyOneWay =
  'Use one of the two ways only: with SMTP.SendAsApp granted in Entra ID, Exchange Online asks for the mailbox permission, whatever RBAC for Applications allows.';
