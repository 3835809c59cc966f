/** Follows one session from outside, so that each refusal can say what it was about. No credential gets into it. */

import { type PathArgument, parsePath, type SmtpCommand } from './smtp-command.ts';

/** A command that was answered with 4yz or 5yz, or with silence. */
export interface Refused {
  /** Without credentials. */
  readonly command: string;
  /** Without the tail of host, time and session; null when there was none: the connection was cut, or nothing more was said on it. */
  readonly reply: string | null;
  /** The mailbox in `user=`, as far as it was said. */
  readonly authenticatedAs: string | null;
  /** What MAIL and RCPT had named before, as far as they were taken. */
  readonly mailFrom: string | null;
  readonly rcptTo: readonly string[];
}

const OPENING = { mailFrom: null, rcptTo: [], isRefused: false };

export class Refusals {
  readonly #onRefused: (refused: Refused) => void;
  #transaction: { mailFrom: string | null; rcptTo: readonly string[]; isRefused: boolean } = OPENING;

  constructor(onRefused: (refused: Refused) => void) {
    this.#onRefused = onRefused;
  }

  /**
   * Takes note of a command and its reply, before the reply goes out.
   *
   * @param reply null when there is none
   * @param user whom the client said to be
   */
  note({ verb, argument }: SmtpCommand, reply: string | null, user: string | null): void {
    const { mailFrom, rcptTo, isRefused } = this.#transaction;
    const refuses = reply === null || /^[45]/.test(reply);
    // Commands that were pipelined behind a refused one fail for its sake (RFC 2920 §3.1).
    const follows = isRefused && reply?.startsWith('503');
    if (refuses && !follows) {
      this.#transaction = { mailFrom, rcptTo, isRefused: true };
      this.#onRefused({
        command: `${verb} ${verb === 'AUTH' ? argument.split(' ')[0] : argument}`.trim(),
        reply: reply?.replace(/ \{(?:session|hostname)\}/g, '') ?? null,
        authenticatedAs: user,
        mailFrom,
        rcptTo,
      });
    } else if (verb === 'MAIL' && !refuses) {
      this.#transaction = { ...OPENING, mailFrom: addressIn(parsePath(argument, 'FROM')) };
    } else if (verb === 'RCPT' && !refuses) {
      this.#transaction = { mailFrom, rcptTo: [...rcptTo, addressIn(parsePath(argument, 'TO'))], isRefused };
    }
    this.#conclude(verb, reply);
  }

  #conclude(verb: string, reply: string | null): void {
    const isOver = ['RSET', 'EHLO', 'HELO', 'DATA'].includes(verb) || (verb === 'BDAT' && !reply?.includes('CHUNK'));
    if (isOver) this.#transaction = OPENING;
  }
}

function addressIn(path: PathArgument | 'syntax' | 'address'): string {
  return typeof path === 'string' ? '' : path.address;
}
