/** How Entra ID refuses an app and its credential, by AADSTS number. */

import { codesPage, type EntraError } from './entra-error.ts';

const certificatePage =
  'https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials';
const RECORDED_TIMES =
  'Current time: 2024-10-02T22:05:03.6755165Z, assertion valid from 1970-01-01T00:00:00.0000000Z, expiry time of ' +
  'assertion 2024-10-02T21:30:53.0000000Z.';

export const appErrors = {
  70002: {
    error: 'invalid_client',
    status: 401,
    text: () => 'Error validating credentials. AADSTS50012: Invalid client secret is provided.',
    source: 'https://github.com/thephpleague/oauth2-client/issues/840',
  },
  700016: {
    error: 'unauthorized_client',
    status: 400,
    text: ({ clientId, tenant }) =>
      `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the ` +
      'application has not been installed by the administrator of the tenant or consented to by any user in the tenant. ' +
      'You may have sent your authentication request to the wrong tenant.',
    source: 'https://github.com/Azure/azure-powershell/issues/9156',
  },
  700021: {
    error: 'invalid_client',
    status: 401,
    text: () =>
      "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at " +
      `${certificatePage} .`,
    source: codesPage,
  },
  700023: {
    error: 'invalid_client',
    status: 401,
    text: () =>
      `Client assertion audience claim does not match Realm issuer. Review the documentation at ${certificatePage} .`,
    source: codesPage,
  },
  700024: {
    error: 'invalid_client',
    status: 401,
    text: ({ reason }) =>
      `Client assertion is not within its valid time range. ${reason || RECORDED_TIMES} Review the documentation at ` +
      'https://learn.microsoft.com/entra/identity-platform/certificate-credentials .',
    source: 'https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/4951',
  },
  700027: {
    error: 'invalid_client',
    status: 401,
    text: ({ clientId, reason }) =>
      `Client assertion contains an invalid signature. [Reason - ${reason || 'The key was not found.'}, Please visit the ` +
      `Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'.`,
    source: 'https://github.com/Azure/azure-sdk-for-net/issues/29007',
  },
  7000112: {
    error: 'unauthorized_client',
    status: 400,
    text: ({ clientId }) => `Application '${clientId}'(exo-relay) is disabled.`,
    source: codesPage,
    also: [
      {
        text: ({ clientId }) => `应用程序“${clientId}”（exo-relay）已禁用。`,
        source: 'https://github.com/luoye663/e5/issues/30',
      },
    ],
  },
  7000215: {
    error: 'invalid_client',
    status: 401,
    text: ({ clientId }) =>
      'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the ' +
      `client secret ID, for a secret added to app '${clientId}'.`,
    source: 'https://github.com/OfficeDev/microsoft-365-agents-toolkit/issues/8621',
    also: [
      {
        text: () => 'Invalid client secret is provided.',
        source: 'https://github.com/microsoft/coe-starter-kit/issues/667',
      },
    ],
  },
  7000216: {
    error: 'invalid_client',
    status: 401,
    text: () => "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    source: 'https://github.com/MicrosoftDocs/azure-docs/issues/30777',
  },
  7000218: {
    error: 'invalid_client',
    status: 401,
    text: () => "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    source: 'https://github.com/Azure-Samples/ms-identity-javascript-v2/issues/18',
  },
  7000222: {
    error: 'invalid_client',
    status: 401,
    text: ({ clientId }) =>
      `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for ` +
      'your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security.',
    source: 'https://github.com/dotnet/sign/issues/849',
    also: [
      {
        text: () =>
          'The provided client secret keys are expired. Visit the Azure Portal to create new keys for your app, or ' +
          `consider using certificate credentials for added security: ${certificatePage}`,
        source: 'https://github.com/vcheckzen/FODI/issues/23',
      },
    ],
  },
  7000229: {
    error: 'unauthorized_client',
    status: 400,
    text: ({ clientId, tenant }) =>
      `The client application ${clientId} is missing service principal in the tenant ${tenant}. ` +
      'See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119',
    source: 'https://github.com/Azure/Commercial-Marketplace-SaaS-Accelerator/issues/830',
  },
} as const satisfies Record<number, EntraError>;
