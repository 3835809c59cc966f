/** The database with its calls: writes that arrive together are committed together, and what cannot be written fails alone. */

import type { DatabaseSync } from 'node:sqlite';
import type { Answered, Asked, Call, Refused, Result, StoreOptions, Writes } from './operations.ts';
import { readsOf } from './reads.ts';
import { countAll, type TotalsRow, totalsRow } from './totals.ts';
import { type StoreState, writesOf } from './writes.ts';

/** https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;
const NOTHING = new Uint8Array();

interface Job {
  readonly call: Call<Writes>;
  readonly contents: Uint8Array | null;
}

export class Store {
  readonly #database: DatabaseSync;
  readonly #state: StoreState;
  readonly #writes: ReturnType<typeof writesOf>;
  readonly #reads: ReturnType<typeof readsOf>;
  readonly #begin;
  readonly #commit;
  #commits = 0;

  constructor(database: DatabaseSync, options: StoreOptions) {
    this.#database = database;
    const last = database.prepare('SELECT max(seq) AS seq FROM submissions').get()?.seq;
    this.#state = {
      totals: countAll(database),
      nextSeq: Number(last ?? 0) + 1,
      dropped: [],
      contents: NOTHING,
    };
    this.#writes = writesOf(database, this.#state, options);
    this.#reads = readsOf(database, this.#state);
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  get totals(): TotalsRow {
    return totalsRow(this.#state.totals);
  }

  /** Writes go first, and are answered before anything is read: others wait for their commit. */
  answer(arrived: readonly Asked[], send: (answer: Answered) => void): void {
    const jobs = arrived.flatMap(({ writes, contents }) => writes.map((call) => ({ call, contents })));
    if (jobs.length > 0) send(this.#answered(this.#write(jobs), []));
    const reads = arrived.flatMap((asked) => asked.reads);
    if (reads.length > 0)
      send(
        this.#answered(
          [],
          reads.map(([kind, args]) => this.#read(kind, args)),
        ),
      );
  }

  close(): void {
    this.#checkpoint('TRUNCATE');
    this.#database.close();
  }

  #answered(writes: readonly Result[], reads: readonly Result[]): Answered {
    const { dropped } = this.#state;
    this.#state.dropped = [];
    return { writes, reads, totals: this.totals, dropped, commits: this.#commits };
  }

  #write(jobs: readonly Job[]): readonly Result[] {
    const together = this.#transaction(jobs);
    if (!('refused' in together)) return together;
    // Each alone would wait as long again for whoever has locked the file.
    if ((together.code & 0xff) === BUSY) return jobs.map(() => together);
    // On a full disk the log may have no room left while the database has: what is copied there frees the log.
    this.#checkpoint('PASSIVE');
    return jobs.map((job) => {
      const alone = this.#transaction([job]);
      return 'refused' in alone ? alone : (alone[0] ?? { value: null });
    });
  }

  #transaction(jobs: readonly Job[]): readonly Result[] | Refused {
    const { totals, nextSeq, dropped } = this.#state;
    const before = { totals: { ...totals, records: { ...totals.records } }, nextSeq, dropped: [...dropped] };
    try {
      this.#begin.run();
      const results = jobs.map(({ call: [kind, args], contents }) => {
        this.#state.contents = contents ?? NOTHING;
        return { value: Reflect.apply(this.#writes[kind], undefined, args) };
      });
      this.#commit.run();
      this.#commits += 1;
      return results;
    } catch (error) {
      Object.assign(this.#state, before);
      return this.#rolledBack(error);
    }
  }

  #checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): void {
    try {
      this.#database.exec(`PRAGMA wal_checkpoint(${mode})`);
    } catch {
      // What was committed is in the log, and the next start finds it there.
    }
  }

  /** A full disk ends the transaction by itself, most other errors do not. */
  #rolledBack(error: unknown): Refused {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // It ended meanwhile; the first error is the one to tell.
    }
    return refused(error);
  }

  #read(kind: Asked['reads'][number][0], args: readonly unknown[]): Result {
    try {
      return { value: Reflect.apply(this.#reads[kind], undefined, args) };
    } catch (error) {
      return refused(error);
    }
  }
}

function refused(error: unknown): Refused {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  return { refused: inWords(error), code };
}

export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
