/** App-only access tokens, each of its own tenant and app: from memory while they are good, from other replicas or Entra ID ahead of their expiry. */

import type { SecureContext } from 'node:tls';
import type { Credential } from '../../domain/credential.ts';
import { FailureError } from '../../domain/failure.ts';
import type { Tenant } from '../../domain/routing.ts';
import type { AccessToken, AccessTokens, Clock, Events } from '../../ports.ts';
import { withAnyCredential } from './any-credential.ts';
import { requestToken } from './client-credentials.ts';
import { type Ask, RenewedToken } from './renewed-token.ts';
import type { TokenCache, Wanted } from './token-cache.ts';
import { findingsOn } from './token-findings.ts';
import type { ProxySettings } from './way-to-entra.ts';

export interface AccessTokenOptions extends ProxySettings {
  /** By tenant name; the first is tried first. Read at each request, so that it may change. */
  readonly credentials: ReadonlyMap<string, readonly Credential[]>;
  readonly trust: SecureContext;
  /** Milliseconds for a token request, from its start to the last byte of the answer. */
  readonly requestDeadline: number;
  /** What replicas share. */
  readonly cache: TokenCache;
  readonly clock: Clock;
  readonly events: Events;
}

/** What is known of one key. */
interface Known {
  readonly token: RenewedToken;
  /** The credential that worked last. */
  credential: Credential | null;
  /** Where the token came from. */
  source: 'redis' | 'entra';
  /** The findings that were told last; they are not told again every hour. */
  findings: string;
}

export class EntraAccessTokens implements AccessTokens {
  readonly #options: AccessTokenOptions;
  readonly #known = new Map<string, Known>();
  readonly #ending = new AbortController();

  constructor(options: AccessTokenOptions) {
    this.#options = options;
  }

  async acquire(tenant: Tenant): Promise<AccessToken> {
    const known = this.#knownOf(tenant);
    const held = known.token.value;
    const token = await known.token.acquire(this.#ask(tenant, known));
    this.#options.events.tokenServed({ tenant: tenant.name, from: token === held ? 'memory' : known.source });
    return token;
  }

  keepFresh(tenant: Tenant): void {
    const known = this.#known.get(keyOf(tenant));
    known?.token.keepFresh(this.#ask(tenant, known));
  }

  async replace(tenant: Tenant, refused: AccessToken): Promise<AccessToken | null> {
    const known = this.#knownOf(tenant);
    return await known.token.replace(refused, this.#ask(tenant, known));
  }

  askAnew(tenant: Tenant): void {
    this.#known.get(keyOf(tenant))?.token.forgetRefusal();
  }

  /** Ends the requests under way, and makes no more; whoever waits fails with `shutting-down`. Other replicas need not wait for them. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#options.cache.close();
  }

  #knownOf(tenant: Tenant): Known {
    const key = keyOf(tenant);
    const known = this.#known.get(key) ?? {
      token: new RenewedToken(this.#options.clock),
      credential: null,
      source: 'entra' as const,
      findings: '',
    };
    this.#known.set(key, known);
    return known;
  }

  #ask(tenant: Tenant, known: Known): Ask {
    return async (wanted) => {
      const configured = this.#options.credentials.get(tenant.name) ?? [];
      const ordered = configured.toSorted((a, b) => Number(b === known.credential) - Number(a === known.credential));
      const { token, credential } = await withAnyCredential(ordered, (each) =>
        this.#fromCache(tenant, each, wanted, known),
      );
      known.credential = credential;
      this.#tellFindings(tenant, token, known);
      return token;
    };
  }

  async #fromCache(tenant: Tenant, credential: Credential, wanted: Wanted, known: Known): Promise<AccessToken> {
    let source: Known['source'] = 'redis';
    const token = await this.#options.cache.token({ tenant, credential }, wanted, () => {
      source = 'entra';
      return this.#request(tenant, credential, known);
    });
    known.source = source;
    return token;
  }

  async #request(tenant: Tenant, credential: Credential, known: Known): Promise<AccessToken> {
    const { events, requestDeadline } = this.#options;
    const { name, clientId } = tenant;
    const started = performance.now();
    const milliseconds = () => Math.round(performance.now() - started);
    try {
      const use = { ...this.#options, deadline: requestDeadline, ending: this.#ending.signal };
      const token = await requestToken(tenant, credential, use);
      const { expiresAt, claims } = token;
      const roles = claims?.roles ?? [];
      events.tokenAcquired({ tenant: name, clientId, expiresAt, roles, milliseconds: milliseconds() });
      return token;
    } catch (error) {
      if (error instanceof FailureError && !this.#ending.signal.aborted) {
        const { failure, cause } = error;
        const { validUntil } = known.token;
        events.tokenRequestFailed({ tenant: name, clientId, failure, cause, validUntil, milliseconds: milliseconds() });
      }
      throw error;
    }
  }

  #tellFindings(tenant: Tenant, { claims }: AccessToken, known: Known): void {
    const findings = claims ? findingsOn(claims, tenant) : [];
    const text = findings.join('\n');
    if (text !== known.findings && findings.length > 0) {
      this.#options.events.tokenClaimsDiffer({ tenant: tenant.name, clientId: tenant.clientId, findings });
    }
    known.findings = text;
  }
}

/** Tokens differ by tenant, app and scope, and by nothing else that a mailbox or a caller says. */
function keyOf({ authorityHost, tenantId, clientId, scope }: Tenant): string {
  return JSON.stringify([authorityHost, tenantId, clientId, scope].map((part) => part.toLowerCase()));
}
