/** Does a piece of work for each of any number of things, never for more than a few at once: in memory there is no more of it than of those few. */

export class FewAtOnce<T> {
  readonly #most: number;
  readonly #work: (thing: T) => Promise<void>;
  readonly #waiting: T[] = [];
  #running = 0;

  /** @param work that does not fail */
  constructor(most: number, work: (thing: T) => Promise<void>) {
    this.#most = most;
    this.#work = work;
  }

  /** In no order. */
  add(thing: T): void {
    this.#waiting.push(thing);
    if (this.#running < this.#most) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running += 1;
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) await this.#work(next);
    this.#running -= 1;
  }
}
