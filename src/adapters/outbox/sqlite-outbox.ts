/** The outbox of one process: SQLite in DATA_DIR, written by a thread of its own. What it says is done is on disk. */

import { join } from 'node:path';
import { FailureError } from '../../domain/failure.ts';
import type { Instant, Submission } from '../../domain/submission.ts';
import { looksIntoRecords } from '../../domain/submission-filter.ts';
import type {
  Change,
  Claimed,
  Enqueued,
  Fill,
  NewSubmission,
  Outbox,
  Page,
  Retention,
  StatusCounts,
  SubmissionFilter,
  Usage,
  Waiting,
} from '../../ports/outbox.ts';
import type { Events } from '../../ports.ts';
import { Admission } from './admission.ts';
import { changedRow, newRow, usageOf, usageRow, waitingOf } from './columns.ts';
import { ContentFiles } from './content-files.ts';
import { makeDataFolder, unusable } from './data-folder.ts';
import { type FolderLock, lockFolder, type Patience } from './folder-lock.ts';
import { PAGE_CHARACTERS } from './listing.ts';
import type { ClaimedRow, Place, UsedRow, WaitingRow } from './operations.ts';
import { unavailable } from './outbox-failures.ts';
import { readCursor, writeCursor } from './page-cursor.ts';
import { decodeRecord } from './record.ts';
import { StoreLink } from './store-link.ts';
import { IN_FILE, IN_ROW } from './totals.ts';

/** Bytes of the largest content that is written into a row; a file of its own costs an fsync more, and a share in one of the folder. */
export const LARGEST_IN_ROW = 64 * 1024;

/** Rows at once: small enough that a commit which waits meanwhile is not late. */
const SLICE = 5_000;
const SWEEP_SLICE = 200;

export interface SqliteOutboxOptions extends Patience {
  /** DATA_DIR. */
  readonly folder: string;
  readonly maxSubmissions: number;
  readonly maxBytes: number;
  /** Told when it cannot be written, and when it can again. */
  readonly events?: Pick<Events, 'outboxFailing' | 'outboxRecovered'>;
}

/**
 * Opens the outbox of a folder, which is made when it is missing.
 *
 * @throws Error that names the folder: it cannot be used, another relay uses it, or a newer one has written it
 */
export async function openSqliteOutbox(options: SqliteOutboxOptions): Promise<SqliteOutbox> {
  const { folder } = options;
  await makeDataFolder(folder);
  const lock = await lockFolder(folder, options);
  let files: ContentFiles | null = null;
  let link: StoreLink | null = null;
  try {
    const contents = await ContentFiles.open(join(folder, 'content'));
    files = contents;
    const opened = await StoreLink.open({
      ...options,
      dropped: (ids) => contents.remove(ids),
    });
    link = opened;
    await contents.removeOrphans((ids) => opened.read('inFiles', [ids]));
    return new SqliteOutbox({ link: opened, files: contents, lock, options });
  } catch (error) {
    await link?.close();
    await files?.close();
    lock.release();
    throw unusable(folder, error);
  }
}

interface Parts {
  readonly link: StoreLink;
  readonly files: ContentFiles;
  readonly lock: FolderLock;
  readonly options: SqliteOutboxOptions;
}

export class SqliteOutbox implements Outbox {
  readonly #link: StoreLink;
  readonly #files: ContentFiles;
  readonly #lock: FolderLock;
  readonly #admission: Admission;
  #searched: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor({ link, files, lock, options }: Parts) {
    this.#link = link;
    this.#files = files;
    this.#lock = lock;
    this.#admission = new Admission(options, () => link.totals);
  }

  get fill(): Fill {
    return { ...this.#admission.fill, failing: this.#link.isFailing };
  }

  /** How often was it written to disk. */
  get commits(): number {
    return this.#link.commits;
  }

  async enqueue({ submission, content, claim }: NewSubmission): Promise<Enqueued> {
    const leave = this.#admission.enter(content.length);
    try {
      const isLarge = content.length > LARGEST_IN_ROW;
      if (isLarge) await this.#writeFile(submission.id, content);
      const row = newRow(submission, content.length, isLarge ? IN_FILE : IN_ROW);
      const args = [row, claim?.bodySha256 ?? null, this.#link.contentsEnd] as const;
      const claimed = await this.#link.write('enqueue', [...args], isLarge ? undefined : content);
      if (claimed === null) return { kind: 'held' };
      if (isLarge) this.#files.remove([submission.id]);
      return { kind: 'claimed', ...claimedOf(claimed) };
    } catch (error) {
      // Of a submission that may be held the content stays; whether it is, the next start sees.
      if (error instanceof FailureError && error.failure.code === 'outbox-unavailable') {
        if (content.length > LARGEST_IN_ROW) this.#files.remove([submission.id]);
      }
      throw error;
    } finally {
      leave();
    }
  }

  async load(id: string) {
    const row = await this.#link.read('load', [id]);
    if (row === null) return null;
    const [record, where, inRow] = row;
    return { submission: decodeRecord(record), content: where === IN_FILE ? await this.#readFile(id) : inRow };
  }

  async find(id: string): Promise<Submission | null> {
    const record = await this.#link.read('find', [id]);
    return record === null ? null : decodeRecord(record);
  }

  async claimed(client: string, key: string): Promise<Claimed | null> {
    const row = await this.#link.read('claimed', [client, key]);
    return row === null ? null : claimedOf(row);
  }

  async mark(id: string, attemptStartedAt: Instant): Promise<void> {
    const isThere = await this.#link.write('mark', [id, attemptStartedAt]);
    if (!isThere) throw unavailable(`has no submission ${id} any more, so no attempt of it can be marked`);
  }

  record({ submission, dropContent = false, freeKey = false, usage }: Change): Promise<boolean> {
    const used = usage ? usageRow(usage) : null;
    return this.#link.write('record', [submission.id, changedRow(submission), dropContent, freeKey, used]);
  }

  forget(id: string, revision: number): Promise<boolean> {
    return this.#link.write('forget', [id, revision]);
  }

  list(filter: SubmissionFilter, after: string | null, limit: number): Promise<Page> {
    if (!looksIntoRecords(filter)) return this.#page(filter, after, limit);
    // One after the other: however many search, a commit waits for one piece of one search.
    const page = this.#searched.then(() => this.#page(filter, after, limit));
    this.#searched = page.then(ignored, ignored);
    return page;
  }

  async #page(filter: SubmissionFilter, after: string | null, limit: number): Promise<Page> {
    const submissions: Submission[] = [];
    let place = after === null ? null : readCursor(after);
    let characters = 0;
    do {
      const { records, next } = await this.#link.read('list', [filter, place, limit - submissions.length]);
      submissions.push(...records.map(decodeRecord));
      characters += records.reduce((sum, { length }) => sum + length, 0);
      place = next;
    } while (place !== null && submissions.length < limit && characters < PAGE_CHARACTERS);
    return { submissions, next: place === null ? null : writeCursor(place) };
  }

  unfinished(): AsyncIterable<readonly Waiting[]> {
    const placeOf = (row: WaitingRow): Place => [row[9], row[0]];
    return this.#pieces('unfinished', [0, 0], placeOf, waitingOf);
  }

  usedSince(instant: Instant): AsyncIterable<readonly Usage[]> {
    const placeOf = (row: UsedRow): Place => [row[0], row[5]];
    // No seq is negative: the first place is before all of that instant.
    return this.#pieces('usedSince', [instant, -1], placeOf, usageOf);
  }

  async counts(): Promise<StatusCounts> {
    return { ...this.#link.totals.records };
  }

  async sweep(retention: Retention): Promise<number> {
    const gone = await this.#bySlices('sweepFinished', retention.finishedBefore);
    await this.#bySlices('sweepContents', retention.contentOfFinishedBefore);
    await this.#bySlices('sweepUsage', retention.usedBefore);
    let place: Place | null = [0, 0];
    while (place) place = await this.#link.write('sweepClaims', [retention.claimedBefore, place, SWEEP_SLICE]);
    return gone;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#link.close();
    await this.#files.close();
    this.#lock.release();
  }

  /** While one piece is used the next is read. */
  async *#pieces<Row, T>(
    kind: 'unfinished' | 'usedSince',
    from: Place,
    placeOf: (row: Row) => Place,
    asItIs: (row: Row) => T,
  ): AsyncIterable<readonly T[]> {
    let reading: Promise<string> | null = this.#link.read(kind, [from, SLICE]);
    while (reading) {
      const rows: readonly Row[] = JSON.parse(await reading);
      const last = rows.at(-1);
      reading = last && rows.length === SLICE ? this.#link.read(kind, [placeOf(last), SLICE]) : null;
      // Nobody may wait for it any more, when the pieces before were enough.
      reading?.catch(() => {});
      if (last) yield rows.map(asItIs);
    }
  }

  async #bySlices(kind: 'sweepFinished' | 'sweepContents' | 'sweepUsage', before: Instant): Promise<number> {
    let gone = 0;
    for (;;) {
      const slice = await this.#link.write(kind, [before, SWEEP_SLICE]);
      gone += slice;
      if (slice < SWEEP_SLICE) return gone;
    }
  }

  async #writeFile(id: string, content: Uint8Array): Promise<void> {
    try {
      await this.#files.write(id, content);
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      // A small message may still have room where a large one has none: the next write, or a look, says so.
      this.#link.troubled(cause);
      throw unavailable(`could not write the content: ${cause}`, error);
    }
  }

  async #readFile(id: string): Promise<Uint8Array | null> {
    try {
      return await this.#files.read(id);
    } catch (error) {
      throw unavailable(`could not read the content: ${error instanceof Error ? error.message : error}`, error);
    }
  }
}

function ignored(): void {}

function claimedOf([bodySha256, record]: ClaimedRow): Claimed {
  return { submission: decodeRecord(record), bodySha256 };
}
