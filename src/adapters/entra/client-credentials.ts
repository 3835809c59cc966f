/** One client credentials request (RFC 6749 §4.4) through msal-node, with neither a cache nor a memory of earlier refusals. */

import type { Agent } from 'node:https';
import { ConfidentialClientApplication, LogLevel } from '@azure/msal-node';
import type { ClientSecret } from '../../domain/credential.ts';
import { FailureError } from '../../domain/failure.ts';
import type { Tenant } from '../../domain/routing.ts';
import type { AccessToken, Clock } from '../../ports.ts';
import { NetworkClient } from './network-client.ts';
import { claimsOf } from './token-claims.ts';
import { tokenFailure } from './token-failure.ts';

export interface TokenRequests {
  readonly agent: Agent;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly deadline: number;
}

/**
 * Asks Entra ID for a token.
 *
 * msal keeps tokens, and after one 429 or 5xx refuses by itself for a minute or more, both per application object.
 * A new object for each request, about one an hour, leaves caching and waiting to the relay.
 *
 * @throws FailureError for whatever Entra or the network answered instead of a token
 */
export async function requestToken(tenant: Tenant, credential: ClientSecret, use: TokenRequests): Promise<AccessToken> {
  const networkClient = new NetworkClient(use.agent, use.deadline);
  const authority = `${tenant.authorityHost}/${tenant.tenantId}`;
  const application = new ConfidentialClientApplication({
    auth: {
      clientId: tenant.clientId,
      clientSecret: credential.secret.reveal(),
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
    if (!result?.expiresOn) throw new Error('The answer carries no token');
    return {
      value: result.accessToken,
      acquiredAt,
      expiresAt: result.expiresOn,
      claims: claimsOf(result.accessToken),
    };
  } catch (error) {
    const { evidence } = networkClient;
    // msal replaces a network error by a link to its own documentation.
    const cause = evidence?.kind === 'error' ? evidence.error : error;
    throw new FailureError(tokenFailure(tenant, evidence, cause), { cause });
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
