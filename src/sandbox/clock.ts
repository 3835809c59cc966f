/** The sandbox's time: the machine's, or further on, so that a day's quota or a secret's end needs no waiting. */

export interface ClockOptions {
  /** Milliseconds since 1970 at which it starts; now when absent. */
  readonly start?: number;
  /** False for a clock that stands still and is moved by `advance` alone. */
  readonly running?: boolean;
}

export class SandboxClock {
  readonly #running: boolean;
  readonly #start: number;
  readonly #startedAt = Date.now();
  readonly #sleepers = new Set<() => void>();
  #advanced = 0;

  constructor({ start = Date.now(), running = true }: ClockOptions = {}) {
    this.#start = start;
    this.#running = running;
  }

  /** Milliseconds since 1970. */
  now(): number {
    const passed = this.#running ? Date.now() - this.#startedAt : 0;
    return this.#start + passed + this.#advanced;
  }

  /** Milliseconds by which it was moved. */
  get advanced(): number {
    return this.#advanced;
  }

  /** Moves it on by so many milliseconds, and wakes whoever waits for a time that has come. */
  advance(milliseconds: number): void {
    this.#advanced += milliseconds;
    for (const wake of [...this.#sleepers]) wake();
  }

  /** Takes back what it was moved. */
  reset(): void {
    this.advance(-this.#advanced);
  }

  /** Resolves at a time, or as soon as the signal aborts. */
  async until(time: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.now() < time) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = this.#running ? setTimeout(resolve, Math.min(time - this.now(), 2 ** 31 - 1)).unref() : undefined;
      this.#sleepers.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      clearTimeout(timer);
      this.#sleepers.delete(resolve);
    }
  }
}
