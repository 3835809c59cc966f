/** Steps and PowerShell lines in the remedies of more than one file on Entra ID, so that the same advice has the same words. */

/** The consent link of the tenant that hosts the mailbox; for SMTP the scope is that of Exchange Online, not of Microsoft Graph. */
export const consentLink =
  '{authority_host}/{tenant_id}/v2.0/adminconsent?client_id={client_id}&redirect_uri=<a redirect URI of the app registration, URL-encoded>&scope={scope}';
export const openConsentLink = `As an administrator of the tenant that hosts the mailbox, open ${consentLink}`;

export const findTenantId =
  'In the Microsoft Entra admin center of the tenant that hosts the mailbox, read Overview > Tenant ID.';
export const useTenantId = 'Set TENANT_ID to that id and restart the relay; configured now: {tenant_id}.';

export const setScope =
  'Worldwide and plain GCC: leave TOKEN_SCOPE unset, so that it is https://outlook.office365.com/.default; configured now: {scope}.';

/** The three settings of a cloud, as lines to copy; a cloud whose values rest on no page of Microsoft says so. */
export const setCloud = [
  'Set ENTRA_AUTHORITY_HOST, SMTP_HOST and TOKEN_SCOPE together, then restart the relay.',
  'Worldwide and plain GCC: leave all three unset.',
  'GCC High: ENTRA_AUTHORITY_HOST=https://login.microsoftonline.us SMTP_HOST=smtp.office365.us TOKEN_SCOPE=https://outlook.office365.us/.default',
  'DoD, to be confirmed with Microsoft: ENTRA_AUTHORITY_HOST=https://login.microsoftonline.us SMTP_HOST=outlook-dod.office365.us TOKEN_SCOPE=https://outlook.office365.us/.default',
  'China (21Vianet), to be confirmed with Microsoft: ENTRA_AUTHORITY_HOST=https://login.chinacloudapi.cn SMTP_HOST=smtp.partner.outlook.cn TOKEN_SCOPE=https://partner.outlook.cn/.default',
] as const;

export const findPrincipal = [
  "Connect-MgGraph -Scopes 'Application.Read.All'",
  'Get-MgServicePrincipalByAppId -AppId {client_id}',
];
