/** Finds a page of submissions, the newest first, along the index that leaves the fewest to be looked at; one call looks at a bounded number of them. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type SubmissionStatus, submissionStatuses } from '../../domain/submission.ts';
import { looksIntoRecords, matchesColumns, matchesRecord, mayMatchRecord } from '../../domain/submission-filter.ts';
import type { SubmissionFilter } from '../../ports/outbox.ts';
import type { Listed, Place } from './operations.ts';
import type { Totals } from './totals.ts';

/** Rows that one call looks at, some milliseconds; of those whose record has to be searched a fifth. */
const ROWS = 2_000;
const READ_COSTS = 4;
/** Characters of a record that take as long to search as it takes to look at a row. */
const READ_AT_ONCE = 4_000;

/** Characters of records on a page: with a thousand recipients and their failures a record is a megabyte, and so is what a caller is shown of it. */
export const PAGE_CHARACTERS = 1_000_000;

/** Indexes that are merged at most; beyond that all rows are gone through. */
const MOST_MERGED = 20;

/** Where to look: the rows with one of these values, each named once, in an index. */
export interface Way {
  readonly index: 'by_client' | 'by_mailbox' | 'by_tenant' | 'by_status';
  readonly column: 'client' | 'mailbox' | 'tenant' | 'status';
  readonly values: readonly string[];
}

export function listing(database: DatabaseSync, totals: () => Totals) {
  const recordOf = database.prepare('SELECT record FROM submissions WHERE seq = ?');
  const prepared = new Map<string, StatementSync>();
  const along = (way: Way): StatementSync => {
    const text = queryAlong(way);
    const statement = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, statement);
    return statement;
  };

  return (filter: SubmissionFilter, after: Place | null, limit: number): Listed => {
    const before = filter.acceptedBefore ?? Number.MAX_SAFE_INTEGER;
    const from: Place = after === null || after[0] >= before ? [before, 0] : after;
    const way = wayFor(filter, totals());
    // What no row can have is found without looking.
    if (way.values.length === 0) return { records: [], next: null };
    const reads = looksIntoRecords(filter);
    const found: string[] = [];
    let left = ROWS;
    let place: Place = from;
    let characters = 0;
    for (const row of along(way).iterate(...from, filter.acceptedFrom ?? 0, ...way.values)) {
      // There is one more to look at, so there may be a next page; only looking would tell whether it is asked for.
      if (left <= 0 || found.length === limit || characters >= PAGE_CHARACTERS) return { records: found, next: place };
      place = [Number(row.accepted_at), Number(row.seq)];
      left -= 1;
      const columns = {
        client: String(row.client),
        tenant: String(row.tenant),
        mailbox: String(row.mailbox),
        status: String(row.status) as SubmissionStatus,
        acceptedAt: place[0],
      };
      if (!matchesColumns(columns, filter)) continue;
      const record = String(recordOf.get(place[1])?.record);
      if (reads) left -= READ_COSTS + record.length / READ_AT_ONCE;
      if (reads && !(mayMatchRecord(record, filter) && matchesRecord(JSON.parse(record), filter))) continue;
      found.push(record);
      characters += record.length;
    }
    return { records: found, next: null };
  };
}

/** A status that few are in leads there quickest; without anything else to go by all statuses are all rows. */
function wayFor({ client, tenants, statuses, mailbox }: SubmissionFilter, { records }: Totals): Way {
  const all = submissionStatuses.reduce((sum, status) => sum + records[status], 0);
  const inStatuses = statuses?.reduce((sum, status) => sum + records[status], 0) ?? all;
  const byStatus: Way = { index: 'by_status', column: 'status', values: [...new Set(statuses ?? submissionStatuses)] };
  if (statuses && inStatuses < Math.max(ROWS, all / 20)) return byStatus;
  if (mailbox !== undefined) return { index: 'by_mailbox', column: 'mailbox', values: [mailbox] };
  if (client !== undefined) return { index: 'by_client', column: 'client', values: [client] };
  if (!tenants || tenants.length > MOST_MERGED) return byStatus;
  return { index: 'by_tenant', column: 'tenant', values: [...new Set(tenants)] };
}

/** Each value has its rows in order in the index, so that SQLite merges them as it goes and sorts nothing. */
export function queryAlong({ index, column, values }: Way): string {
  const each = values.map(
    (_, at) => `SELECT accepted_at, seq, client, tenant, mailbox, status FROM submissions INDEXED BY ${index}
      WHERE ${column} = ?${at + 4} AND accepted_at <= ?1 AND accepted_at >= ?3 AND (accepted_at < ?1 OR seq < ?2)`,
  );
  return `${each.join('\nUNION ALL\n')}\nORDER BY accepted_at DESC, seq DESC`;
}
