/** Counts what happened within the last so many milliseconds; what is older is forgotten. */

interface Entry {
  readonly at: number;
  readonly count: number;
}

export class SlidingWindow {
  #entries: Entry[] = [];
  #total = 0;

  /** Adds something that counts so much, at a time not before that of the last one. */
  add(at: number, count = 1): void {
    this.#entries.push({ at, count });
    this.#total += count;
  }

  /** How much lies after `now - length`. */
  total(now: number, length: number): number {
    const kept = this.#entries.findIndex(({ at }) => at > now - length);
    const gone = this.#entries.splice(0, kept < 0 ? this.#entries.length : kept);
    this.#total -= gone.reduce((sum, { count }) => sum + count, 0);
    return this.#total;
  }

  /** When an entry was added that has not been forgotten; 0 is the oldest. */
  timeOf(index: number): number | undefined {
    return this.#entries[index]?.at;
  }

  clear(): void {
    this.#entries = [];
    this.#total = 0;
  }
}
