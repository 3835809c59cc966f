/** Log lines on their way out. A line after a pause goes out at once, and so does a warning with all before it; what follows a line closely waits a moment for more, since each write costs as much as making the line. */

import { type DestinationStream, levels, symbols } from 'pino';

/** Milliseconds that a line waits at most while the event loop turns; while it does not, the next line takes it along. */
const PATIENCE = 20;
/** Characters that wait at most. */
const MOST = 8 * 1024;
const WARN = levels.values.warn ?? 40;

export class GatheredLines implements DestinationStream {
  /** Asks pino to say the level of each line. */
  readonly [symbols.needsMetadataGsym] = true;
  lastLevel = 0;
  readonly #output: DestinationStream;
  readonly #now: () => number;
  #waiting = '';
  #writtenAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  /** @param now milliseconds of a clock that is never set */
  constructor(output: DestinationStream, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  write(line: string): void {
    this.#waiting += line;
    const isUrgent = this.lastLevel >= WARN || this.#waiting.length >= MOST;
    if (isUrgent || this.#now() - this.#writtenAt >= PATIENCE) this.writeOut();
    else this.#timer ??= setTimeout(() => this.writeOut(), PATIENCE).unref();
  }

  /** Writes what waits. */
  writeOut(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting === '') return;
    const lines = this.#waiting;
    this.#waiting = '';
    this.#writtenAt = this.#now();
    this.#output.write(lines);
  }
}
