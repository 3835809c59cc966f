/** The reads of the outbox in SQL. Each looks at a bounded number of rows, because commits wait meanwhile. */

import type { DatabaseSync } from 'node:sqlite';
import { listing } from './listing.ts';
import type { Reads } from './operations.ts';
import { IN_FILE } from './totals.ts';
import { claimedRow, prepared, type StoreState } from './writes.ts';

const waiting = (
  status: string,
) => `SELECT submissions.seq AS seq, id, revision, client, tenant, mailbox, sender, priority,
    status, accepted_at, due_at, expires_at, retry, recipients, size, attempt_started_at
  FROM submissions INDEXED BY by_status LEFT JOIN marks USING (seq)
  WHERE status = '${status}' AND accepted_at >= ?1 AND (accepted_at > ?1 OR submissions.seq > ?2)`;

const statements = {
  find: 'SELECT record FROM submissions WHERE id = ?',
  load: 'SELECT record, content, bytes FROM submissions LEFT JOIN contents USING (seq) WHERE id = ?',
  claimed: `SELECT body_sha256, record FROM claims JOIN submissions USING (seq) WHERE claims.client = ? AND claims.key = ?`,
  unfinished: `SELECT json_group_array(json_array(seq, id, revision, client, tenant, mailbox, sender, priority,
      status, accepted_at, due_at, expires_at, retry, recipients, size, attempt_started_at)) AS rows
    FROM (${['queued', 'sending', 'deferred'].map(waiting).join(' UNION ALL ')} ORDER BY accepted_at, seq LIMIT ?3)`,
  usedSince: `SELECT json_group_array(json_array(at, mailbox, tenant, recipients, external, seq)) AS rows
    FROM (SELECT * FROM usage WHERE at >= ?1 AND (at > ?1 OR seq > ?2) ORDER BY at, seq LIMIT ?3)`,
  inFile: `SELECT 1 AS held FROM submissions WHERE id = ? AND content = ${IN_FILE}`,
};

export function readsOf(database: DatabaseSync, state: StoreState): Reads {
  const sql = prepared(database, statements);
  return {
    find(id) {
      const row = sql.find.get(id);
      return row ? String(row.record) : null;
    },

    load(id) {
      const row = sql.load.get(id);
      if (!row) return null;
      const bytes = row.bytes;
      return [String(row.record), Number(row.content), bytes instanceof Uint8Array ? bytes : null];
    },

    claimed(client, key) {
      const row = sql.claimed.get(client, key);
      return row ? claimedRow(row) : null;
    },

    list: listing(database, () => state.totals),

    unfinished(after, slice) {
      return String(sql.unfinished.get(...after, slice)?.rows);
    },

    usedSince(after, slice) {
      return String(sql.usedSince.get(...after, slice)?.rows);
    },

    inFiles(ids) {
      return ids.filter((id) => sql.inFile.get(id) !== undefined);
    },
  };
}
