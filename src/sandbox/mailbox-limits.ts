/** The limits of every mailbox, those of the sandbox unless it has its own, and the use that is made of each. */

import type { SandboxClock } from './clock.ts';
import { changedLimits, type LimitOptions, type Limits } from './limits.ts';
import { MailboxUse, type UseFigures } from './mailbox-use.ts';

export class MailboxLimits {
  readonly #clock: SandboxClock;
  readonly #given: Limits;
  readonly #givenOf: ReadonlyMap<string, LimitOptions>;
  #usual: Limits;
  #own: Map<string, LimitOptions>;
  /** By address in lower case. */
  readonly #uses = new Map<string, MailboxUse>();

  /**
   * @param own by address, where they differ from the usual ones
   * @throws RangeError when a limit is none
   */
  constructor(usual: Limits, own: ReadonlyMap<string, LimitOptions>, clock: SandboxClock) {
    for (const options of own.values()) changedLimits(usual, options);
    this.#given = usual;
    this.#givenOf = own;
    this.#usual = usual;
    this.#own = new Map(own);
    this.#clock = clock;
  }

  /** Those of the sandbox. */
  get usual(): Limits {
    return this.#usual;
  }

  of(mailbox: string): Limits {
    return { ...this.#usual, ...this.#own.get(mailbox.toLowerCase()) };
  }

  use(mailbox: string): MailboxUse {
    const name = mailbox.toLowerCase();
    const known = this.#uses.get(name);
    if (known) return known;
    const use = new MailboxUse(() => this.of(name), this.#clock);
    this.#uses.set(name, use);
    return use;
  }

  figures(mailbox: string): UseFigures {
    return this.use(mailbox).figures();
  }

  /**
   * Changes limits from now on; who waits for room is judged again.
   *
   * @param mailbox all that have no other figure of their own when absent
   * @throws RangeError when a limit is none
   */
  change(changes: LimitOptions, mailbox?: string): void {
    if (mailbox === undefined) this.#usual = changedLimits(this.#usual, changes);
    else {
      changedLimits(this.of(mailbox), changes);
      this.#own.set(mailbox.toLowerCase(), { ...this.#own.get(mailbox.toLowerCase()), ...changes });
    }
    for (const use of this.#uses.values()) use.limitsChanged();
  }

  /** The limits of the start, and nothing used. */
  reset(): void {
    this.#usual = this.#given;
    this.#own = new Map(this.#givenOf);
    for (const use of this.#uses.values()) use.reset();
  }
}
