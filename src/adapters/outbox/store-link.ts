/** The way to the store thread: what is asked for in one turn of the event loop crosses at once, every call is answered or fails, and a thread that died is started again. */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Events } from '../../ports.ts';
import type { Answered, Asked, Call, Opened, Reads, Refused, Result, StoreOptions, Writes } from './operations.ts';
import { isOfDisk, refusal, unavailable, unknownAcceptance } from './outbox-failures.ts';
import { noTotals, type Totals, type TotalsRow, totalsOf, totalsRow } from './totals.ts';

/** Milliseconds between two looks whether it can be written again. */
const LOOK_AGAIN_AFTER = 1_000;

/** Bytes. */
const MOST_COPIED = 16 * 1024;

/** Somebody who waits for an answer. */
interface Caller {
  readonly kind: keyof Writes | keyof Reads;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Group {
  readonly writes: Call<Writes>[];
  readonly reads: Call<Reads>[];
  readonly contents: Uint8Array[];
  bytes: number;
}

type Answer<F> = F extends (...args: never[]) => infer R ? R : never;
type Args<F> = F extends (...args: infer A) => unknown ? A : never;

export interface StoreLinkUse extends StoreOptions {
  /** Told of those whose content file nobody needs any more. */
  readonly dropped: (ids: readonly string[]) => void;
  readonly events?: Pick<Events, 'outboxFailing' | 'outboxRecovered'>;
}

export class StoreLink {
  readonly #use: StoreLinkUse;
  #thread: Worker | null = null;
  #group: Group = emptyGroup();
  /** In the order in which they asked; those of the group that is still to be posted come last. */
  #writers: Caller[] = [];
  #readers: Caller[] = [];
  #nextLook: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #isClosed = false;
  #totals: TotalsRow = totalsRow(noTotals());
  #commits = 0;
  /** Since when it cannot be written; null while it can. */
  #failingSince: number | null = null;

  private constructor(use: StoreLinkUse) {
    this.#use = use;
  }

  /** @throws Error when the database cannot be opened */
  static async open(use: StoreLinkUse): Promise<StoreLink> {
    const link = new StoreLink(use);
    await link.#start();
    return link;
  }

  /** As of the last answer. */
  get totals(): Totals {
    return totalsOf(this.#totals);
  }

  get commits(): number {
    return this.#commits;
  }

  get isFailing(): boolean {
    return this.#failingSince !== null;
  }

  /** Where the next content begins among those that cross together. */
  get contentsEnd(): number {
    return this.#group.bytes;
  }

  /** @throws FailureError `outbox-unavailable`, or `acceptance-unknown` of what is enqueued */
  write<K extends keyof Writes>(kind: K, args: Args<Writes[K]>, content?: Uint8Array): Promise<Answer<Writes[K]>> {
    if (content && this.#thread && !this.#isClosed) {
      this.#group.contents.push(content);
      this.#group.bytes += content.length;
    }
    return this.#ask(this.#group.writes, this.#writers, [kind, args]);
  }

  /** @throws FailureError `outbox-unavailable` */
  read<K extends keyof Reads>(kind: K, args: Args<Reads[K]>): Promise<Answer<Reads[K]>> {
    return this.#ask(this.#group.reads, this.#readers, [kind, args]);
  }

  /** Ends the thread once it has done what was asked for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#nextLook);
    this.#post();
    await this.#looking;
    const thread = this.#thread;
    if (!thread) return;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage('close');
    await ended;
  }

  #ask<K extends keyof Writes | keyof Reads, T>(
    calls: (readonly [kind: K, args: readonly unknown[]])[],
    callers: Caller[],
    call: readonly [kind: K, args: readonly unknown[]],
  ): Promise<T> {
    if (this.#isClosed) return Promise.reject(unavailable('is closed'));
    if (!this.#thread) return Promise.reject(unavailable('has ended and is being started again'));
    const { writes, reads } = this.#group;
    // At the end of this turn of the event loop.
    if (writes.length + reads.length === 0) setImmediate(() => this.#post());
    calls.push(call);
    return new Promise((resolve, reject) => {
      callers.push({ kind: call[0], resolve: (value) => resolve(value as T), reject });
    });
  }

  #post(): void {
    const { writes, reads, contents, bytes } = this.#group;
    if (writes.length + reads.length === 0) return;
    this.#group = emptyGroup();
    const together = bytes > 0 ? inOnePiece(contents, bytes) : null;
    // What is small is copied sooner than handed over.
    const handedOver = together && bytes > MOST_COPIED ? [together.buffer] : [];
    this.#thread?.postMessage({ writes, reads, contents: together } satisfies Asked, handedOver);
  }

  async #start(): Promise<void> {
    const { folder, maxSubmissions, maxBytes } = this.#use;
    const workerData: StoreOptions = { folder, maxSubmissions, maxBytes };
    // The package has compiled files, a checkout has sources.
    const file = import.meta.url.endsWith('.ts') ? './store-thread.ts' : './store-thread.js';
    const thread = new Worker(new URL(file, import.meta.url), { workerData, name: 'outbox' });
    let cause: unknown = null;
    thread.on('error', (error) => {
      cause = error;
    });
    const [opened]: Opened[] = await once(thread, 'message');
    if (opened === undefined) throw new Error('The thread of the outbox did not start');
    if ('refused' in opened) throw new Error(opened.refused);
    this.#totals = opened.totals;
    this.#thread = thread;
    thread.on('message', (answered: Answered) => this.#answered(answered));
    thread.on('exit', () => this.#ended(cause));
  }

  #answered({ writes, reads, totals, dropped, commits }: Answered): void {
    this.#totals = totals;
    this.#commits = commits;
    if (writes.length > 0) this.#judge(writes);
    settle(this.#writers.splice(0, writes.length), writes);
    settle(this.#readers.splice(0, reads.length), reads);
    if (dropped.length > 0) this.#use.dropped(dropped);
  }

  /** Fails from a write that was refused until one succeeds. */
  #judge(writes: readonly Result[]): void {
    const refused = writes.find((result): result is Refused => 'refused' in result && isOfDisk(result));
    if (refused) this.#fail(refused.refused);
    else this.#recover();
  }

  /** Something else of the folder could not be written. */
  troubled(cause: string): void {
    this.#fail(cause);
  }

  #recover(): void {
    if (this.#failingSince === null) return;
    const milliseconds = Math.round(performance.now() - this.#failingSince);
    this.#failingSince = null;
    this.#use.events?.outboxRecovered({ milliseconds });
  }

  #fail(cause: string): void {
    if (this.#isClosed) return;
    if (this.#failingSince === null) {
      this.#failingSince = performance.now();
      this.#use.events?.outboxFailing({ cause });
    }
    clearTimeout(this.#nextLook);
    this.#nextLook = setTimeout(() => {
      this.#looking = this.#lookAgain();
    }, LOOK_AGAIN_AFTER).unref();
  }

  async #lookAgain(): Promise<void> {
    if (this.#failingSince === null) return;
    try {
      if (!this.#thread) await this.#start();
      await this.write('probe', [Date.now()]);
    } catch (error) {
      this.#fail(wordsOf(error));
    }
  }

  #ended(cause: unknown): void {
    this.#thread = null;
    const callers = [...this.#writers, ...this.#readers];
    this.#group = emptyGroup();
    this.#writers = [];
    this.#readers = [];
    for (const { kind, reject } of callers) {
      reject(kind === 'enqueue' ? unknownAcceptance(cause) : unavailable('ended', cause));
    }
    this.#fail(wordsOf(cause ?? 'its thread has ended'));
  }
}

function inOnePiece(contents: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const together = new Uint8Array(bytes);
  let at = 0;
  for (const content of contents) {
    together.set(content, at);
    at += content.length;
  }
  return together;
}

function settle(callers: readonly Caller[], results: readonly Result[]): void {
  for (const [index, { kind, resolve, reject }] of callers.entries()) {
    const result = results[index];
    if (result && 'value' in result) resolve(result.value);
    else reject(refusal(result ?? { refused: 'no answer', code: 0 }, kind));
  }
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function emptyGroup(): Group {
  return { writes: [], reads: [], contents: [], bytes: 0 };
}
