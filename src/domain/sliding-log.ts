/** A budget over the last so many milliseconds, kept as the log of what was used: in no window of that length is more used than the limit, which no bucket with a burst can promise. */

import type { Instant } from './submission.ts';

/** How many units at once, and when; what came close together may share one. */
interface Use {
  /** Of the first of them: what shares an entry is never farther apart than the grain. */
  readonly from: Instant;
  /** Of the last of them, with which all of them go: never too early. */
  readonly at: Instant;
  readonly units: number;
}

/** Uses closer together than this part of the window share an entry, so that a log of a day stays short. */
const GRAIN = 1 / 1_000;
/** Emptied entries at the head of the log before it is cut. */
const MOST_EMPTY = 1_024;

export class SlidingLog {
  readonly window: number;
  readonly #grain: number;
  #limit: number;
  #uses: Use[] = [];
  #first = 0;
  #used = 0;
  #reserved = 0;
  #exhaustedUntil: Instant = 0;

  /**
   * @param limit units in any window
   * @param window milliseconds
   */
  constructor(limit: number, window: number) {
    this.#limit = limit;
    this.window = window;
    // A minute is kept to the message.
    this.#grain = limit > 1_000 ? Math.floor(window * GRAIN) : 0;
  }

  get limit(): number {
    return this.#limit;
  }

  /** A changed limit acts at once. */
  set limit(limit: number) {
    this.#limit = limit;
  }

  /** Units used in the window that ends now, and those that are reserved. */
  used(now: Instant): number {
    this.#forget(now);
    return now < this.#exhaustedUntil
      ? Math.max(this.#limit, this.#used + this.#reserved)
      : this.#used + this.#reserved;
  }

  /**
   * When there is room for so many units.
   *
   * @returns `now` when there is; infinity when only the end of what is reserved makes room.
   *   More units than the limit itself have room in an empty window: they could never be used otherwise
   */
  roomAt(now: Instant, units = 1): Instant {
    this.#forget(now);
    // What uses nothing of it waits for nothing.
    if (units === 0) return now;
    if (now < this.#exhaustedUntil) return this.#exhaustedUntil;
    let over = this.#used + this.#reserved + Math.min(units, this.#limit) - this.#limit;
    if (over <= 0) return now;
    for (let index = this.#first; index < this.#uses.length; index += 1) {
      const use = this.#uses[index];
      if (!use) break;
      over -= use.units;
      if (over <= 0) return use.at + this.window;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Takes units that are about to be used: they count, whatever the time, until they are used or given back. */
  reserve(units = 1): void {
    this.#reserved += units;
  }

  /** Gives reserved units back unused. */
  release(units = 1): void {
    this.#reserved = Math.max(0, this.#reserved - units);
  }

  /** Units were used at an instant, none before the last one. */
  use(at: Instant, units = 1): void {
    if (units === 0) return;
    const last = this.#uses.at(-1);
    const latest = Math.max(at, last?.at ?? at);
    this.#used += units;
    if (last && latest - last.from < this.#grain) {
      this.#uses[this.#uses.length - 1] = { from: last.from, at: latest, units: last.units + units };
    } else this.#uses.push({ from: latest, at: latest, units });
  }

  /** The other side says that it is used up: until then there is no room. */
  exhaust(until: Instant): void {
    this.#exhaustedUntil = Math.max(this.#exhaustedUntil, until);
  }

  /** An operator says that there is room again. */
  refill(): void {
    this.#exhaustedUntil = 0;
  }

  #forget(now: Instant): void {
    const ahead = (this.#uses.at(-1)?.at ?? now) - now;
    // A clock that was set back: nothing is used in the future, so the last was used now at the latest.
    if (ahead > 0)
      this.#uses = this.#uses.map(({ from, at, units }) => ({ from: from - ahead, at: at - ahead, units }));
    for (let use = this.#uses[this.#first]; use && use.at + this.window <= now; use = this.#uses[this.#first]) {
      this.#used -= use.units;
      this.#first += 1;
    }
    if (this.#first > MOST_EMPTY || this.#first === this.#uses.length) {
      this.#uses = this.#uses.slice(this.#first);
      this.#first = 0;
    }
  }
}
