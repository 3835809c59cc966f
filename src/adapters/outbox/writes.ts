/** The writes of the outbox in SQL, each as few statements as it can be; a transaction is around them. Totals follow every row. */

import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { isFinal, type SubmissionStatus, submissionStatuses } from '../../domain/submission.ts';
import type { ClaimedRow, Place, Writes } from './operations.ts';
import { count, GONE, IN_FILE, IN_ROW, type Totals } from './totals.ts';

/** What the thread knows besides the database; it puts it back when a transaction fails. */
export interface StoreState {
  totals: Totals;
  nextSeq: number;
  /** Ids of those whose content file nobody needs after the commit. */
  dropped: string[];
  /** What came along with the call. */
  contents: Uint8Array;
}

export interface Bounds {
  readonly maxSubmissions: number;
  readonly maxBytes: number;
}

/** What has to be known of a row to change it. */
interface Present {
  readonly seq: number;
  readonly id: string;
  readonly revision: number;
  readonly status: SubmissionStatus;
  readonly client: string;
  readonly key: string | null;
  readonly size: number;
  readonly content: number;
}

const PRESENT = 'SELECT seq, id, revision, status, client, key, size, content FROM submissions';

const statements = {
  present: `${PRESENT} WHERE id = ?`,
  finishedBefore: `${PRESENT} INDEXED BY finished WHERE finished_at IS NOT NULL AND finished_at < ? ORDER BY finished_at LIMIT ?`,
  retainedBefore: `${PRESENT} INDEXED BY retained WHERE finished_at IS NOT NULL AND content > 0 AND finished_at < ? ORDER BY finished_at LIMIT ?`,
  insert: `INSERT INTO submissions (seq, id, revision, status, client, tenant, mailbox, sender, priority, retry, recipients,
    size, accepted_at, due_at, expires_at, finished_at, key, content, record)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  insertContent: 'INSERT INTO contents (seq, bytes) VALUES (?, ?)',
  insertClaim: 'INSERT INTO claims (client, key, body_sha256, seq, claimed_at) VALUES (?, ?, ?, ?, ?)',
  claimed: `SELECT body_sha256, record FROM claims JOIN submissions USING (seq) WHERE claims.client = ? AND claims.key = ?`,
  mark: 'INSERT OR REPLACE INTO marks (seq, attempt_started_at) VALUES (?, ?)',
  update: `UPDATE submissions SET revision = ?, status = ?, priority = ?, retry = ?, recipients = ?, due_at = ?,
    expires_at = ?, finished_at = ?, record = ?, content = ? WHERE seq = ?`,
  // A column that is not named costs no index its entry.
  updateSameStatus: `UPDATE submissions SET revision = ?, priority = ?, retry = ?, recipients = ?, due_at = ?,
    expires_at = ?, finished_at = ?, record = ?, content = ? WHERE seq = ?`,
  contentGone: `UPDATE submissions SET content = ${GONE} WHERE seq = ?`,
  unmark: 'DELETE FROM marks WHERE seq = ?',
  deleteContent: 'DELETE FROM contents WHERE seq = ?',
  deleteClaim: 'DELETE FROM claims WHERE client = ? AND key = ? AND seq = ?',
  deleteSubmission: 'DELETE FROM submissions WHERE seq = ?',
  insertUsage: `INSERT OR REPLACE INTO usage (seq, revision, at, mailbox, tenant, recipients, external) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  lastUsage: 'SELECT at FROM usage WHERE at < ?1 ORDER BY at LIMIT 1 OFFSET ?2',
  deleteUsage: 'DELETE FROM usage WHERE at < ?1 AND at <= ?2',
  claimsBefore: `SELECT claims.client, claims.key, claims.seq, claimed_at, finished_at FROM claims JOIN submissions USING (seq)
    WHERE claimed_at < ?1 AND (claimed_at, claims.seq) > (?2, ?3) ORDER BY claimed_at, claims.seq LIMIT ?4`,
  probe: 'INSERT OR REPLACE INTO probe (id, at) VALUES (1, ?)',
};

export function writesOf(database: DatabaseSync, state: StoreState, bounds: Bounds): Writes {
  const sql = prepared(database, statements);

  function find(id: string): Present | null {
    const row = sql.present.get(id);
    return row ? present(row) : null;
  }

  function dropContent({ seq, id, content }: Present): void {
    if (content === IN_ROW) sql.deleteContent.run(seq);
    else if (content === IN_FILE) state.dropped.push(id);
  }

  function freeKey({ client, key, seq }: Present): void {
    if (key !== null) sql.deleteClaim.run(client, key, seq);
  }

  function remove(row: Present): void {
    dropContent(row);
    freeKey(row);
    sql.unmark.run(row.seq);
    sql.deleteSubmission.run(row.seq);
    count(state.totals, row, -1);
  }

  function releaseContent(row: Present): void {
    dropContent(row);
    sql.contentGone.run(row.seq);
    count(state.totals, row, -1);
    count(state.totals, { ...row, content: GONE });
  }

  /** The oldest retained contents give way to what is new. */
  function keepWithinBounds(): void {
    const { totals } = state;
    while (totals.retained > 0 && (totals.bytes > bounds.maxBytes || totals.submissions > bounds.maxSubmissions)) {
      const oldest = sql.retainedBefore.get(Number.MAX_SAFE_INTEGER, 1);
      if (!oldest) return;
      releaseContent(present(oldest));
    }
  }

  return {
    enqueue(row, bodySha256, at) {
      const [, , status, client, , , , , , , size, acceptedAt, , , , key, content] = row;
      if (bodySha256 !== null && key !== null) {
        const earlier = sql.claimed.get(client, key);
        if (earlier) return claimedRow(earlier);
      }
      const seq = state.nextSeq++;
      sql.insert.run(seq, ...row);
      if (content === IN_ROW) sql.insertContent.run(seq, state.contents.subarray(at, at + size));
      if (bodySha256 !== null && key !== null) sql.insertClaim.run(client, key, bodySha256, seq, acceptedAt);
      count(state.totals, { status, size, content });
      keepWithinBounds();
      return null;
    },

    mark(id, attemptStartedAt) {
      const row = find(id);
      if (row) sql.mark.run(row.seq, attemptStartedAt);
      return row !== null;
    },

    record(id, changed, dropsContent, freesKey, usage) {
      const [revision, status, ...others] = changed;
      const row = find(id);
      if (!row || row.revision !== revision - 1) return false;
      // Its content gave way meanwhile: it cannot be submitted any more.
      if (row.content === GONE && !isFinal({ status })) return false;
      const content = dropsContent ? GONE : row.content;
      if (status === row.status) sql.updateSameStatus.run(revision, ...others, content, row.seq);
      else sql.update.run(revision, status, ...others, content, row.seq);
      if (dropsContent) dropContent(row);
      if (freesKey) freeKey(row);
      sql.unmark.run(row.seq);
      if (usage) sql.insertUsage.run(row.seq, revision, ...usage);
      count(state.totals, row, -1);
      count(state.totals, { status, content, size: row.size });
      keepWithinBounds();
      return true;
    },

    forget(id, revision) {
      const row = find(id);
      if (row?.revision !== revision) return false;
      remove(row);
      return true;
    },

    sweepFinished(before, slice) {
      const rows = sql.finishedBefore.all(before, slice).map(present);
      rows.forEach(remove);
      return rows.length;
    },

    sweepContents(before, slice) {
      const rows = sql.retainedBefore.all(before, slice).map(present);
      rows.forEach(releaseContent);
      return rows.length;
    },

    sweepUsage(before, slice) {
      const last = sql.lastUsage.get(before, slice - 1)?.at ?? before;
      return Number(sql.deleteUsage.run(before, last).changes);
    },

    sweepClaims(before, [at, seq], slice) {
      const rows = sql.claimsBefore.all(before, at, seq, slice);
      let next: Place | null = null;
      for (const row of rows) {
        const [client, key, ofSeq] = [String(row.client), String(row.key), Number(row.seq)];
        if (row.finished_at !== null) sql.deleteClaim.run(client, key, ofSeq);
        next = [Number(row.claimed_at), ofSeq];
      }
      return rows.length < slice ? null : next;
    },

    probe(at) {
      sql.probe.run(at);
      return null;
    },
  };
}

export function prepared<T extends Readonly<Record<string, string>>>(
  database: DatabaseSync,
  texts: T,
): { readonly [K in keyof T]: StatementSync } {
  const entries = Object.entries(texts).map(([name, text]) => [name, database.prepare(text)] as const);
  return Object.fromEntries(entries) as { readonly [K in keyof T]: StatementSync };
}

export function claimedRow(row: Record<string, SQLOutputValue>): ClaimedRow {
  return [String(row.body_sha256), String(row.record)];
}

function present(row: Record<string, SQLOutputValue>): Present {
  return {
    seq: Number(row.seq),
    id: String(row.id),
    revision: Number(row.revision),
    status: knownStatus(row.status),
    client: String(row.client),
    key: row.key === null ? null : String(row.key),
    size: Number(row.size),
    content: Number(row.content),
  };
}

function knownStatus(status: SQLOutputValue | undefined): SubmissionStatus {
  const known = submissionStatuses.find((each) => each === status);
  if (known === undefined) throw new Error(`The outbox has a submission with the unknown status ${status}`);
  return known;
}
