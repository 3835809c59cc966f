/** The open connections, by mailbox: reused as long as they are good, never shared by two mailboxes, never more than Exchange Online allows a mailbox nor than the process may have. */

import { FailureError, failure } from '../../domain/failure.ts';
import type { AccessToken, ConnectionEnd, Events } from '../../ports.ts';
import type { SubmissionConnection } from './submission-connection.ts';
import { WaitingLine } from './waiting-line.ts';

/** Transactions a mailbox's last connection makes before it ends in favour of a mailbox that has none. */
const TURN = 10;

/** Whose connection it is, and to where. */
export interface Line {
  readonly mailbox: string;
  readonly tenant: string;
  readonly server: string;
  /** Connections of the mailbox at once: Exchange Online refuses every one above the third (432 4.3.2). */
  readonly maxConnections: number;
}

/** How a caller opens a connection when there is none to reuse. */
export interface Opening {
  readonly token: () => Promise<AccessToken>;
  /** @param onEnd called once, when the connection has ended or could not be opened */
  readonly connection: (token: AccessToken, onEnd: (reason: ConnectionEnd) => void) => SubmissionConnection;
}

export interface ConnectionLimits {
  /** Milliseconds for which a connection is kept without work. */
  readonly idle: number;
  /** Connections in the whole process. */
  readonly maxConnections: number;
  /** Milliseconds that a caller waits for a connection. */
  readonly maxWait: number;
  /** Callers that may wait for one mailbox. */
  readonly maxWaiting: number;
}

/** For health: connections that are open or being opened, those of them at work, and callers who wait. */
export interface ConnectionCounts {
  readonly open: number;
  readonly busy: number;
  readonly waiting: number;
}

/** One mailbox at work; forgotten with its last connection. */
interface Mailbox {
  readonly line: Line;
  /** Places of the mailbox: connections, and callers on their way to one. */
  places: number;
  /** The one used last at the end. */
  readonly idle: SubmissionConnection[];
  /** Each is given a free connection, or null and with it the place of one that has ended. */
  readonly waiting: WaitingLine<SubmissionConnection | null>;
}

interface Lease {
  readonly mailbox: Mailbox;
  readonly connection: SubmissionConnection;
  readonly reused: boolean;
}

export class MailboxConnections {
  readonly #events: Events;
  readonly #limits: ConnectionLimits;
  readonly #mailboxes = new Map<string, Mailbox>();
  /** All, from the first step of opening on: each has a place of the process. */
  readonly #connections = new Set<SubmissionConnection>();
  /** The longest idle first. */
  readonly #idle = new Map<SubmissionConnection, { readonly mailbox: Mailbox; readonly timer: NodeJS.Timeout }>();
  readonly #ending = new Set<SubmissionConnection>();
  /** Those who have a place of their mailbox and none of the process: each is given one by null, or a connection of their mailbox. */
  readonly #placeless = new WaitingLine<SubmissionConnection | null>();
  readonly #acquiring = new Set<(error: Error) => void>();
  /** Places of the process: connections, and callers who are just about to connect. */
  #places = 0;
  #closing = false;
  readonly #closed = Promise.withResolvers<void>();

  constructor(events: Events, limits: ConnectionLimits) {
    this.#events = events;
    this.#limits = limits;
  }

  get counts(): ConnectionCounts {
    const inLines = [...this.#mailboxes.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
    const busy = this.#places - this.#idle.size - this.#ending.size;
    return { open: this.#places, busy, waiting: inLines + this.#placeless.length };
  }

  /**
   * Lends a connection for one piece of work: a free one, a new one, or the next that becomes free.
   * One that turns out to have died while nobody used it costs nothing but the time to open another.
   */
  async use<T>(line: Line, opening: Opening, work: (connection: SubmissionConnection) => Promise<T>): Promise<T> {
    const until = performance.now() + this.#limits.maxWait;
    const lease = await this.#take(line, opening, until, 'any');
    try {
      return await this.#work(lease, work);
    } catch (error) {
      if (!lease.reused || !lease.connection.diedIdle) throw error;
    }
    return await this.#work(await this.#take(line, opening, until, 'new'), work);
  }

  /** Ends the idle connections now, every busy one as soon as its work is done, and sends away who has none; resolves when all are gone. */
  close(): Promise<void> {
    if (this.#closing) return this.#closed.promise;
    this.#closing = true;
    const refusal = shuttingDown();
    for (const { waiting } of [...this.#mailboxes.values()]) waiting.refuse(refusal);
    this.#placeless.refuse(refusal);
    for (const refuse of [...this.#acquiring]) refuse(refusal);
    for (const [connection] of [...this.#idle]) this.#end(connection, 'the relay stops');
    if (this.#places === 0) this.#closed.resolve();
    return this.#closed.promise;
  }

  /** Closes, and waits for nobody. */
  cut(): void {
    void this.close();
    for (const connection of [...this.#connections]) connection.cut(shuttingDown());
  }

  async #work<T>(lease: Lease, work: (connection: SubmissionConnection) => Promise<T>): Promise<T> {
    try {
      return await work(lease.connection);
    } finally {
      this.#giveBack(lease);
    }
  }

  async #take(line: Line, opening: Opening, until: number, which: 'any' | 'new'): Promise<Lease> {
    if (this.#closing) throw shuttingDown();
    const known = this.#mailboxOf(line);
    const free = which === 'any' || known.places >= line.maxConnections ? this.#idleOf(known) : undefined;
    if (free) return { mailbox: known, connection: free, reused: true };
    // It may have been forgotten meanwhile, with the last of its connections that had died.
    const mailbox = this.#mailboxOf(line);
    if (mailbox.places < line.maxConnections) mailbox.places += 1;
    else {
      const given = await this.#inLine(mailbox, until);
      if (given) return { mailbox, connection: given, reused: true };
    }
    return await this.#open(mailbox, opening, until);
  }

  #inLine(mailbox: Mailbox, until: number): Promise<SubmissionConnection | null> {
    const { waiting, line } = mailbox;
    const { maxWaiting } = this.#limits;
    if (waiting.length >= maxWaiting) throw busy(line, `${maxWaiting} messages wait for it already`);
    const late = () => busy(line, `this message has waited for ${this.#limits.maxWait / 1_000} seconds`);
    return waiting.wait(mailbox, until - performance.now(), late);
  }

  /** With a place of the mailbox taken already: the token first, so that a slow token endpoint keeps no place of the process from others. */
  async #open(mailbox: Mailbox, opening: Opening, until: number): Promise<Lease> {
    let token: AccessToken;
    try {
      token = await this.#orRefused(opening.token());
      if (this.#closing) throw shuttingDown();
      const given = await this.#placeOfProcess(mailbox, until);
      if (given) {
        this.#passOn(mailbox);
        return { mailbox, connection: given, reused: true };
      }
    } catch (error) {
      this.#passOn(mailbox);
      throw error;
    }
    const started = performance.now();
    let opened = false;
    const connection: SubmissionConnection = opening.connection(token, (reason) => {
      if (opened) this.#events.connectionClosed({ ...shown(mailbox.line), messages: connection.messages, reason });
      this.#forget(mailbox, connection);
    });
    this.#connections.add(connection);
    await connection.open();
    opened = true;
    this.#events.connectionOpened({ ...shown(mailbox.line), milliseconds: Math.round(performance.now() - started) });
    return { mailbox, connection, reused: false };
  }

  /** @returns null with a place, or a connection of this mailbox that became free meanwhile */
  async #placeOfProcess(mailbox: Mailbox, until: number): Promise<SubmissionConnection | null> {
    const { maxConnections, maxWait } = this.#limits;
    if (this.#places < maxConnections) {
      this.#places += 1;
      return null;
    }
    const late = () =>
      busy(
        mailbox.line,
        `the relay has ${maxConnections} connections, and none became free in ${maxWait / 1_000} seconds`,
      );
    const given = this.#placeless.wait(mailbox, until - performance.now(), late);
    const [longestIdle] = this.#idle.keys();
    if (longestIdle && this.#othersWait) this.#end(longestIdle, 'another mailbox needs its place');
    return await given;
  }

  /** Whether more wait for a place of the process than will come by connections that end already. */
  get #othersWait(): boolean {
    return this.#placeless.length > this.#ending.size;
  }

  /** The one that was used last, if it still lives. */
  #idleOf({ idle }: Mailbox): SubmissionConnection | undefined {
    for (let last = idle.at(-1); last; last = idle.at(-1)) {
      this.#unlist(last);
      if (last.usable) return last;
      last.discard();
    }
    return undefined;
  }

  #giveBack({ mailbox, connection }: Lease): void {
    if (!connection.usable) connection.discard();
    else if (this.#closing) this.#end(connection, 'the relay stops');
    else if (this.#placeless.serve(connection, mailbox)) return;
    else if (this.#othersWait && this.#turnIsOver(mailbox, connection))
      this.#end(connection, 'another mailbox needs its place');
    else if (!mailbox.waiting.serve(connection)) this.#rest(mailbox, connection);
  }

  #turnIsOver({ waiting, places }: Mailbox, { transactions }: SubmissionConnection): boolean {
    return waiting.length === 0 || places > 1 || transactions >= TURN;
  }

  #rest(mailbox: Mailbox, connection: SubmissionConnection): void {
    const timer = setTimeout(() => this.#end(connection, 'it was idle'), this.#limits.idle).unref();
    mailbox.idle.push(connection);
    this.#idle.set(connection, { mailbox, timer });
  }

  #end(connection: SubmissionConnection, reason: ConnectionEnd): void {
    this.#unlist(connection);
    this.#ending.add(connection);
    connection.close(reason);
  }

  /** No longer one of the idle. */
  #unlist(connection: SubmissionConnection): void {
    const entry = this.#idle.get(connection);
    if (!entry) return;
    const { mailbox, timer } = entry;
    clearTimeout(timer);
    mailbox.idle.splice(mailbox.idle.indexOf(connection), 1);
    this.#idle.delete(connection);
  }

  /** Its place of the process goes to who waits longest, its place of the mailbox to the next of the mailbox. */
  #forget(mailbox: Mailbox, connection: SubmissionConnection): void {
    this.#unlist(connection);
    this.#ending.delete(connection);
    this.#connections.delete(connection);
    if (!this.#placeless.serve(null)) this.#places -= 1;
    this.#passOn(mailbox);
    if (this.#closing && this.#places === 0) this.#closed.resolve();
  }

  #passOn(mailbox: Mailbox): void {
    if (mailbox.waiting.serve(null)) return;
    mailbox.places -= 1;
    if (mailbox.places === 0) this.#mailboxes.delete(keyOf(mailbox.line));
  }

  #mailboxOf(line: Line): Mailbox {
    const key = keyOf(line);
    const known = this.#mailboxes.get(key);
    if (known) return known;
    const mailbox: Mailbox = { line, places: 0, idle: [], waiting: new WaitingLine() };
    this.#mailboxes.set(key, mailbox);
    return mailbox;
  }

  /** What is waited for, unless everybody is sent away before. */
  #orRefused<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#acquiring.add(reject);
      work.then(resolve, reject).finally(() => this.#acquiring.delete(reject));
    });
  }
}

function keyOf({ mailbox, tenant, server }: Line): string {
  return JSON.stringify([mailbox.toLowerCase(), tenant, server]);
}

function shown({ mailbox, server }: Line) {
  return { mailbox, server };
}

function shuttingDown(): FailureError {
  return new FailureError(failure('shutting-down'));
}

function busy({ mailbox }: Line, reason: string): FailureError {
  const detail = `No connection of ${mailbox} is free: ${reason}.`;
  return new FailureError(failure('mailbox-busy', { detail, values: { mailbox } }));
}
