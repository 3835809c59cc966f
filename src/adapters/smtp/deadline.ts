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

export class Deadline {
  readonly #expire: (milliseconds: number) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param expire called with the time there was, once that is up */
  constructor(expire: (milliseconds: number) => void) {
    this.#expire = expire;
  }

  /** Counts anew, from now. */
  restart(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#expire, milliseconds, milliseconds);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
