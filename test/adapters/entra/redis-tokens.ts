/** Replicas over one Redis: each with a token cache, an adapter and events of its own, and the clock of all. */

import { Redis } from 'ioredis';
import type { TokenCache } from '../../../src/adapters/entra/token-cache.ts';
import { openRedisTokenCache } from '../../../src/adapters/entra/token-cache-redis.ts';
import { Secret } from '../../../src/config/secret.ts';
import type { Credential } from '../../../src/domain/credential.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { type RecordingEvents, recordingEvents } from '../../events.ts';
import { type SandboxTokens, tokensOf, trustOf } from './sandbox-tokens.ts';

export interface ReplicaOptions {
  readonly credentials?: readonly Credential[];
  readonly cacheKey?: string;
  readonly time?: { ahead: number };
  /** Milliseconds for which another replica is waited for. */
  readonly patience?: number;
  readonly requestDeadline?: number;
}

export interface Replica extends SandboxTokens, AsyncDisposable {
  readonly cache: TokenCache;
  /** What its cache told. */
  readonly cacheEvents: RecordingEvents;
  /** Resolves once the cache has told an event so often. */
  toldCache(name: 'tokenCacheLost' | 'tokenCacheRecovered', times?: number): Promise<void>;
}

export async function replicaOn(url: string, sandbox: Sandbox, options: ReplicaOptions = {}): Promise<Replica> {
  const time = options.time ?? { ahead: 0 };
  const cacheEvents = recordingEvents();
  const waiting = new Set<() => void>();
  const record =
    <Facts>(tell: (facts: Facts) => void) =>
    (facts: Facts): void => {
      tell(facts);
      for (const wake of waiting) wake();
    };
  const { events } = cacheEvents;
  const cache = await openRedisTokenCache({
    url: new Secret(url),
    cacheKey: options.cacheKey === undefined ? null : new Secret(options.cacheKey),
    trust: trustOf(sandbox),
    patience: options.patience ?? 10_000,
    clock: { now: () => new Date(Date.now() + time.ahead) },
    events: {
      ...events,
      tokenCacheLost: record(events.tokenCacheLost),
      tokenCacheRecovered: record(events.tokenCacheRecovered),
    },
  });
  const replica = tokensOf(sandbox, { ...options, cache, time });
  return {
    ...replica,
    cache,
    cacheEvents,
    toldCache: async (name, times = 1) => {
      while (cacheEvents.told(name).length < times) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
    },
    [Symbol.asyncDispose]: () => replica.tokens.close(),
  };
}

/** Looks into a Redis from outside. */
export async function onlookerOf(url: string): Promise<Redis & AsyncDisposable> {
  const redis = new Redis(url, { lazyConnect: true });
  await redis.connect();
  return Object.assign(redis, {
    [Symbol.asyncDispose]: async () => {
      redis.disconnect();
    },
  });
}
