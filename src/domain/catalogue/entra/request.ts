/** Requests for a token or for consent that Entra ID does not accept as they are written: their scope, their redirect URI. */

import type { CatalogueEntry } from '../entry.ts';
import { smtpByOAuth } from '../exchange-online/references.ts';
import {
  clientCredentials,
  clientCredentialsSource,
  cloudsSource,
  errorCodes,
  errorCodesSource,
} from './references.ts';
import { consentLink, findTenantId, setCloud, useTenantId } from './steps.ts';

const unsetScope =
  'Worldwide and plain GCC: unset TOKEN_SCOPE and restart the relay; the default https://outlook.office365.com/.default is the right one.';
const scopeOfCloud =
  'GCC High: set TOKEN_SCOPE to https://outlook.office365.us/.default and restart the relay. For DoD and 21Vianet ask Microsoft for the scope of Exchange Online.';

export const entraRequestFailures = {
  'entra-resource-principal-not-found': {
    title: 'The tenant does not know Exchange Online by this scope',
    cause:
      'The scope {scope} names a service that tenant {tenant_id} does not have. Either the scope is mistyped or that of another cloud, or the tenant id is that of a tenant without Exchange Online.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Use the scope of the cloud of the tenant, and the id of the tenant that hosts the mailbox.',
      steps: [
        'Compare TOKEN_SCOPE with the cloud of the tenant; configured now: {scope}.',
        ...setCloud,
        findTenantId,
        useTenantId,
        'In the Microsoft 365 admin center, check under Billing > Your products that the tenant has a subscription with Exchange Online.',
      ],
      powershell: [
        "Connect-MgGraph -Scopes 'Application.Read.All'",
        "Get-MgServicePrincipalByAppId -AppId '00000002-0000-0ff1-ce00-000000000000' # Office 365 Exchange Online",
      ],
      docs: [errorCodes, smtpByOAuth],
    },
    recognised: { aadsts: [500011] },
    sources: [
      errorCodesSource,
      cloudsSource,
      'https://github.com/pnp/sp-starter-kit/issues/428',
      'https://github.com/Azure/azure-cli/issues/16850',
    ],
  },
  'entra-scope-default-suffix-required': {
    title: 'The scope does not end in /.default',
    cause:
      'The relay asked for the scope {scope}. An app without a user can ask only for a whole service, which is written with /.default at the end.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Leave TOKEN_SCOPE unset, or set it to the one scope of Exchange Online in the cloud of the tenant.',
      steps: [
        unsetScope,
        scopeOfCloud,
        'Leave out scopes of the user flows, such as SMTP.Send, offline_access or openid.',
      ],
      powershell: [],
      docs: [clientCredentials, smtpByOAuth],
    },
    recognised: { aadsts: [1002012] },
    sources: [
      errorCodesSource,
      'https://github.com/MicrosoftDocs/azure-docs/issues/99862',
      'https://github.com/databricks/databricks-sql-nodejs/issues/226',
    ],
  },
  'entra-scope-invalid': {
    title: 'The scope is not valid',
    cause:
      'Entra ID cannot read the scope {scope} or does not accept it in this request. It is malformed, or names several services at once.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Leave TOKEN_SCOPE unset, or set it to the one scope of Exchange Online in the cloud of the tenant.',
      steps: [
        unsetScope,
        scopeOfCloud,
        'For another cloud than the worldwide one, check that ENTRA_AUTHORITY_HOST and SMTP_HOST belong to it as well.',
      ],
      powershell: [],
      docs: [clientCredentials, smtpByOAuth],
    },
    recognised: { aadsts: [70011, 28002, 700022, 700023], oauthErrors: ['invalid_scope'] },
    sources: [errorCodesSource, clientCredentialsSource],
  },
  'entra-redirect-uri-mismatch': {
    title: 'The redirect URI of the consent link is not registered',
    cause:
      'Entra ID was sent to a redirect URI that the app registration does not know. A request for an app token carries no redirect URI, so this comes from the consent link in the browser, not from sending mail.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Open the consent link again with a redirect URI that is registered on the app, letter by letter.',
      steps: [
        'In the Microsoft Entra admin center of the tenant that owns the app, open App registrations > All applications > the app with client id {client_id} > Authentication.',
        'Under Web, read the redirect URIs; if there is none, add one, such as https://localhost.',
        `As an administrator of the tenant that hosts the mailbox, open the link with exactly that URI: ${consentLink}`,
        'Compare scheme, host, path and trailing slash if it is refused again: all count.',
        'Ignore an error page after the consent, when nothing listens at the redirect URI: the consent is given once Entra ID redirects with admin_consent=True.',
      ],
      powershell: [],
      docs: [errorCodes, smtpByOAuth],
    },
    recognised: { aadsts: [50011] },
    sources: [errorCodesSource, 'dynamics365smb-docs business-central/admin-multi-tenant-smtp.md'],
  },
} as const satisfies Record<string, CatalogueEntry>;
