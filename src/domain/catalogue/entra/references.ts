/** Pages and documents that more than one file on Entra ID cites; what a single file cites stands in that file. */

export const errorCodes = 'https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes';
export const clientCredentials =
  'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow';
export const adminConsent = 'https://learn.microsoft.com/en-us/entra/identity/enterprise-apps/grant-admin-consent';

/** Where the hosts and scopes of the national clouds are known from. */
export const cloudsSource = 'postalsys/emailengine: lib/oauth2-apps.js, lib/oauth/outlook.js';
export const errorCodesSource = 'MicrosoftDocs/entra-docs: docs/identity-platform/reference-error-codes.md';
export const clientCredentialsSource =
  'MicrosoftDocs/entra-docs: docs/identity-platform/v2-oauth2-client-creds-grant-flow.md';
