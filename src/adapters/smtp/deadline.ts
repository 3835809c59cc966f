/** A deadline that can be moved: each step of the SMTP dialogue has its own (RFC 5321 §4.5.3.2), and none may wait for ever. */

const SECOND = 1_000;

/** How long each step may take, in milliseconds. */
export interface Deadlines {
  /** From the start of connecting to the end of the TLS handshake; nodemailer counts them together. */
  readonly connect: number;
  readonly greeting: number;
  /** For the reply to a command. */
  readonly command: number;
  /** For the reply to DATA, and the longest pause while the content goes out. */
  readonly data: number;
  /** For the reply to the final dot. */
  readonly finalDot: number;
  readonly quit: number;
  /** How long a connection is kept without work. */
  readonly idle: number;
}

export const standardDeadlines: Deadlines = {
  connect: 40 * SECOND,
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
  readonly #expire: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  /** Rejects with code ETIMEDOUT when the time is up. */
  readonly expired: Promise<never>;

  /** @param milliseconds from now */
  constructor(milliseconds: number) {
    const { promise, reject } = Promise.withResolvers<never>();
    // Whoever races against it hears of it; when the race is over nobody needs to.
    promise.catch(() => {});
    this.expired = promise;
    this.#expire = reject;
    this.restart(milliseconds);
  }

  /** Counts anew, from now. */
  restart(milliseconds: number): void {
    clearTimeout(this.#timer);
    const error = Object.assign(new Error(`Timeout: no answer within ${milliseconds / SECOND} seconds`), {
      code: 'ETIMEDOUT',
    });
    this.#timer = setTimeout(() => this.#expire(error), milliseconds);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
