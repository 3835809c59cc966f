/** Tokens that Entra ID refuses because the tenant lacks the service, or the app the permissions, that the scope stands for. */

import type { CatalogueEntry } from '../entry.ts';
import { rbacForSmtp, smtpByOAuth, smtpByOAuthSource } from '../exchange-online/references.ts';
import { adminConsent, clientCredentialsSource, errorCodes, errorCodesSource } from './references.ts';
import { findPrincipal, findTenantId, openConsentLink, setScope, useTenantId } from './steps.ts';

const findExchangeOnline = [
  "Connect-MgGraph -Scopes 'Application.Read.All'",
  "Get-MgServicePrincipalByAppId -AppId '00000002-0000-0ff1-ce00-000000000000' # Office 365 Exchange Online",
];

export const entraPermissionFailures = {
  'entra-tenant-endpoint-required': {
    title: 'The token was asked for without naming a tenant',
    cause:
      'An app can have a token of its own only from one tenant. The relay asked "{tenant_id}", which names none: words such as common, organizations and consumers stand for any tenant.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Set the tenant id to the GUID of the tenant that hosts the mailbox.',
      steps: [findTenantId, useTenantId],
      powershell: [],
      docs: [errorCodes, 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow'],
    },
    recognised: { aadsts: [50059, 50194, 9001023], entraText: /no tenant-identifying information found/ },
    sources: [
      errorCodesSource,
      clientCredentialsSource,
      'https://github.com/AzureAD/microsoft-identity-web/issues/462',
    ],
  },
  'entra-org-lacks-service': {
    title: 'The tenant lacks the service that the app asks for',
    cause:
      'Tenant {tenant_id} has no subscription, or no enterprise application, of the service that the scope {scope} stands for. For mail that service is Office 365 Exchange Online.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Use the tenant that has Exchange Online and hosts the mailbox, and the scope of Exchange Online.',
      steps: [
        findTenantId,
        useTenantId,
        'In the Microsoft 365 admin center of that tenant, check under Billing > Your products that it has a subscription with Exchange Online, and that this has not run out.',
        setScope,
        'Read entra.description of this failure: if it names another service than Exchange Online, the scope or the permissions of the app registration name that service; remove it there.',
      ],
      powershell: findExchangeOnline,
      docs: [errorCodes, smtpByOAuth],
    },
    recognised: { aadsts: [650052], entraText: /lacks a service principal for|has not subscribed to/ },
    sources: [errorCodesSource, 'https://github.com/microsoft/GraphNotificationBroker/issues/5'],
  },
  'entra-resource-not-in-app-permissions': {
    title: 'The app has no permission for what the scope names',
    cause:
      'App {client_id} asks for {scope}, but its registration lists no permission for that service, or nobody in tenant {tenant_id} has consented to it.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Correct the scope, give the app what its way of sending needs, and grant admin consent.',
      steps: [
        setScope,
        'Check that CLIENT_ID is the Application (client) ID of the app registration meant for this relay; configured now: {client_id}.',
        'Way 1, mailbox permissions: in the app registration, open API permissions > Add a permission > APIs my organization uses > Office 365 Exchange Online > Application permissions and add SMTP.SendAsApp. A permission of Microsoft Graph such as Mail.Send does not count.',
        'Way 2, RBAC for Applications: leave SMTP.SendAsApp out, since it would bring back the check of mailbox permissions; the consent below creates the enterprise application all the same.',
        openConsentLink,
      ],
      powershell: findPrincipal,
      docs: [smtpByOAuth, rbacForSmtp, adminConsent],
    },
    recognised: {
      aadsts: [650057, 650056, 65005],
      entraText: /resource .{0,80}not listed in the requested permissions|misconfigured application/,
    },
    sources: [
      errorCodesSource,
      smtpByOAuthSource,
      'https://github.com/Azure-Samples/active-directory-dotnet-daemon/issues/38',
    ],
  },
} as const satisfies Record<string, CatalogueEntry>;
