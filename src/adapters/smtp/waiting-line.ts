/** A line of callers who wait for a thing: served in the order in which they came, each for a limited time. */

interface Waiting<T> {
  /** On whose behalf it waits. */
  readonly owner: unknown;
  readonly give: (thing: T) => void;
  readonly refuse: (error: Error) => void;
}

export class WaitingLine<T> {
  readonly #waiting = new Set<Waiting<T>>();

  get length(): number {
    return this.#waiting.size;
  }

  /**
   * Waits at the end of the line.
   *
   * @param late the error once this time, in milliseconds, is up
   */
  wait(owner: unknown, milliseconds: number, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting<T> = {
        owner,
        give: (thing) => {
          leave();
          resolve(thing);
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(() => waiting.refuse(late()), Math.max(0, milliseconds));
      this.#waiting.add(waiting);
    });
  }

  /**
   * Gives a thing to the first in line, or to the first of one owner.
   *
   * @returns false when nobody waits for it
   */
  serve(thing: T, owner?: unknown): boolean {
    for (const waiting of this.#waiting) {
      if (owner !== undefined && waiting.owner !== owner) continue;
      waiting.give(thing);
      return true;
    }
    return false;
  }

  /** Sends everybody away. */
  refuse(error: Error): void {
    for (const waiting of this.#waiting) waiting.refuse(error);
  }
}
