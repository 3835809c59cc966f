/** Entra ID's refusals, in its words and in the shape of its error bodies; a text here is what Entra has been seen to say. */

import { randomUUID } from 'node:crypto';

/** What a text names. */
export interface RequestFacts {
  readonly tenant: string;
  readonly clientId: string;
  readonly scope: string;
  readonly resource: string;
  readonly grantType: string;
  /** The parameter that is missing. */
  readonly parameter: string;
  /** What is wrong with the client assertion, in Entra's words. */
  readonly reason: string;
}

export interface EntraError {
  /** OAuth 2.0 error (RFC 6749 §5.2), or one of Entra's own. */
  readonly error: string;
  readonly status: 400 | 401 | 429 | 503;
  readonly text: (facts: RequestFacts) => string;
}

/** By AADSTS number. */
export const entraErrors = {
  50011: {
    error: 'invalid_request',
    status: 400,
    text: ({ clientId }) =>
      `The redirect URI specified in the request does not match the redirect URIs configured for the application '${clientId}'. ` +
      'Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.',
  },
  50059: {
    error: 'invalid_request',
    status: 400,
    text: () => 'No tenant-identifying information found in either the request or implied by any provided credentials.',
  },
  53003: {
    error: 'access_denied',
    status: 400,
    text: () =>
      'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
  },
  65001: {
    error: 'invalid_grant',
    status: 400,
    text: ({ clientId }) =>
      `The user or administrator has not consented to use the application with ID '${clientId}' named 'exo-relay'. ` +
      'Send an interactive authorization request for this user and resource.',
  },
  70003: {
    error: 'unsupported_grant_type',
    status: 400,
    text: ({ grantType }) => `The app requested an unsupported grant type '${grantType}'.`,
  },
  70011: {
    error: 'invalid_scope',
    status: 400,
    text: ({ scope }) =>
      `The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
  },
  90002: {
    error: 'invalid_request',
    status: 400,
    text: ({ tenant }) =>
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct ` +
      'cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.',
  },
  90033: {
    error: 'temporarily_unavailable',
    status: 503,
    text: () => 'A transient error has occurred. Please try again.',
  },
  90038: {
    error: 'invalid_request',
    status: 400,
    text: ({ tenant }) =>
      `The specified tenant '${tenant}' belongs to the National Cloud 'MicrosoftOnline.US'. Current cloud instance ` +
      "'MicrosoftOnline.COM' does not federate with MicrosoftOnline.US.",
  },
  90055: {
    error: 'temporarily_unavailable',
    status: 429,
    text: () => 'There are too many incoming requests.',
  },
  500011: {
    error: 'invalid_resource',
    status: 400,
    text: ({ resource, tenant }) =>
      `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the ` +
      'application has not been installed by the administrator of the tenant or consented to by any user in the tenant. ' +
      'You might have sent your authentication request to the wrong tenant.',
  },
  700016: {
    error: 'unauthorized_client',
    status: 400,
    text: ({ clientId, tenant }) =>
      `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the ` +
      'application has not been installed by the administrator of the tenant or consented to by any user in the tenant. ' +
      'You may have sent your authentication request to the wrong tenant.',
  },
  700021: {
    error: 'invalid_client',
    status: 401,
    text: () =>
      "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at " +
      'https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .',
  },
  700023: {
    error: 'invalid_client',
    status: 401,
    text: () =>
      'Client assertion audience claim does not match Realm issuer. Review the documentation at ' +
      'https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .',
  },
  700024: {
    error: 'invalid_client',
    status: 401,
    text: ({ reason }) =>
      `Client assertion is not within its valid time range. ${reason} Review the documentation at ` +
      'https://learn.microsoft.com/entra/identity-platform/certificate-credentials .',
  },
  700027: {
    error: 'invalid_client',
    status: 401,
    text: ({ clientId, reason }) =>
      `Client assertion contains an invalid signature. [Reason - ${reason}, Please visit the Azure Portal, ` +
      `Graph Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'.`,
  },
  900023: {
    error: 'invalid_request',
    status: 400,
    text: ({ tenant }) =>
      `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
  },
  900144: {
    error: 'invalid_request',
    status: 400,
    text: ({ parameter }) => `The request body must contain the following parameter: '${parameter}'.`,
  },
  1002012: {
    error: 'invalid_scope',
    status: 400,
    text: ({ scope }) =>
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with ` +
      '/.default suffixed to the resource identifier (application ID URI).',
  },
  7000112: {
    error: 'unauthorized_client',
    status: 400,
    text: ({ clientId }) => `Application '${clientId}'(exo-relay) is disabled.`,
  },
  7000215: {
    error: 'invalid_client',
    status: 401,
    text: ({ clientId }) =>
      'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the ' +
      `client secret ID, for a secret added to app '${clientId}'.`,
  },
  7000218: {
    error: 'invalid_client',
    status: 401,
    text: () => "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  7000222: {
    error: 'invalid_client',
    status: 401,
    text: ({ clientId }) =>
      `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for ` +
      'your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security.',
  },
  7000229: {
    error: 'unauthorized_client',
    status: 400,
    text: ({ clientId, tenant }) =>
      `The client application ${clientId} is missing service principal in the tenant ${tenant}. ` +
      'See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119',
  },
} as const satisfies Record<number, EntraError>;

export type AadstsNumber = keyof typeof entraErrors;

/**
 * The body of an error, as Entra writes it.
 *
 * @param correlationId the request's own, given as `client-request-id`; one is made up when it gave none
 */
export function errorBody(aadsts: AadstsNumber, facts: RequestFacts, correlationId: string | undefined) {
  const { error, text } = entraErrors[aadsts];
  const traceId = entraTraceId();
  const correlation = correlationId ?? randomUUID();
  const timestamp = entraTimestamp(new Date());
  return {
    error,
    error_description: [
      `AADSTS${aadsts}: ${text(facts)}`,
      `Trace ID: ${traceId}`,
      `Correlation ID: ${correlation}`,
      `Timestamp: ${timestamp}`,
    ].join('\r\n'),
    error_codes: [aadsts],
    timestamp,
    trace_id: traceId,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${aadsts}`,
  };
}

/** Entra's trace ids are GUIDs whose last byte is zero. */
export function entraTraceId(): string {
  return `${randomUUID().slice(0, -2)}00`;
}

/** `2023-05-06 06:03:00Z` */
function entraTimestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
