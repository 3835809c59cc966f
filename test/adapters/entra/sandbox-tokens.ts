/** Access tokens of a sandbox, with a clock to move and events to look at. */

import { readFileSync } from 'node:fs';
import { EntraAccessTokens } from '../../../src/adapters/entra/access-tokens.ts';
import type { TokenRequests } from '../../../src/adapters/entra/client-credentials.ts';
import { noTokenCache, type TokenCache } from '../../../src/adapters/entra/token-cache.ts';
import { trustContext } from '../../../src/adapters/trust.ts';
import { Secret } from '../../../src/config/secret.ts';
import type { ClientSecret, Credential } from '../../../src/domain/credential.ts';
import type { Tenant } from '../../../src/domain/routing.ts';
import type { Sandbox, SandboxTenant } from '../../../src/sandbox/sandbox.ts';
import { type RecordingEvents, recordingEvents } from '../../events.ts';

export const MINUTE = 60_000;

export function tenantOf(sandbox: Sandbox, tenant: SandboxTenant | undefined = sandbox.tenants[0]): Tenant {
  const { authorityHost, scope, smtpHost, smtpPort } = sandbox;
  const { tenantId = '', clientId = '', domain = '' } = tenant ?? {};
  const limits = { externalRecipientsPerDay: null, domains: [domain] };
  return { name: domain, tenantId, clientId, authorityHost, scope, smtpHost, smtpPort, ...limits };
}

export function trustOf(sandbox: Sandbox) {
  return trustContext([readFileSync(sandbox.caFile, 'utf8')]);
}

export function secretOf(text: string): ClientSecret {
  return { kind: 'client-secret', secret: new Secret(text) };
}

/** For one request: a deadline in milliseconds, no proxy, nothing that ends it. */
export function requestsOf(sandbox: Sandbox, changes: Partial<TokenRequests> = {}): TokenRequests {
  return {
    trust: trustOf(sandbox),
    httpsProxy: null,
    noProxy: null,
    deadline: 5_000,
    ending: new AbortController().signal,
    clock: { now: () => new Date() },
    ...changes,
  };
}

export interface SandboxTokens extends Pick<RecordingEvents, 'told'> {
  readonly tokens: EntraAccessTokens;
  /** Milliseconds by which the relay's clock is ahead. */
  readonly time: { ahead: number };
  readonly tenant: Tenant;
  /** Resolves when the next event of a token request has come, whether it gave a token or failed. */
  settled(): Promise<void>;
}

export function tokensOf(
  sandbox: Sandbox,
  options: {
    readonly credentials?: readonly Credential[];
    readonly requestDeadline?: number;
    readonly cache?: TokenCache;
    readonly time?: { ahead: number };
  } = {},
): SandboxTokens {
  const time = options.time ?? { ahead: 0 };
  const { events, told } = recordingEvents();
  let next = Promise.withResolvers<void>();
  const wakeAfter = <Facts>(tell: (facts: Facts) => void) => {
    return (facts: Facts): void => {
      tell(facts);
      next.resolve();
      next = Promise.withResolvers();
    };
  };
  const tokens = new EntraAccessTokens({
    credentials: new Map(
      sandbox.tenants.map(({ domain, clientSecret }) => [domain, options.credentials ?? [secretOf(clientSecret)]]),
    ),
    trust: trustOf(sandbox),
    requestDeadline: options.requestDeadline ?? 5_000,
    httpsProxy: null,
    noProxy: null,
    cache: options.cache ?? noTokenCache,
    clock: { now: () => new Date(Date.now() + time.ahead) },
    events: {
      ...events,
      tokenAcquired: wakeAfter(events.tokenAcquired),
      tokenRequestFailed: wakeAfter(events.tokenRequestFailed),
    },
  });
  // One turn more, for whoever asked hears of it after the events.
  const settled = async (): Promise<void> => {
    await next.promise;
    await new Promise(setImmediate);
  };
  return { tokens, time, told, tenant: tenantOf(sandbox), settled };
}
