/** One connection to Redis that nobody waits for: a command is answered in time or Redis counts as away, and it is looked for again in the background. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Events } from '../../ports.ts';
import { NoAnswer, troubleInWords } from './redis-trouble.ts';

/** Milliseconds for a command, and for waiting until the first connection is there. */
const COMMAND_DEADLINE = 500;
/** Milliseconds for a connection, its sign-in and its first commands. */
const OPENING_DEADLINE = 2_000;
/** Milliseconds between two looks for a Redis that is away; up to half of it more, so that replicas do not come all at once. */
const LOOK_AGAIN_AFTER = 1_000;

export interface RedisLinkUse {
  /** A client that connects when it is told, and neither again nor by itself. */
  readonly client: () => Redis;
  /** Does once what the others will do, so that what they may not or cannot do shows here. */
  readonly probe: (redis: Redis) => Promise<unknown>;
  readonly events: Pick<Events, 'tokenCacheLost' | 'tokenCacheRecovered'>;
}

export class RedisLink {
  readonly #use: RedisLinkUse;
  /** Null while there is none. */
  #redis: Redis | null = null;
  #openedAt = 0;
  /** The first connection, or one after an idle one was closed: short enough to wait for. */
  #opening: Promise<void> | null = null;
  /** The client that is connecting. */
  #candidate: Redis | null = null;
  #lostAt: number | null = null;
  #nextLook: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(use: RedisLinkUse) {
    this.#use = use;
    this.#reopen();
  }

  /**
   * Gives commands to Redis.
   *
   * @returns undefined when Redis is away, or goes away over it; it is then not known what was done
   */
  async run<T extends NonNullable<unknown> | null>(work: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    if (this.#opening) await this.#waitForOpening(this.#opening);
    const redis = this.#redis;
    if (!redis) return undefined;
    try {
      return await within(COMMAND_DEADLINE, work(redis));
    } catch (error) {
      // Of a connection that ended its own event tells.
      if (redis === this.#redis && isOfRedis(error)) this.#lose(error);
      return undefined;
    }
  }

  async #waitForOpening(opening: Promise<void>): Promise<void> {
    await within(COMMAND_DEADLINE, opening).catch(() => {
      // Once is enough.
      this.#opening = null;
    });
  }

  /** Ends the connection, and looks for no other. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#nextLook);
    this.#redis?.disconnect();
    this.#candidate?.disconnect();
    this.#redis = null;
  }

  /** A closed connection alone is no loss: servers and what is before them close those that are idle. */
  #reopen(): void {
    this.#opening = this.#open()
      .catch((error) => this.#lose(error))
      .finally(() => {
        this.#opening = null;
      });
  }

  async #open(): Promise<void> {
    const redis = this.#use.client();
    this.#candidate = redis;
    let trouble: unknown = null;
    // Its promises say only that the connection is closed; why is said by the event.
    redis.on('error', (error) => {
      trouble ??= error;
    });
    try {
      await within(
        OPENING_DEADLINE,
        redis.connect().then(() => this.#use.probe(redis)),
      );
    } catch (error) {
      redis.disconnect();
      throw trouble ?? error;
    } finally {
      this.#candidate = null;
    }
    if (this.#isClosed) return redis.disconnect();
    redis.once('end', () => this.#ended(redis, trouble));
    // It may have ended since, and then the event has been.
    if (redis.status !== 'ready') throw trouble ?? new Error('it closed the connection');
    this.#redis = redis;
    this.#openedAt = performance.now();
    if (this.#lostAt === null) return;
    this.#use.events.tokenCacheRecovered({ milliseconds: Math.round(performance.now() - this.#lostAt) });
    this.#lostAt = null;
  }

  #ended(redis: Redis, trouble: unknown): void {
    if (redis !== this.#redis || this.#isClosed) return;
    this.#redis = null;
    const wasShort = performance.now() - this.#openedAt < LOOK_AGAIN_AFTER;
    if (wasShort) this.#lose(trouble ?? new Error('it closed the connection'));
    else this.#reopen();
  }

  #lose(error: unknown): void {
    if (this.#isClosed) return;
    const lost = this.#redis;
    this.#redis = null;
    lost?.disconnect();
    if (this.#lostAt === null) {
      this.#lostAt = performance.now();
      this.#use.events.tokenCacheLost({ cause: troubleInWords(error) });
    }
    const pause = LOOK_AGAIN_AFTER * (1 + Math.random() / 2);
    this.#nextLook = setTimeout(() => this.#open().catch((again) => this.#lose(again)), pause);
  }
}

function isOfRedis(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof Error && error.name === 'ReplyError');
}

/** @throws NoAnswer when the milliseconds are over before */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = delay(milliseconds, null, { signal: stop.signal }).then(() => {
    throw new NoAnswer(milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}
