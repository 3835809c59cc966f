/** Tokens that Entra ID refuses because of the tenant: its id, its cloud, its consent to the app, its policy. */

import type { CatalogueEntry } from '../entry.ts';
import { rbacForSmtp, smtpByOAuth, smtpByOAuthSource } from '../exchange-online/references.ts';
import { adminConsent, cloudsSource, errorCodes, errorCodesSource } from './references.ts';
import { findPrincipal, findTenantId, openConsentLink, setCloud, useTenantId } from './steps.ts';

const nationalClouds = 'https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud';

export const entraTenantFailures = {
  'entra-tenant-not-found': {
    title: 'The tenant does not exist',
    cause:
      'Entra ID at {authority_host} knows no tenant {tenant_id}. The id is mistyped, the tenant was deleted, or it lives in another national cloud.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Correct TENANT_ID, or set the cloud of the tenant.',
      steps: [
        findTenantId,
        useTenantId,
        'If the id is right, find out in which cloud the tenant lives: open {authority_host}/{tenant_id}/v2.0/.well-known/openid-configuration in a browser; an answer there proves the tenant is in this cloud.',
        'If the tenant is of another cloud, set that cloud as follows.',
        ...setCloud,
      ],
      powershell: [],
      docs: [errorCodes, nationalClouds],
    },
    recognised: { aadsts: [90002], entraText: /tenant '?[^ ]{1,80} not found/ },
    sources: [errorCodesSource, cloudsSource],
  },
  'entra-tenant-identifier-malformed': {
    title: 'The tenant id is neither an id nor a domain',
    cause:
      'The relay asked for a token of tenant "{tenant_id}", which is no tenant id and no domain name. Often a variable was not filled in.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Set TENANT_ID to the GUID of the tenant that hosts the mailbox.',
      steps: [
        findTenantId,
        'Set TENANT_ID to that id, a GUID of 36 characters without braces, quotes or spaces, and restart the relay.',
        'Check that no placeholder of a template or of docker compose was left unfilled.',
      ],
      powershell: [],
      docs: [errorCodes],
    },
    recognised: { aadsts: [900023], entraText: /specified tenant identifier .{0,80}is neither/ },
    sources: [
      errorCodesSource,
      'https://github.com/caddy-dns/azure/issues/3',
      'https://github.com/KelvinTegelaar/CIPP/issues/5274',
    ],
  },
  'entra-wrong-national-cloud': {
    title: 'The tenant belongs to another cloud',
    cause:
      'Tenant {tenant_id} lives in another national cloud than {authority_host}. Each cloud has its own authority, SMTP host and scope.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Set authority, SMTP host and scope to those of the cloud of the tenant.',
      steps: [
        'Ask the administrators of the tenant for its cloud: worldwide, US Government (GCC High or DoD) or 21Vianet (China). Plain GCC is worldwide.',
        ...setCloud,
        'Check that the app is registered in the same cloud: an app registration of another cloud cannot be used.',
      ],
      powershell: [],
      docs: [errorCodes, nationalClouds],
    },
    recognised: { aadsts: [90038, 900382, 900432, 90051] },
    sources: [errorCodesSource, cloudsSource],
  },
  'entra-consent-missing': {
    title: 'Nobody has consented to the app',
    cause:
      'No administrator of tenant {tenant_id} has consented to app {client_id}, or the consent was revoked or given in another tenant.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Grant admin consent to the app in the tenant that hosts the mailbox.',
      steps: [
        'Decide which of the two ways this tenant uses to let the app send: mailbox permissions, or RBAC for Applications.',
        'Mailbox permissions: in the app registration, open API permissions > Add a permission > APIs my organization uses > Office 365 Exchange Online > Application permissions and add SMTP.SendAsApp.',
        'RBAC for Applications: leave SMTP.SendAsApp out; consent then only creates the enterprise application.',
        openConsentLink,
        'For an app of the same tenant, Grant admin consent on the page API permissions does the same.',
      ],
      powershell: findPrincipal,
      docs: [smtpByOAuth, rbacForSmtp, adminConsent],
    },
    recognised: {
      aadsts: [65001, 90094],
      oauthErrors: ['consent_required'],
      entraText: /has not consented to use the application/,
    },
    sources: [errorCodesSource, smtpByOAuthSource],
  },
  'entra-conditional-access-blocked': {
    title: 'Conditional Access refused the token',
    cause:
      'A Conditional Access policy of tenant {tenant_id} does not let app {client_id} have a token. Usually a policy for workload identities that allows certain IP addresses only, or a risk that was found.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Find the policy in the sign-in log and let the app or the address of the relay through.',
      steps: [
        'In the Microsoft Entra admin center, open Monitoring & health > Sign-in logs > Service principal sign-ins and filter by application id {client_id}.',
        'Open the failed entry and read the policy under Conditional Access, and the IP address under Basic info.',
        'Add that IP address to the named locations the policy allows, or exclude the app from the policy under Conditional Access > Policies.',
        'If the entry names a risk, look at ID Protection > Risky workload identities first: the secret may have leaked.',
      ],
      powershell: [],
      docs: ['https://learn.microsoft.com/en-us/entra/identity/conditional-access/workload-identity', errorCodes],
    },
    recognised: { aadsts: [53003, 530032, 530035], entraText: /blocked by conditional access/ },
    sources: [errorCodesSource, 'https://github.com/cisagov/ScubaGear/issues/270'],
  },
} as const satisfies Record<string, CatalogueEntry>;
