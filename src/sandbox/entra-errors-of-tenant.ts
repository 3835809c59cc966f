/** How Entra ID refuses because of the tenant: its name, its cloud, what it has consented to and what it lacks, by AADSTS number. */

import { codesPage, type EntraError } from './entra-error.ts';

export const tenantErrors = {
  50059: {
    error: 'invalid_request',
    status: 400,
    text: () => 'No tenant-identifying information found in either the request or implied by any provided credentials.',
    source: 'https://github.com/mattleib/o365api-as-apponly-webapp/issues/2',
  },
  50194: {
    error: 'invalid_request',
    status: 400,
    text: ({ clientId }) =>
      `Application '${clientId}'(exo-relay) isn't configured as a multitenant application. Usage of the /common endpoint ` +
      "isn't supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or configure the " +
      'application to be multitenant.',
    source: codesPage,
  },
  53003: {
    error: 'access_denied',
    status: 400,
    text: () =>
      'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    source: 'https://github.com/Azure/azure-cli/issues/32809',
  },
  65001: {
    error: 'invalid_grant',
    status: 400,
    text: ({ clientId }) =>
      `The user or administrator has not consented to use the application with ID '${clientId}' named 'exo-relay'. ` +
      'Send an interactive authorization request for this user and resource.',
    source: codesPage,
  },
  65005: {
    error: 'invalid_client',
    status: 400,
    text: ({ clientId, resource }) =>
      'Invalid resource. The client has requested access to a resource which is not listed in the requested permissions ' +
      `in the client's application registration. Client app ID: ${clientId}. Resource value from request: ${resource}.`,
    source: 'https://github.com/AzureAD/azure-activedirectory-library-for-python/issues/146',
  },
  90002: {
    error: 'invalid_request',
    status: 400,
    text: ({ tenant }) =>
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct ` +
      'cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.',
    source: codesPage,
  },
  90038: {
    error: 'invalid_request',
    status: 400,
    text: ({ tenant }) =>
      `The specified tenant '${tenant}' belongs to the National Cloud 'MicrosoftOnline.US'. Current cloud instance ` +
      "'MicrosoftOnline.COM' does not federate with MicrosoftOnline.US.",
    source: codesPage,
  },
  90051: {
    error: 'invalid_request',
    status: 400,
    text: () => 'The national cloud identifier contains an invalid cloud identifier.',
    source: codesPage,
  },
  90094: {
    error: 'consent_required',
    status: 400,
    text: () => 'Administrator consent is required.',
    source: codesPage,
  },
  500011: {
    error: 'invalid_resource',
    status: 400,
    text: ({ resource, tenant }) =>
      `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the ` +
      'application has not been installed by the administrator of the tenant or consented to by any user in the tenant. ' +
      'You might have sent your authentication request to the wrong tenant.',
    source: 'https://github.com/Azure/azure-cli/issues/16850',
  },
  530035: {
    error: 'access_denied',
    status: 400,
    text: () =>
      'Access has been blocked by security defaults. This is due to the request using legacy auth or being deemed unsafe ' +
      'by security defaults policies.',
    source: codesPage,
  },
  650052: {
    error: 'invalid_client',
    status: 400,
    text: ({ tenant, resource }) =>
      `The app is trying to access a service '${resource}'(Office 365 Exchange Online) that your organization '${tenant}' ` +
      'lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions or ' +
      'consent to the application in order to create the required service principal.',
    source: 'https://github.com/microsoft/GraphNotificationBroker/issues/5',
    also: [
      {
        text: ({ tenant }) =>
          `The app needs access to a service ("Office 365 Exchange Online") that your organization "${tenant}" has not ` +
          'subscribed to or enabled. Contact your IT Admin to review the configuration of your service subscriptions.',
        source: codesPage,
      },
    ],
  },
  650056: {
    error: 'invalid_client',
    status: 400,
    text: () =>
      'Misconfigured application. This could be due to one of the following: The client has not listed any permissions ' +
      "for 'Office 365 Exchange Online' in the requested permissions in the client's application registration. Or, The " +
      'admin has not consented in the tenant. Or, Check the application identifier in the request to ensure it matches ' +
      'the configured client application identifier.',
    source: 'https://github.com/Azure-Samples/active-directory-dotnet-daemon/issues/38',
  },
  650057: {
    error: 'invalid_client',
    status: 400,
    text: ({ clientId, resource }) =>
      'Invalid resource. The client has requested access to a resource which is not listed in the requested permissions ' +
      `in the client's application registration. Client app ID: ${clientId}(exo-relay). Resource value from request: ` +
      `${resource}. Resource app ID: 00000002-0000-0ff1-ce00-000000000000. List of valid resources from app registration: .`,
    source: 'https://github.com/Azure/azure-cli/issues/33887',
  },
  900023: {
    error: 'invalid_request',
    status: 400,
    text: ({ tenant }) =>
      `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
    source: 'https://github.com/microsoft/aspire/issues/4253',
  },
  900382: {
    error: 'invalid_request',
    status: 400,
    text: () => "Confidential Client isn't supported in Cross Cloud request.",
    source: codesPage,
  },
  900432: {
    error: 'invalid_request',
    status: 400,
    text: () => "Confidential Client isn't supported in Cross Cloud request.",
    source: codesPage,
  },
  9001023: {
    error: 'invalid_request',
    status: 400,
    text: () =>
      "The grant type isn't supported over the /common or /consumers endpoints. Please use the /organizations or " +
      'tenant-specific endpoint.',
    source: codesPage,
  },
} as const satisfies Record<number, EntraError>;
