/** What a test has told the submission server to answer next, by mailbox and recipient: each for so many times, the earliest first. */

import { randomUUID } from 'node:crypto';
import type { SandboxClock } from './clock.ts';

export const scriptPoints = ['auth', 'mail', 'rcpt', 'data', 'final-dot'] as const;
export type ScriptPoint = (typeof scriptPoints)[number];

export interface ReplyScript {
  /** What is answered with it. */
  readonly at: ScriptPoint;
  /** Only for this mailbox; every one when absent. */
  readonly mailbox?: string;
  /** Only where this address, or an address of `*@domain`, is a recipient; from RCPT on. */
  readonly recipient?: string;
  /** How often; once when absent. */
  readonly times?: number;
  /** Milliseconds before the answer. */
  readonly delay?: number;
  /**
   * A 4yz or 5yz reply, `{session}` and `{hostname}` being filled in; null resets the connection without one.
   * When absent everything is as usual, behind the delay.
   */
  readonly reply?: string | null;
  /** Closes the connection behind the reply. */
  readonly closes?: boolean;
  /** Where the connection is reset behind the final dot: takes the message all the same, so that it has arrived. */
  readonly takes?: boolean;
}

export interface PendingScript extends ReplyScript {
  readonly id: string;
  /** How often it is still to be played. */
  readonly left: number;
}

const REPLY = /^[45]\d\d [\x20-\x7e]{1,400}$/;

export class ScriptedReplies {
  readonly #clock: SandboxClock;
  #scripts: PendingScript[] = [];

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  /** Those that are still to be played. */
  get pending(): readonly PendingScript[] {
    return this.#scripts;
  }

  /**
   * Plays a reply from now on.
   *
   * @throws RangeError when it is none, or can never be played
   */
  add(script: ReplyScript): PendingScript {
    const { at, recipient, reply, closes, takes, delay = 0, times = 1 } = script;
    if (typeof reply === 'string' && !REPLY.test(reply))
      throw new RangeError('reply is one line of printable ASCII that begins with a code from 400 to 599, or null');
    if (reply === undefined && delay === 0) throw new RangeError('reply or delay says what is to happen');
    if (recipient !== undefined && (at === 'auth' || at === 'mail'))
      throw new RangeError(`recipient is not known at ${at}; it is at rcpt, data and final-dot`);
    if (takes && (at !== 'final-dot' || reply !== null))
      throw new RangeError('takes goes with reply null at final-dot; after a refusal no message has arrived');
    if (closes && typeof reply !== 'string') throw new RangeError('closes goes with a reply');
    const pending = { ...script, id: randomUUID(), left: times };
    this.#scripts.push(pending);
    return pending;
  }

  /** @returns whether there was one */
  remove(id: string): boolean {
    const before = this.#scripts.length;
    this.#scripts = this.#scripts.filter((script) => script.id !== id);
    return this.#scripts.length < before;
  }

  clear(): void {
    this.#scripts = [];
  }

  /**
   * Plays what is next: waits, and tells what to answer.
   *
   * @param recipients those the answer is about
   * @param closed ends the wait
   * @returns undefined when everything is to be as usual
   */
  async play(
    at: ScriptPoint,
    mailbox: string,
    recipients: readonly string[],
    closed: AbortSignal,
  ): Promise<PlayedReply | undefined> {
    const found = this.#scripts.find((script) => script.at === at && isFor(script, mailbox, recipients));
    if (!found) return undefined;
    const { reply, delay = 0, closes, takes } = found;
    this.#scripts = this.#scripts.flatMap((script) => {
      if (script !== found) return [script];
      return script.left > 1 ? [{ ...script, left: script.left - 1 }] : [];
    });
    if (delay > 0) await this.#clock.until(this.#clock.now() + delay, closed);
    if (reply === undefined) return undefined;
    return { reply, ...(closes && { closes }), ...(takes && { takes }) };
  }
}

export interface PlayedReply {
  readonly reply: string | null;
  readonly closes?: true;
  readonly takes?: true;
}

function isFor(script: ReplyScript, mailbox: string, recipients: readonly string[]): boolean {
  if (script.mailbox !== undefined && script.mailbox.toLowerCase() !== mailbox.toLowerCase()) return false;
  const wanted = script.recipient?.toLowerCase();
  if (wanted === undefined) return true;
  return recipients.some((recipient) => {
    const address = recipient.toLowerCase();
    return wanted.startsWith('*@') ? address.endsWith(wanted.slice(1)) : address === wanted;
  });
}
