/** The open connections, by mailbox: reused as long as they are good, and never more than Exchange Online allows a mailbox. */

import type { Events } from '../../ports.ts';
import type { SubmissionConnection } from './submission-connection.ts';

/** Exchange Online refuses every connection above the third of a mailbox (432 4.3.2). */
const PER_MAILBOX = 3;

/** Whose connection it is, and to where. */
export interface Line {
  readonly mailbox: string;
  readonly server: string;
}

interface Connections {
  readonly line: Line;
  readonly idle: Map<SubmissionConnection, NodeJS.Timeout>;
  /** Places taken: connections that are open or being opened, idle or busy. */
  count: number;
  /** Those who wait, each given a free connection, or null and with it the place of one that has ended. */
  readonly waiting: ((connection: SubmissionConnection | null) => void)[];
}

export class MailboxConnections {
  readonly #events: Events;
  readonly #idle: number;
  readonly #lines = new Map<string, Connections>();
  #closing = false;

  /** @param idle milliseconds for which a connection is kept without work */
  constructor(events: Events, idle: number) {
    this.#events = events;
    this.#idle = idle;
  }

  /**
   * Lends a connection for one piece of work: a free one, a new one, or the next that becomes free.
   *
   * @param open opens a connection; its FailureError is passed on
   */
  async use<T>(
    line: Line,
    open: () => Promise<SubmissionConnection>,
    work: (connection: SubmissionConnection) => Promise<T>,
  ): Promise<T> {
    const connections = this.#connectionsOf(line);
    const connection = await this.#take(connections, open);
    try {
      return await work(connection);
    } finally {
      this.#giveBack(connections, connection);
    }
  }

  /** Ends the idle connections now and every busy one as soon as its work is done. */
  async close(): Promise<void> {
    this.#closing = true;
    const idle = [...this.#lines.values()].flatMap((connections) =>
      [...connections.idle.keys()].map((one) => this.#end(connections, one)),
    );
    await Promise.all(idle);
  }

  #connectionsOf(line: Line): Connections {
    const key = keyOf(line);
    const known = this.#lines.get(key);
    if (known) return known;
    const connections: Connections = { line, idle: new Map(), count: 0, waiting: [] };
    this.#lines.set(key, connections);
    return connections;
  }

  async #take(connections: Connections, open: () => Promise<SubmissionConnection>): Promise<SubmissionConnection> {
    const [free] = [...connections.idle.keys()].slice(-1);
    if (free) {
      clearTimeout(connections.idle.get(free));
      connections.idle.delete(free);
      return free;
    }
    if (connections.count >= PER_MAILBOX) {
      const given = await new Promise<SubmissionConnection | null>((resolve) => connections.waiting.push(resolve));
      return given ?? this.#open(connections, open);
    }
    connections.count += 1;
    return this.#open(connections, open);
  }

  /** Opens a connection in a place that is taken already. */
  async #open(connections: Connections, open: () => Promise<SubmissionConnection>): Promise<SubmissionConnection> {
    const started = performance.now();
    try {
      const connection = await open();
      connection.onEnd = (reason) => this.#forget(connections, connection, reason);
      this.#events.connectionOpened({ ...connections.line, milliseconds: Math.round(performance.now() - started) });
      return connection;
    } catch (error) {
      this.#passOn(connections);
      throw error;
    }
  }

  #giveBack(connections: Connections, connection: SubmissionConnection): void {
    if (!connection.usable) return;
    if (this.#closing) {
      void this.#end(connections, connection);
      return;
    }
    const next = connections.waiting.shift();
    if (next) next(connection);
    else
      connections.idle.set(connection, setTimeout(() => void this.#end(connections, connection), this.#idle).unref());
  }

  async #end(connections: Connections, connection: SubmissionConnection): Promise<void> {
    clearTimeout(connections.idle.get(connection));
    connections.idle.delete(connection);
    await connection.close(this.#closing ? 'the relay stops' : 'it was idle');
  }

  #forget(connections: Connections, connection: SubmissionConnection, reason: string): void {
    clearTimeout(connections.idle.get(connection));
    connections.idle.delete(connection);
    this.#events.connectionClosed({ ...connections.line, messages: connection.messages, reason });
    this.#passOn(connections);
  }

  /** The place of a connection that has ended goes to whoever waits, or is free. */
  #passOn(connections: Connections): void {
    const next = connections.waiting.shift();
    if (next) {
      next(null);
      return;
    }
    connections.count -= 1;
    if (connections.count === 0) this.#lines.delete(keyOf(connections.line));
  }
}

function keyOf({ mailbox, server }: Line): string {
  return `${mailbox.toLowerCase()} ${server}`;
}
