/** The use of one mailbox against its limits: who submits, how much in the last minute and day; messages are let in, in their order. */

import type { SandboxClock } from './clock.ts';
import type { Limits } from './limits.ts';
import { SlidingWindow } from './sliding-window.ts';

const DAY = 86_400_000;

/** What is known of a mailbox's use; counted whether or not a limit is on. */
export interface UseFigures {
  /** Messages that were taken. */
  readonly messages: number;
  /** Messages taken within the last minute, as long as the mailbox's minute is. */
  readonly messagesInWindow: number;
  /** The most final dots that came within one minute: above the limit, a client does not pace itself. */
  readonly windowPeak: number;
  /** Messages that had to wait or were refused because the minute was used up. */
  readonly excess: number;
  /** Messages refused with 432, since they came on one connection too many. */
  readonly refused432: number;
  /** Authenticated connections now, and the most there were at once. */
  readonly connections: number;
  readonly connectionsPeak: number;
  /** Recipients of the last 24 hours. */
  readonly recipientsInDay: number;
  /** Messages refused because the day was used up. */
  readonly refusedRecipientQuota: number;
}

export class MailboxUse {
  readonly #limits: () => Limits;
  readonly #clock: SandboxClock;
  /** In the order in which they authenticated. */
  readonly #connections = new Set<AbortSignal>();
  readonly #dots = new SlidingWindow();
  readonly #taken = new SlidingWindow();
  readonly #recipients = new SlidingWindow();
  #lastInLine: Promise<void> = Promise.resolve();
  #limitsChanged = new AbortController();
  #counts = { messages: 0, windowPeak: 0, excess: 0, refused432: 0, connectionsPeak: 0, refusedRecipientQuota: 0 };

  constructor(limits: () => Limits, clock: SandboxClock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** A connection has authenticated; it counts until it closes. */
  connected(closed: AbortSignal): void {
    if (closed.aborted) return;
    this.#connections.add(closed);
    closed.addEventListener('abort', () => this.#connections.delete(closed), { once: true });
    this.#counts.connectionsPeak = Math.max(this.#counts.connectionsPeak, this.#connections.size);
  }

  /** A final dot has come. */
  dotCame(): void {
    const now = this.#clock.now();
    this.#dots.add(now);
    const inWindow = this.#dots.total(now, this.#limits().minute);
    this.#counts.windowPeak = Math.max(this.#counts.windowPeak, inWindow);
  }

  /** Whether a connection is one of those that may submit; counts it when not. The earliest ones may. */
  hasConnection(closed: AbortSignal): boolean {
    const { connections } = this.#limits();
    const has = connections === null || [...this.#connections].indexOf(closed) < connections;
    if (!has) this.#counts.refused432 += 1;
    return has;
  }

  /** Whether the day has room for so many recipients; counts it when not. */
  hasRecipients(count: number): boolean {
    const { recipientsPerDay } = this.#limits();
    const used = this.#recipients.total(this.#clock.now(), DAY);
    const has = recipientsPerDay === null || used + count <= recipientsPerDay;
    if (!has) this.#counts.refusedRecipientQuota += 1;
    return has;
  }

  /**
   * Lets a message in as soon as the minute has room for it.
   *
   * @param gone aborts when nobody waits for the answer any more
   * @returns `excess` when it is to be refused instead of waiting, `gone` when it was given up
   */
  async admit(recipients: number, gone: AbortSignal): Promise<'taken' | 'excess' | 'gone'> {
    const before = this.#lastInLine;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#lastInLine = promise;
    let counted = false;
    const count = (): void => {
      if (!counted) this.#counts.excess += 1;
      counted = true;
    };
    try {
      if (this.#roomAt() > this.#clock.now()) {
        count();
        if (this.#limits().excess === 'refuse') return 'excess';
      }
      await before;
      for (let at = this.#roomAt(); at > this.#clock.now(); at = this.#roomAt()) {
        count();
        if (this.#limits().excess === 'refuse') return 'excess';
        await this.#clock.until(at, AbortSignal.any([gone, this.#limitsChanged.signal]));
        if (gone.aborted) return 'gone';
      }
      if (gone.aborted) return 'gone';
      this.#taken.add(this.#clock.now());
      this.#recipients.add(this.#clock.now(), recipients);
      this.#counts.messages += 1;
      return 'taken';
    } finally {
      void before.then(resolve);
    }
  }

  /** Has whoever waits look at the limits again. */
  limitsChanged(): void {
    this.#limitsChanged.abort();
    this.#limitsChanged = new AbortController();
  }

  figures(): UseFigures {
    const now = this.#clock.now();
    return {
      ...this.#counts,
      messagesInWindow: this.#taken.total(now, this.#limits().minute),
      connections: this.#connections.size,
      recipientsInDay: this.#recipients.total(now, DAY),
    };
  }

  /** As if nothing had been submitted yet; connections that are open stay. */
  reset(): void {
    for (const window of [this.#dots, this.#taken, this.#recipients]) window.clear();
    const { size } = this.#connections;
    this.#counts = {
      messages: 0,
      windowPeak: 0,
      excess: 0,
      refused432: 0,
      connectionsPeak: size,
      refusedRecipientQuota: 0,
    };
    this.limitsChanged();
  }

  /** When the minute has room for one more. */
  #roomAt(): number {
    const { messagesPerMinute, minute } = this.#limits();
    const now = this.#clock.now();
    const used = this.#taken.total(now, minute);
    if (messagesPerMinute === null || used < messagesPerMinute) return now;
    return (this.#taken.timeOf(used - messagesPerMinute) ?? now) + minute;
  }
}
