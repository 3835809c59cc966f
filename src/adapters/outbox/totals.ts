/** How many records and bytes there are, counted along with the writes so that nobody ever has to count them in the database. */

import type { DatabaseSync } from 'node:sqlite';
import { isFinal, type SubmissionStatus, submissionStatuses } from '../../domain/submission.ts';

/** Where the content of a submission is. */
export const GONE = 0;
export const IN_ROW = 1;
export const IN_FILE = 2;

/** What decides where a record counts. */
export interface Counted {
  readonly status: SubmissionStatus;
  readonly content: number;
  readonly size: number;
}

/**
 * A submission counts for the bounds as long as its content is held: every unfinished one, and a finished one whose
 * content is retained. Finished records without content are a kilobyte or two and go with their time.
 */
export interface Totals {
  readonly records: Record<SubmissionStatus, number>;
  submissions: number;
  bytes: number;
  /** Of these what belongs to finished ones, and gives way to new ones. */
  retained: number;
  retainedBytes: number;
}

/** Adds a record, or with -1 takes it away. */
export function count(totals: Totals, { status, content, size }: Counted, sign: 1 | -1 = 1): void {
  totals.records[status] += sign;
  if (content === GONE) return;
  totals.submissions += sign;
  totals.bytes += sign * size;
  if (!isFinal({ status })) return;
  totals.retained += sign;
  totals.retainedBytes += sign * size;
}

export function noTotals(): Totals {
  const records = { queued: 0, sending: 0, deferred: 0, submitted: 0, failed: 0, 'in-doubt': 0, canceled: 0 };
  return { records, submissions: 0, bytes: 0, retained: 0, retainedBytes: 0 };
}

/** As they cross between threads, with every answer: numbers in a fixed order cost half of what an object does. */
export type TotalsRow = readonly number[];

export function totalsRow({ records, submissions, bytes, retained, retainedBytes }: Totals): TotalsRow {
  return [submissions, bytes, retained, retainedBytes, ...submissionStatuses.map((status) => records[status])];
}

export function totalsOf([submissions, bytes, retained, retainedBytes, ...counts]: TotalsRow): Totals {
  const totals = noTotals();
  for (const [index, status] of submissionStatuses.entries()) totals.records[status] = counts[index] ?? 0;
  return Object.assign(totals, { submissions, bytes, retained, retainedBytes });
}

/** Counts what is there, once, at the start: in indexes, and in the rows of what is retained. An unfinished submission always has its content. */
export function countAll(database: DatabaseSync): Totals {
  const totals = noTotals();
  const statuses = database.prepare('SELECT status, count(*) AS records FROM submissions GROUP BY status');
  for (const { status, records } of statuses.iterate()) {
    const known = submissionStatuses.find((each) => each === status);
    if (known) totals.records[known] = Number(records);
  }
  const held = (where: string) => {
    const row = database.prepare(`SELECT count(*) AS held, total(size) AS bytes FROM submissions ${where}`).get();
    return { held: Number(row?.held), bytes: Number(row?.bytes) };
  };
  const unfinished = held(`INDEXED BY by_status WHERE status IN ('queued', 'sending', 'deferred')`);
  const retained = held('INDEXED BY retained WHERE finished_at IS NOT NULL AND content > 0');
  return {
    ...totals,
    submissions: unfinished.held + retained.held,
    bytes: unfinished.bytes + retained.bytes,
    retained: retained.held,
    retainedBytes: retained.bytes,
  };
}
