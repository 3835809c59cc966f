/** One large message at a time is parsed, decoded and composed: that takes several times its size, and side by side it would not be done sooner. */

/** Whose turn it is. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /**
   * Waits for all who asked before.
   *
   * @returns ends the turn; once or more often
   */
  async take(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = before.then(() => promise);
    await before;
    return resolve;
  }
}
