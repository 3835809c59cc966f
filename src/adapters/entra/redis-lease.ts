/** A lease in Redis: one replica at a time has it, it is renewed while that one works, and it lapses soon after one that died. */

import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { RedisLink } from './redis-link.ts';

/** Milliseconds; whoever waits for a replica that died waits no longer. */
const LAPSES_AFTER = 5_000;
const RENEWED_EVERY = LAPSES_AFTER / 4;

/** A lease that lapsed belongs to another by now: only its owner renews or releases it. */
const RENEW = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`;
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

export interface Lease {
  /** Does nothing when the lease has lapsed. */
  release(): Promise<void>;
}

/**
 * Takes a lease and renews it until it is released.
 *
 * @returns null when another has it; undefined when Redis is away
 */
export async function takeLease(link: RedisLink, name: string): Promise<Lease | null | undefined> {
  const owner = randomUUID();
  const taken = await link.run((redis) => take(redis, name, owner));
  if (!taken) return taken;
  const renewal = setInterval(
    () => void link.run((redis) => redis.eval(RENEW, 1, name, owner, LAPSES_AFTER).then(String)),
    RENEWED_EVERY,
  );
  return {
    release: async () => {
      clearInterval(renewal);
      await link.run((redis) => release(redis, name, owner));
    },
  };
}

/** Takes and releases a lease that nobody else wants: it shows that Redis takes writes and scripts. */
export async function probeLease(redis: Redis, prefix: string): Promise<void> {
  const owner = randomUUID();
  const name = `${prefix}:{${owner}}:probe`;
  await take(redis, name, owner);
  await release(redis, name, owner);
}

async function take(redis: Redis, name: string, owner: string): Promise<'OK' | null> {
  return await redis.set(name, owner, 'PX', LAPSES_AFTER, 'NX');
}

async function release(redis: Redis, name: string, owner: string): Promise<string> {
  return String(await redis.eval(RELEASE, 1, name, owner));
}
