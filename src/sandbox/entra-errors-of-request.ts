/** How Entra ID refuses a request for how it is written, or because it has trouble of its own, by AADSTS number. */

import { codesPage, type EntraError } from './entra-error.ts';

export const requestErrors = {
  28002: {
    error: 'invalid_scope',
    status: 400,
    text: ({ scope }) =>
      `Provided value for the input parameter scope '${scope}' isn't valid when requesting an access token. Specify a valid scope.`,
    source: codesPage,
  },
  50011: {
    error: 'invalid_request',
    status: 400,
    text: ({ clientId }) =>
      `The redirect URI specified in the request does not match the redirect URIs configured for the application '${clientId}'. ` +
      'Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.',
    source: codesPage,
  },
  50033: {
    error: 'temporarily_unavailable',
    status: 503,
    text: () => 'A transient error has occurred. Please try again.',
    source: codesPage,
  },
  50034: {
    error: 'invalid_grant',
    status: 400,
    text: () => 'To sign into this application, the account must be added to the directory.',
    source: codesPage,
  },
  50105: {
    error: 'invalid_grant',
    status: 400,
    text: () => "The signed in user isn't assigned to a role for the signed in app. Assign the user to the app.",
    source: codesPage,
  },
  50126: {
    error: 'invalid_grant',
    status: 400,
    text: () => 'Error validating credentials due to invalid username or password.',
    source: codesPage,
  },
  50173: {
    error: 'invalid_grant',
    status: 400,
    text: () => 'The provided grant has expired due to it being revoked, and a fresh auth token is needed.',
    source: codesPage,
  },
  50196: {
    error: 'invalid_grant',
    status: 400,
    text: () => 'The server terminated an operation because it encountered a loop while processing a request.',
    source: 'MicrosoftDocs/microsoft-authentication-library-dotnet: throttling',
  },
  70003: {
    error: 'unsupported_grant_type',
    status: 400,
    text: ({ grantType }) => `The app requested an unsupported grant type '${grantType}'.`,
    source: codesPage,
  },
  70011: {
    error: 'invalid_scope',
    status: 400,
    text: ({ scope }) =>
      `The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
    source: 'MicrosoftDocs/entra-docs: docs/identity-platform/v2-oauth2-client-creds-grant-flow.md',
  },
  90004: {
    error: 'invalid_request',
    status: 400,
    text: () => "The request isn't properly formatted.",
    source: codesPage,
  },
  90006: {
    error: 'temporarily_unavailable',
    status: 503,
    text: () => 'The service is temporarily unavailable.',
    source: codesPage,
  },
  90012: {
    error: 'temporarily_unavailable',
    status: 503,
    text: () => 'The request has timed out.',
    source: codesPage,
  },
  90013: {
    error: 'invalid_request',
    status: 400,
    text: () => 'Invalid input received from the user.',
    source: codesPage,
  },
  90014: {
    error: 'invalid_request',
    status: 400,
    text: ({ parameter }) => `The required field '${parameter || 'scope'}' is missing from the credential.`,
    source: codesPage,
  },
  90023: {
    error: 'invalid_request',
    status: 400,
    text: () => "The authentication service request isn't valid.",
    source: codesPage,
  },
  90024: {
    error: 'temporarily_unavailable',
    status: 503,
    text: () => 'A transient error has occurred. Try again.',
    source: codesPage,
  },
  90033: {
    error: 'temporarily_unavailable',
    status: 503,
    text: () => 'A transient error has occurred. Please try again.',
    source: 'https://github.com/Azure/azure-sdk-for-python/issues/14241',
  },
  90055: {
    error: 'temporarily_unavailable',
    status: 429,
    text: () => 'There are too many incoming requests.',
    source: codesPage,
  },
  90090: {
    error: 'temporarily_unavailable',
    status: 503,
    text: () => 'The service is temporarily unavailable.',
    source: codesPage,
  },
  90100: {
    error: 'invalid_request',
    status: 400,
    text: () => 'The parameter is empty or not valid.',
    source: codesPage,
  },
  650053: {
    error: 'invalid_client',
    status: 400,
    text: ({ scope }) =>
      `The application 'exo-relay' asked for scope '${scope}' that doesn't exist on the resource ` +
      "'00000003-0000-0000-c000-000000000000'. Contact the app vendor.",
    source: 'https://github.com/MicrosoftDocs/azure-docs/issues/37280',
  },
  900144: {
    error: 'invalid_request',
    status: 400,
    text: ({ parameter }) => `The request body must contain the following parameter: '${parameter || 'grant_type'}'.`,
    source: codesPage,
  },
  900561: {
    error: 'invalid_request',
    status: 400,
    text: () => 'The endpoint only accepts POST requests. Received a GET request.',
    source: codesPage,
  },
  1002012: {
    error: 'invalid_scope',
    status: 400,
    text: ({ scope }) =>
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with ` +
      '/.default suffixed to the resource identifier (application ID URI).',
    source: 'https://github.com/MicrosoftDocs/azure-docs/issues/99862',
  },
  9002313: {
    error: 'invalid_request',
    status: 400,
    text: () => 'Invalid request. Request is malformed or invalid.',
    source: codesPage,
  },
} as const satisfies Record<number, EntraError>;
