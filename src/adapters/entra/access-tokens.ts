/** App-only access tokens from memory or Entra ID; however many ask at once, one request per tenant and app is under way. */

import { Agent } from 'node:https';
import type { SecureContext } from 'node:tls';
import type { Credential } from '../../domain/credential.ts';
import type { Tenant } from '../../domain/routing.ts';
import type { AccessToken, AccessTokens, Clock, Events } from '../../ports.ts';
import { requestToken } from './client-credentials.ts';

const MINUTE = 60_000;
/** A token is renewed this long before it expires; Exchange's high-volume host refuses tokens with less than 10 minutes to live. */
const RENEW_AHEAD = 10 * MINUTE;
/** Up to this long before its expiry a token still serves when it cannot be renewed. */
const STILL_VALID = MINUTE;
/** A right granted after a token was issued appears only in a newer token, so a refused token is dropped, but not each minute anew. */
const REFUSED_TOKEN_AGE = 5 * MINUTE;
const REQUEST_DEADLINE = 30_000;

export interface AccessTokenOptions {
  /** By tenant name. */
  readonly credentials: ReadonlyMap<string, readonly Credential[]>;
  readonly trust: SecureContext;
  readonly clock: Clock;
  readonly events: Events;
}

export class EntraAccessTokens implements AccessTokens {
  readonly #options: AccessTokenOptions;
  readonly #agent: Agent;
  readonly #tokens = new Map<string, AccessToken>();
  readonly #requests = new Map<string, Promise<AccessToken>>();

  constructor(options: AccessTokenOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, secureContext: options.trust });
  }

  async acquire(tenant: Tenant): Promise<AccessToken> {
    const token = this.#tokens.get(keyOf(tenant));
    const left = token ? token.expiresAt.getTime() - this.#options.clock.now().getTime() : 0;
    if (token && left > RENEW_AHEAD) return token;
    try {
      return await this.#requestOnce(tenant);
    } catch (error) {
      if (token && left > STILL_VALID) return token;
      throw error;
    }
  }

  keepFresh(tenant: Tenant): void {
    if (this.#tokens.has(keyOf(tenant))) void this.acquire(tenant).catch(() => {});
  }

  async replace(tenant: Tenant, refused: AccessToken): Promise<AccessToken | null> {
    const known = this.#tokens.get(keyOf(tenant));
    if (known && known !== refused) return known;
    const age = this.#options.clock.now().getTime() - refused.acquiredAt.getTime();
    return age > REFUSED_TOKEN_AGE ? await this.#requestOnce(tenant) : null;
  }

  /** Closes the connections kept open to the token endpoint. */
  close(): void {
    this.#agent.destroy();
  }

  #requestOnce(tenant: Tenant): Promise<AccessToken> {
    const key = keyOf(tenant);
    const underWay = this.#requests.get(key);
    if (underWay) return underWay;
    const request = this.#request(tenant, key).finally(() => this.#requests.delete(key));
    this.#requests.set(key, request);
    return request;
  }

  async #request(tenant: Tenant, key: string): Promise<AccessToken> {
    const { credentials, clock, events } = this.#options;
    const credential = credentials.get(tenant.name)?.[0];
    if (credential?.kind !== 'client-secret')
      throw new Error(`The configuration has no credential for tenant ${tenant.name}`);
    const started = clock.now().getTime();
    const token = await requestToken(tenant, credential, { agent: this.#agent, clock, deadline: REQUEST_DEADLINE });
    this.#tokens.set(key, token);
    events.tokenAcquired({
      tenant: tenant.name,
      clientId: tenant.clientId,
      expiresAt: token.expiresAt,
      roles: token.claims?.roles ?? [],
      milliseconds: clock.now().getTime() - started,
    });
    return token;
  }
}

/** Tokens differ by tenant, app and scope, and by nothing else that a mailbox or a caller says. */
function keyOf(tenant: Tenant): string {
  return JSON.stringify([tenant.authorityHost, tenant.tenantId, tenant.clientId, tenant.scope]);
}
