/** The messages the sandbox has caught, and the commands it has refused: the newest last, bounded in number and size, the oldest going first. */

import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Refused } from './refusals.ts';

export const MAX_MESSAGES = 1_000;
export const MAX_REFUSALS = 1_000;
export const MAX_OCTETS = 256 * 1024 * 1024;

/** What the submission server took with a 250. */
export interface CaughtMessage {
  readonly id: string;
  readonly receivedAt: Date;
  readonly envelope: {
    readonly mailFrom: string;
    readonly rcptTo: readonly string[];
    /** Parameters of MAIL, by upper-case keyword: `SIZE`, `BODY`, `SMTPUTF8`, `RET`, `ENVID`. */
    readonly parameters: ReadonlyMap<string, string>;
  };
  /** The content exactly as it came, without stuffed dots and the final one. */
  readonly raw: Buffer;
  readonly session: {
    readonly id: string;
    readonly remoteAddress: string;
    /** What the client said in EHLO. */
    readonly ehlo: string;
    /** `TLSv1.3` */
    readonly tlsProtocol: string;
    /** The mailbox in `user=`. */
    readonly authenticatedAs: string;
    /** Of the token. */
    readonly tenantId: string;
    readonly clientId: string;
    readonly command: 'DATA' | 'BDAT';
  };
}

/** What the submission server answered with 4yz or 5yz, or with none at all. */
export interface Refusal extends Refused {
  readonly id: string;
  readonly refusedAt: Date;
  readonly sessionId: string;
}

export class Inbox {
  readonly #messages: CaughtMessage[] = [];
  readonly #refusals: Refusal[] = [];
  readonly #arrivals = new EventEmitter<{ message: [CaughtMessage]; change: [] }>().setMaxListeners(0);
  #octets = 0;

  /** All that is kept, the newest last. */
  get messages(): readonly CaughtMessage[] {
    return this.#messages;
  }

  /** The newest last. */
  get refusals(): readonly Refusal[] {
    return this.#refusals;
  }

  get(id: string): CaughtMessage | undefined {
    return this.#messages.find((message) => message.id === id);
  }

  add(caught: Omit<CaughtMessage, 'id' | 'receivedAt'>): CaughtMessage {
    const message = { ...caught, id: randomUUID(), receivedAt: new Date() };
    this.#messages.push(message);
    this.#octets += message.raw.length;
    while (this.#messages.length > MAX_MESSAGES || (this.#octets > MAX_OCTETS && this.#messages.length > 1)) {
      this.#octets -= this.#messages.shift()?.raw.length ?? 0;
    }
    this.#arrivals.emit('message', message);
    this.#arrivals.emit('change');
    return message;
  }

  addRefusal(refused: Omit<Refusal, 'id' | 'refusedAt'>): void {
    this.#refusals.push({ ...refused, id: randomUUID(), refusedAt: new Date() });
    if (this.#refusals.length > MAX_REFUSALS) this.#refusals.shift();
    this.#arrivals.emit('change');
  }

  /** The next message to arrive; what is there already does not count. */
  async next(signal?: AbortSignal): Promise<CaughtMessage> {
    const [message] = await once(this.#arrivals, 'message', { ...(signal && { signal }) });
    return message;
  }

  /** Waits until something comes in or all is cleared. */
  async changed(signal: AbortSignal): Promise<void> {
    await once(this.#arrivals, 'change', { signal });
  }

  clear(): void {
    this.#messages.length = 0;
    this.#refusals.length = 0;
    this.#octets = 0;
    this.#arrivals.emit('change');
  }
}
