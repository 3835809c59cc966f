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
    recognised: {
      aadsts: [500011],
      oauthErrors: ['invalid_resource'],
      entraText: /resource principal named .{0,80}was not found in the tenant/,
    },
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
    recognised: { aadsts: [1002012], entraText: /must have a scope value with \/\.default/ },
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
    recognised: {
      aadsts: [70011, 28002, 700022, 700023],
      oauthErrors: ['invalid_scope'],
      entraText: /input parameter 'scope' is not valid/,
    },
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
  'entra-scope-unknown-on-resource': {
    title: 'The service does not have this scope',
    cause:
      'The relay asked for {scope}, but the service named there has no permission of that name. Often the part before the last slash is missing, so that Entra ID looks for the scope in Microsoft Graph.',
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
        'If this came while granting consent in a browser, write the scope of the link in full, and several scopes with one space between them, not a comma.',
      ],
      powershell: [],
      docs: [errorCodes, clientCredentials, smtpByOAuth],
    },
    recognised: {
      aadsts: [650053],
      entraText: /asked for scope .{0,80}that (?:doesn't|does not) exist on the resource/,
    },
    sources: [
      errorCodesSource,
      'https://github.com/WPManageNinja/fluent-smtp/issues/154',
      'https://github.com/MicrosoftDocs/azure-docs/issues/37280',
    ],
  },
  'entra-request-malformed': {
    title: 'Entra ID cannot read the token request',
    cause:
      'The token request that reached Entra ID is not as it must be: a parameter is missing, empty or altered, or the request came by another method. The relay sends a form by POST, so a setting or something on the way has changed it.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Let the relay ask the Entra authority itself for its tokens, with settings that are filled in.',
      steps: [
        'Read entra.description of this failure: it names the parameter.',
        'Check that no setting of the tenant is a placeholder left unfilled; configured now: tenant {tenant_id}, client {client_id}, scope {scope}.',
        'Check ENTRA_AUTHORITY_HOST: it must be the authority of the cloud, such as https://login.microsoftonline.com, without a path; configured now: {authority_host}.',
        'Check whether a proxy between the relay and {authority_host} rewrites requests or turns POST into GET, and exempt the authority from it.',
        'If the connection is direct, report this answer as a defect of the relay, with the trace id.',
      ],
      powershell: [],
      docs: [clientCredentials, errorCodes],
    },
    recognised: {
      aadsts: [9002313, 900144, 90014, 90013, 90023, 900561, 90004, 90100],
      oauthErrors: ['unsupported_grant_type'],
      entraText:
        /request body must contain the following parameter: '(?!client_(?:assertion|secret))|malformed or invalid/,
    },
    sources: [errorCodesSource, clientCredentialsSource],
  },
  'entra-user-flow-error': {
    title: 'Entra ID was asked to sign in a user',
    cause:
      'Entra ID answered as to a sign-in with a user name and password, or with a grant of a user. The relay signs in as an app and knows no user, so something on the way has made another request of its own.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Let the relay ask the Entra authority itself for its tokens.',
      steps: [
        'Check ENTRA_AUTHORITY_HOST: it must be the authority of the cloud, such as https://login.microsoftonline.com, and no proxy that signs in users; configured now: {authority_host}.',
        'Do not give the relay a user name, a password or a refresh token: it needs none, and the password of {mailbox} plays no part.',
        'If the connection is direct, report this answer as a defect of the relay, with the trace id.',
      ],
      powershell: [],
      docs: [clientCredentials, errorCodes],
    },
    recognised: { aadsts: [50126, 50034, 50173] },
    sources: [errorCodesSource],
  },
} as const satisfies Record<string, CatalogueEntry>;
