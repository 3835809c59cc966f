/** Tokens shared by replicas in Redis: one of them asks Entra ID while the others wait for what it gets. Without Redis each asks for itself. */

import { setTimeout as delay } from 'node:timers/promises';
import type { SecureContext } from 'node:tls';
import type { Redis } from 'ioredis';
import type { RedactedSecret } from '../../domain/credential.ts';
import { type Failure, FailureError } from '../../domain/failure.ts';
import type { AccessToken, Clock, Events } from '../../ports.ts';
import { redisClients } from './redis-client.ts';
import { type Lease, probeLease, takeLease } from './redis-lease.ts';
import { RedisLink } from './redis-link.ts';
import { FORCE_INTERVAL, LAST_MINUTE } from './renewed-token.ts';
import { pauseAfter } from './repeated-failure.ts';
import type { TokenCache, TokenOwner, Wanted } from './token-cache.ts';
import { KEY_PREFIX, placeOf, type TokenPlace } from './token-place.ts';
import { openFailure, openToken, sealFailure, sealToken } from './token-records.ts';

/** Milliseconds between two looks at what another replica gets, and up to as much more. */
const LOOK_EVERY = 50;

export interface RedisTokenCacheOptions {
  readonly url: RedactedSecret;
  /** What tokens are encrypted under instead of each app's own credential. */
  readonly cacheKey: RedactedSecret | null;
  readonly trust: SecureContext;
  /** Milliseconds for which another replica is waited for, more than a token request takes. */
  readonly patience: number;
  readonly clock: Clock;
  readonly events: Events;
}

/** What others have left at a place. */
interface Seen {
  readonly token: AccessToken | null;
  readonly failure: Failure | null;
  readonly isLeased: boolean;
}

/** Connects in the background, and is of use as it is until then. */
export async function openRedisTokenCache(options: RedisTokenCacheOptions): Promise<TokenCache> {
  const { url, trust, events } = options;
  const client = await redisClients(url, trust);
  return new RedisTokenCache(
    new RedisLink({ client, events, probe: (redis) => probeLease(redis, KEY_PREFIX) }),
    options,
  );
}

class RedisTokenCache implements TokenCache {
  readonly #link: RedisLink;
  readonly #options: RedisTokenCacheOptions;
  readonly #ending = new AbortController();
  readonly #held = new Set<Promise<AccessToken>>();

  constructor(link: RedisLink, options: RedisTokenCacheOptions) {
    this.#link = link;
    this.#options = options;
  }

  async token(owner: TokenOwner, wanted: Wanted, request: () => Promise<AccessToken>): Promise<AccessToken> {
    const place = placeOf(owner, this.#options.cacheKey);
    const patience = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(this.#options.patience)]);
    while (!patience.aborted) {
      const seen = await this.#look(place);
      if (!seen) break;
      const answer = this.#answerIn(seen, wanted);
      if (answer) return answer;
      const lease = seen.isLeased ? null : await takeLease(this.#link, place.lease);
      if (lease === undefined) break;
      if (lease) return await this.#tracked(this.#hold(lease, place, wanted, request));
      await delay(LOOK_EVERY * (1 + Math.random()), null, { signal: patience }).catch(() => {});
    }
    return await this.#tracked(this.#requested(place, request));
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled(this.#held);
    this.#link.close();
  }

  async #tracked(held: Promise<AccessToken>): Promise<AccessToken> {
    this.#held.add(held);
    try {
      return await held;
    } finally {
      this.#held.delete(held);
    }
  }

  /** What the holder of the lease does; nothing of it fails but the request. */
  async #hold(lease: Lease, place: TokenPlace, wanted: Wanted, request: () => Promise<AccessToken>) {
    try {
      // The one before may have been done between the look and the lease.
      const seen = await this.#look(place);
      const answer = seen && this.#answerIn(seen, wanted);
      if (answer) return answer;
      if (wanted.isForced && wanted.insteadOf && !(await this.#mayForce(place))) return wanted.insteadOf;
      return await this.#requested(place, request);
    } finally {
      await lease.release();
    }
  }

  async #requested(place: TokenPlace, request: () => Promise<AccessToken>): Promise<AccessToken> {
    try {
      const token = await request();
      await this.#keep(place, token);
      return token;
    } catch (error) {
      if (error instanceof FailureError) await this.#keepFailure(place, error.failure);
      throw error;
    }
  }

  /** Undefined when Redis is away. */
  async #look(place: TokenPlace): Promise<Seen | undefined> {
    const now = this.#options.clock.now();
    const found = await this.#link.run((redis) =>
      Promise.all([record(redis, place.entry), record(redis, place.failure), redis.exists(place.lease)]),
    );
    if (!found) return undefined;
    const [token, failure, leases] = found;
    return {
      token: token && openToken(token.sealed, place.seal, now, token.left),
      failure: failure && openFailure(failure.sealed, place.seal, now, failure.left),
      isLeased: leases > 0,
    };
  }

  /**
   * What others have left, when it answers the question; null when it does not.
   *
   * @throws FailureError theirs, as long as it would be the answer again
   */
  #answerIn({ token, failure }: Seen, { insteadOf, isForced }: Wanted): AccessToken | null {
    const left = token ? token.expiresAt.getTime() - this.#options.clock.now().getTime() : 0;
    if (token && left > LAST_MINUTE && isBetter(token, insteadOf, isForced)) return token;
    if (failure) throw new FailureError(failure);
    return null;
  }

  async #keep(place: TokenPlace, token: AccessToken): Promise<void> {
    const left = token.expiresAt.getTime() - this.#options.clock.now().getTime();
    if (left < 1) return;
    const sealed = sealToken(token, place.seal);
    await this.#link.run((redis) =>
      Promise.all([redis.set(place.entry, sealed, 'PX', Math.floor(left)), redis.del(place.failure)]),
    );
  }

  /** What would meet the others as well; trouble on the way to Entra ID may be this replica's alone. */
  async #keepFailure(place: TokenPlace, failure: Failure): Promise<void> {
    const pause = pauseAfter(failure);
    if (pause <= 0) return;
    const until = new Date(this.#options.clock.now().getTime() + pause * 1_000);
    const sealed = sealFailure(failure, until, place.seal);
    await this.#link.run((redis) => redis.set(place.failure, sealed, 'PX', pause * 1_000));
  }

  /** Whether no replica has replaced a refused token lately; from now on one has. Without Redis each knows of itself alone. */
  async #mayForce(place: TokenPlace): Promise<boolean> {
    return (await this.#link.run((redis) => redis.set(place.forced, '1', 'PX', FORCE_INTERVAL, 'NX'))) !== null;
  }
}

function isBetter(token: AccessToken, than: AccessToken | null, isForced: boolean): boolean {
  if (!than) return true;
  if (token.value === than.value) return false;
  return isForced ? token.acquiredAt > than.acquiredAt : token.expiresAt > than.expiresAt;
}

/** A record with the milliseconds until Redis drops it; null for none, also for one that is of no such kind. */
async function record(redis: Redis, name: string): Promise<{ sealed: Buffer; left: number } | null> {
  const [sealed, left] = await Promise.all([
    redis.getBuffer(name).catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return null;
      throw error;
    }),
    redis.pttl(name),
  ]);
  return sealed && left > 0 ? { sealed, left } : null;
}
