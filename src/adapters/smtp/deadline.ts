/** A deadline that can be moved: each step of the SMTP dialogue has its own (RFC 5321 §4.5.3.2), and none may wait for ever. */

const SECOND = 1_000;

/** How long each step may take, in milliseconds; no sign of life in between makes it longer. */
export interface Deadlines {
  /** For DNS and TCP. */
  readonly connect: number;
  readonly greeting: number;
  /** For the reply to a command, and for the TLS handshake. */
  readonly command: number;
  /** For the reply to DATA, and for each 64 KiB of content to go out. */
  readonly data: number;
  /** For the reply to the final dot. */
  readonly finalDot: number;
  readonly quit: number;
  /** How long a connection is kept without work. */
  readonly idle: number;
}

export const standardDeadlines: Deadlines = {
  connect: 10 * SECOND,
  greeting: 30 * SECOND,
  command: 60 * SECOND,
  // RFC 5321 §4.5.3.2.4: 2 minutes.
  data: 120 * SECOND,
  // RFC 5321 §4.5.3.2.6: 10 minutes. Exchange holds this reply back from a mailbox that is too fast.
  finalDot: 600 * SECOND,
  quit: 2 * SECOND,
  // How long Exchange keeps an idle connection is not documented; this is meant to be less, so that it is we who end it.
  idle: 240 * SECOND,
};

/** Moved several times for each message, it keeps one timer, which looks where the deadline is by then. */
export class Deadline {
  readonly #expire: (milliseconds: number) => void;
  #timer: NodeJS.Timeout | undefined;
  /** Of performance.now(), as the next. */
  #looksAt = Number.POSITIVE_INFINITY;
  #strikesAt = Number.POSITIVE_INFINITY;
  #milliseconds = 0;

  /** @param expire called with the time there was, once that is up */
  constructor(expire: (milliseconds: number) => void) {
    this.#expire = expire;
  }

  /** Counts anew, from now. */
  restart(milliseconds: number): void {
    const now = performance.now();
    this.#milliseconds = milliseconds;
    this.#strikesAt = now + milliseconds;
    if (this.#strikesAt < this.#looksAt) this.#lookIn(milliseconds, now);
  }

  /** Does not strike before it is restarted. */
  rest(): void {
    this.#strikesAt = Number.POSITIVE_INFINITY;
  }

  /** Rests, and holds up the end of no process. */
  stop(): void {
    this.rest();
    clearTimeout(this.#timer);
    this.#looksAt = Number.POSITIVE_INFINITY;
  }

  #lookIn(milliseconds: number, now: number): void {
    clearTimeout(this.#timer);
    this.#looksAt = now + milliseconds;
    this.#timer = setTimeout(() => this.#look(), milliseconds);
  }

  #look(): void {
    const now = performance.now();
    const left = this.#strikesAt - now;
    this.#looksAt = Number.POSITIVE_INFINITY;
    if (left > 0) {
      if (left < Number.POSITIVE_INFINITY) this.#lookIn(left, now);
      return;
    }
    this.rest();
    this.#expire(this.#milliseconds);
  }
}
