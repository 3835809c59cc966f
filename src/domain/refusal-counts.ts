/** Counts like refusals within a time, so that the relay stops before Exchange Online suspends the mailbox for them. */

import type { Instant } from './submission.ts';

export class RefusalCounts {
  /** That which was counted last at the end. */
  readonly #instants = new Map<string, Instant[]>();

  /** How many keys are remembered. */
  get size(): number {
    return this.#instants.size;
  }

  /**
   * Counts one more.
   *
   * @param key what makes refusals alike
   * @param window milliseconds
   * @returns how many there are within the window, this one included
   */
  count(key: string, now: Instant, window: number): number {
    const recent = [...(this.#instants.get(key) ?? []).filter((at) => now - at < window), now];
    this.#instants.delete(key);
    this.#instants.set(key, recent);
    this.#forgetBefore(now - window);
    return recent.length;
  }

  /** A client that may send as anybody can make up any number of senders. */
  #forgetBefore(instant: Instant): void {
    for (const [key, instants] of this.#instants) {
      if ((instants.at(-1) ?? 0) > instant) return;
      this.#instants.delete(key);
    }
  }

  /** Begins again with all whose key starts so. */
  forget(prefix: string): void {
    for (const key of [...this.#instants.keys()]) if (key.startsWith(prefix)) this.#instants.delete(key);
  }
}
