/** One client credentials request (RFC 6749 §4.4) through msal-node, with neither a cache nor a memory of earlier refusals. */

import type { Credential } from '../../domain/credential.ts';
import { FailureError, failure } from '../../domain/failure.ts';
import { type Tenant, tenantValues } from '../../domain/routing.ts';
import type { AccessToken, Clock } from '../../ports.ts';
import { authOptionsOf, withoutSecrets } from './credential-parameters.ts';
import { type Evidence, NetworkClient, type NetworkUse } from './network-client.ts';
import { claimsOf } from './token-claims.ts';
import { tokenFailure } from './token-failure.ts';

export interface TokenRequests extends Omit<NetworkUse, 'redact'> {
  readonly clock: Clock;
}

/**
 * Asks Entra ID for a token.
 *
 * msal keeps tokens, and after one 429 or 5xx refuses by itself for a minute or more, both per application object.
 * A new object for each request, about one an hour, leaves caching and waiting to the relay.
 *
 * @throws FailureError for whatever Entra or the network answered instead of a token
 */
export async function requestToken(tenant: Tenant, credential: Credential, use: TokenRequests): Promise<AccessToken> {
  // Loaded with the first request for a token, not with the relay: it takes a quarter of the time to start.
  const { ConfidentialClientApplication, LogLevel } = await import('@azure/msal-node');
  const networkClient = new NetworkClient({ ...use, redact: (text) => withoutSecrets(text, credential) });
  const authority = `${tenant.authorityHost}/${tenant.tenantId}`;
  const application = new ConfidentialClientApplication({
    auth: {
      clientId: tenant.clientId,
      ...authOptionsOf(credential),
      authority,
      // Both keep msal from asking anyone else who this authority is.
      knownAuthorities: [new URL(tenant.authorityHost).host],
      authorityMetadata: JSON.stringify(metadataOf(authority)),
    },
    system: { networkClient, loggerOptions: { logLevel: LogLevel.Error, loggerCallback: () => {} } },
  });
  const acquiredAt = use.clock.now();
  try {
    const result = await application.acquireTokenByClientCredential({ scopes: [tenant.scope], skipCache: true });
    const seconds = lifetimeIn(networkClient.evidence);
    if (!result || seconds === null) throw new Error('The answer carries no token that is valid for some time');
    return {
      value: result.accessToken,
      acquiredAt,
      expiresAt: new Date(acquiredAt.getTime() + seconds * 1000),
      claims: claimsOf(result.accessToken),
    };
  } catch (error) {
    const { evidence } = networkClient;
    if (use.ending.aborted) throw new FailureError(shuttingDown(tenant), { cause: error });
    // Nothing was asked: that is a mistake on this side, such as a key that signs nothing.
    if (evidence === null) throw error;
    // msal replaces a network error by a link to its own documentation.
    const cause = evidence.kind === 'error' ? evidence.error : error;
    throw new FailureError(tokenFailure(tenant, evidence, use.clock.now()), { cause });
  }
}

/** Where Entra's endpoints stand under an authority (OpenID Connect Discovery 1.0), the same in every cloud. */
function metadataOf(authority: string): Record<string, string> {
  return {
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
  };
}

/** Seconds for which the token in an answer is valid; msal tells only a time of the machine's clock. */
function lifetimeIn(evidence: Evidence | null): number | null {
  if (evidence?.kind !== 'answer') return null;
  const seconds = Number(Reflect.get(JSON.parse(evidence.body), 'expires_in'));
  return seconds > 0 ? seconds : null;
}

function shuttingDown(tenant: Tenant) {
  return failure('shutting-down', {
    stage: 'token',
    detail: 'The relay is shutting down and asks for no more tokens.',
    values: tenantValues(tenant),
  });
}
