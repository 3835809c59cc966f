/** Tokens that Entra ID refuses because of the app: its registration, its credential, its enterprise application in the tenant. */

import type { CatalogueEntry } from '../entry.ts';
import { smtpByOAuth } from '../exchange-online/references.ts';
import { restart } from '../steps.ts';
import {
  adminConsent,
  clientCredentials,
  clientCredentialsSource,
  errorCodes,
  errorCodesSource,
} from './references.ts';
import { findPrincipal, findTenantId, openConsentLink, useTenantId } from './steps.ts';

const storeSecret =
  'Give the value to the relay as CLIENT_SECRET, best in a file that CLIENT_SECRET_FILE names, so that no shell or .env file alters its special characters.';
const newSecret =
  'In the Microsoft Entra admin center of the tenant that owns the app, open App registrations > All applications > the app with client id {client_id} > Certificates & secrets > New client secret.';
const showSecrets = [
  "Connect-MgGraph -Scopes 'Application.Read.All'",
  '(Get-MgApplicationByAppId -AppId {client_id}).PasswordCredentials | Format-Table DisplayName, KeyId, EndDateTime',
];

export const entraAppFailures = {
  'entra-client-secret-invalid': {
    title: 'The client secret is wrong',
    cause:
      'Entra ID knows the app {client_id}, but the client secret the relay presented is not one of its secrets. Most often the id of the secret was copied instead of its value.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Create a new client secret and give the relay its value, not its secret id.',
      steps: [
        newSecret,
        'Copy the column Value at once: it is shown only this time. The column Secret ID is not the secret.',
        storeSecret,
        'Check that CLIENT_ID is the Application (client) ID of the same app registration; configured now: {client_id}.',
        restart,
      ],
      powershell: showSecrets,
      docs: [errorCodes, clientCredentials],
    },
    recognised: { aadsts: [7000215, 70002, 50012], entraText: /invalid client secret/ },
    sources: [
      errorCodesSource,
      clientCredentialsSource,
      'https://github.com/RogerSelwyn/O365-HomeAssistant/issues/126',
      'https://github.com/thephpleague/oauth2-client/issues/840',
    ],
  },
  'entra-client-secret-expired': {
    title: 'The client secret has expired',
    cause:
      'The client secret the relay presented belongs to the app {client_id}, but its lifetime is over. Entra ID gives no tokens for it any more.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Create a new client secret and give it to the relay.',
      steps: [
        newSecret,
        'Copy the column Value at once: it is shown only this time.',
        storeSecret,
        restart,
        'Put the expiry date of the new secret into a calendar, with a month of warning.',
        'Delete the expired secret once mail is going out.',
      ],
      powershell: showSecrets,
      docs: [errorCodes, clientCredentials],
    },
    recognised: { aadsts: [7000222], entraText: /client secret keys .{0,80}expired/ },
    sources: [errorCodesSource, 'https://github.com/dotnet/sign/issues/849'],
  },
  'entra-client-credential-missing': {
    title: 'The token request carried no credential',
    cause:
      'Entra ID received a token request for app {client_id} without a client secret and without a certificate. The client secret that the relay sent was empty.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Give the relay the client secret of the app.',
      steps: [
        'Check that CLIENT_SECRET, or the file that CLIENT_SECRET_FILE names, is there where the relay runs and is not empty; in a container, look inside the container.',
        `If the secret is lost: ${newSecret} Copy its Value.`,
        storeSecret,
        restart,
      ],
      powershell: [],
      docs: [errorCodes, clientCredentials],
    },
    recognised: {
      aadsts: [7000216, 7000218],
      entraText: /'client_assertion' or 'client_secret'|'client_assertion', 'client_secret'/,
    },
    sources: [errorCodesSource, clientCredentialsSource, 'https://github.com/MicrosoftDocs/azure-docs/issues/30777'],
  },
  'entra-app-not-found-in-tenant': {
    title: 'The app is unknown in the tenant',
    cause:
      'Tenant {tenant_id} has no application with client id {client_id}. Either one of the two ids is wrong, or the app belongs to another tenant and nobody has consented to it here yet.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary:
        'Check both ids; for an app of another tenant, grant admin consent in the tenant that hosts the mailbox.',
      steps: [
        'In the tenant that owns the app, open App registrations > All applications > the app > Overview and compare Application (client) ID with CLIENT_ID of the relay, {client_id}. Object ID and Secret ID are other ids.',
        findTenantId,
        useTenantId,
        'If the app belongs to another tenant, check under Authentication > Supported account types that it allows accounts in any organizational directory (multitenant).',
        openConsentLink,
      ],
      powershell: findPrincipal,
      docs: [errorCodes, smtpByOAuth, adminConsent],
    },
    recognised: { aadsts: [700016], entraText: /application with identifier .{0,80}was not found in the directory/ },
    sources: [errorCodesSource, 'https://github.com/Azure/azure-sdk-for-python/issues/8314'],
  },
  'entra-app-disabled': {
    title: 'The app is disabled',
    cause: 'Sign-in of app {client_id} is switched off, by an administrator of the tenant or by Microsoft.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Enable sign-in of the enterprise application, after asking who disabled it and why.',
      steps: [
        'Ask the administrators of the tenant whether the app was disabled on purpose, for example after a leaked secret.',
        'In the Microsoft Entra admin center of the tenant that hosts the mailbox, open Enterprise apps > All applications > the app with application id {client_id} > Properties.',
        'Set Enabled for users to sign-in to Yes and save.',
        'If a notice there says that Microsoft disabled the app, open a support case or register a new app.',
      ],
      powershell: [
        "Connect-MgGraph -Scopes 'Application.ReadWrite.All'",
        'Get-MgServicePrincipalByAppId -AppId {client_id} | Format-List Id, DisplayName, AccountEnabled, DisabledByMicrosoftStatus',
        '# Only if it was not disabled on purpose: Update-MgServicePrincipal -ServicePrincipalId (Get-MgServicePrincipalByAppId -AppId {client_id}).Id -AccountEnabled:$true',
      ],
      docs: [
        errorCodes,
        'https://learn.microsoft.com/en-us/entra/identity/enterprise-apps/disable-user-sign-in-portal',
      ],
    },
    recognised: { aadsts: [7000112], entraText: /application .{0,120}is disabled/ },
    sources: [errorCodesSource, 'https://github.com/Worklytics/psoxy/pull/74'],
  },
  'entra-service-principal-missing': {
    title: 'The app has no enterprise application in the tenant',
    cause:
      'The app registration {client_id} exists, but tenant {tenant_id} holds no service principal (enterprise application) for it. It was never created there, or it was deleted.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Create the enterprise application by granting admin consent in the tenant that hosts the mailbox.',
      steps: [
        findTenantId,
        useTenantId,
        openConsentLink,
        'In the Microsoft Entra admin center, check that Enterprise apps > All applications now lists application id {client_id}.',
        'If the enterprise application was deleted and made anew, it has a new object id: register it in Exchange Online with New-ServicePrincipal, and grant all its rights on the mailbox anew.',
      ],
      powershell: [
        "Connect-MgGraph -Scopes 'Application.ReadWrite.All'",
        'Get-MgServicePrincipalByAppId -AppId {client_id}',
        '# Only if nothing is shown even after the consent: New-MgServicePrincipal -AppId {client_id}',
      ],
      docs: [errorCodes, smtpByOAuth, adminConsent],
    },
    recognised: { aadsts: [7000229], entraText: /missing service principal in the tenant/ },
    sources: [
      errorCodesSource,
      'https://github.com/SidU/openclaw-teams-setup/pull/3',
      'https://github.com/Azure/Commercial-Marketplace-SaaS-Accelerator/issues/830',
    ],
  },
} as const satisfies Record<string, CatalogueEntry>;
