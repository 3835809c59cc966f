/** Steps and PowerShell lines in the remedies of more than one file on Entra ID, so that the same advice has the same words. */

/** The consent link of the tenant that hosts the mailbox; for SMTP the scope is that of Exchange Online, not of Microsoft Graph. */
export const consentLink =
  '{authority_host}/{tenant_id}/v2.0/adminconsent?client_id={client_id}&redirect_uri=<a redirect URI of the app registration, URL-encoded>&scope={scope}';
export const openConsentLink = `As an administrator of the tenant that hosts the mailbox, open ${consentLink}`;

export const findTenantId =
  'In the Microsoft Entra admin center of the tenant that hosts the mailbox, read Overview > Tenant ID.';
export const useTenantId =
  'Put that id into the configuration of the relay as the tenant id; configured now: {tenant_id}.';
export const findPrincipal = [
  "Connect-MgGraph -Scopes 'Application.Read.All'",
  'Get-MgServicePrincipalByAppId -AppId {client_id}',
];
