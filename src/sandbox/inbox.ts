/** The messages the sandbox has caught: the newest last, bounded in number and size, the oldest going first. */

import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';

export const MAX_MESSAGES = 1_000;
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
    readonly command: 'DATA' | 'BDAT';
  };
}

export class Inbox {
  readonly #messages: CaughtMessage[] = [];
  readonly #arrivals = new EventEmitter<{ message: [CaughtMessage] }>().setMaxListeners(0);
  #octets = 0;

  /** All that is kept, the newest last. */
  get messages(): readonly CaughtMessage[] {
    return this.#messages;
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
    return message;
  }

  /** The next message to arrive; what is there already does not count. */
  async next(signal?: AbortSignal): Promise<CaughtMessage> {
    const [message] = await once(this.#arrivals, 'message', { ...(signal && { signal }) });
    return message;
  }

  clear(): void {
    this.#messages.length = 0;
    this.#octets = 0;
  }
}
