/** The token of one app in one tenant: renewed ahead of its expiry without anyone waiting, with at most one request under way. */

import { FailureError } from '../../domain/failure.ts';
import type { AccessToken, Clock } from '../../ports.ts';
import { pauseAfter, repeated } from './repeated-failure.ts';
import type { Wanted } from './token-cache.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A token is renewed this long before it expires; Exchange's high-volume host refuses tokens with less than 10 minutes to live. */
const RENEW_AHEAD = 10 * MINUTE;
/** With less than this left, callers wait for a new token. */
export const LAST_MINUTE = MINUTE;
/** Between a renewal that failed and the next one that nobody waits for. */
const REPEAT_AFTER = 30 * SECOND;
/** A right granted after a token was issued appears only in a newer token, so an old one that was refused is replaced, a newer one is not. */
const REFUSED_TOKEN_AGE = 5 * MINUTE;
/** Between two replacements of refused tokens. */
export const FORCE_INTERVAL = 10 * MINUTE;

/** Asks for a token: replicas that have one, or Entra ID. */
export type Ask = (wanted: Wanted) => Promise<AccessToken>;

export class RenewedToken {
  readonly #clock: Clock;
  #token: AccessToken | null = null;
  #request: Promise<AccessToken> | null = null;
  /** The last request failed, then. */
  #failure: { readonly error: unknown; readonly at: number } | null = null;
  #forcedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The token there is, be it valid or not. */
  get value(): AccessToken | null {
    return this.#token;
  }

  /** When the token expires; null when none is valid. */
  get validUntil(): Date | null {
    return this.#token && this.#left > 0 ? this.#token.expiresAt : null;
  }

  async acquire(ask: Ask): Promise<AccessToken> {
    const token = this.#token;
    if (token && (this.#left > LAST_MINUTE || (this.#left > 0 && this.#rests))) {
      this.keepFresh(ask);
      return token;
    }
    try {
      return await this.#renew(ask);
    } catch (error) {
      if (token && this.#left > 0) return token;
      throw error;
    }
  }

  /** Renews a token that will expire soon; nobody waits for it, and a failure is known to the events alone. */
  keepFresh(ask: Ask): void {
    if (this.#isDue && !this.#rests) this.#renew(ask).catch(() => {});
  }

  /** Lets the next request go at once, unless Entra ID has asked to be left alone. */
  forgetRefusal(): void {
    if (this.#failure?.error instanceof FailureError && this.#failure.error.failure.retryAfter === null) {
      this.#failure = null;
    }
  }

  async replace(refused: AccessToken, ask: Ask): Promise<AccessToken | null> {
    if (this.#token && this.#token.value !== refused.value && this.#left > 0) return this.#token;
    if (this.#now - refused.acquiredAt.getTime() <= REFUSED_TOKEN_AGE) return null;
    if (!this.#request) {
      if (this.#now - this.#forcedAt < FORCE_INTERVAL || this.#secondsToWait > 0) return null;
      this.#forcedAt = this.#now;
    }
    try {
      const token = await this.#renew(ask, refused);
      return token.value === refused.value ? null : token;
    } catch (error) {
      // The refusal of the old token stays what happened to the message.
      if (error instanceof FailureError) return null;
      throw error;
    }
  }

  get #now(): number {
    return this.#clock.now().getTime();
  }

  /** Milliseconds until the token expires. */
  get #left(): number {
    return this.#token ? this.#token.expiresAt.getTime() - this.#now : 0;
  }

  /** A token of short life is renewed in the middle of it, or it would be renewed all the time. */
  get #isDue(): boolean {
    if (!this.#token) return false;
    const lifetime = this.#token.expiresAt.getTime() - this.#token.acquiredAt.getTime();
    return this.#left <= Math.min(RENEW_AHEAD, lifetime / 2);
  }

  /** Whether the last request failed so lately that no other is made while a token serves. */
  get #rests(): boolean {
    if (this.#request || !this.#failure) return false;
    return this.#secondsToWait > 0 || this.#now - this.#failure.at < REPEAT_AFTER;
  }

  /** What is left of the time for which a failure is the answer. */
  get #secondsToWait(): number {
    if (!(this.#failure?.error instanceof FailureError)) return 0;
    const asked = pauseAfter(this.#failure.error.failure);
    const left = Math.ceil(asked - (this.#now - this.#failure.at) / SECOND);
    // More than was asked for is left when the clock was set back.
    return left <= asked ? Math.max(left, 0) : 0;
  }

  /** @param refused the token to replace, when it is for its refusal */
  async #renew(ask: Ask, refused?: AccessToken): Promise<AccessToken> {
    if (this.#request) return await this.#request;
    const { error } = this.#failure ?? {};
    if (error instanceof FailureError && this.#secondsToWait > 0) throw repeated(error, this.#secondsToWait);
    this.#request = ask({ insteadOf: refused ?? this.#token, isForced: refused !== undefined });
    try {
      this.#token = await this.#request;
      this.#failure = null;
      return this.#token;
    } catch (thrown) {
      this.#failure = { error: thrown, at: this.#now };
      throw thrown;
    } finally {
      this.#request = null;
    }
  }
}
