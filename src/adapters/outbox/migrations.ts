/** The tables of the outbox, as a list of steps that `PRAGMA user_version` counts: a step that was released is never changed, the next one is added behind it. */

import type { DatabaseSync } from 'node:sqlite';

/**
 * Indexes are those that requests wait for. In each, what is equal is in the order of acceptance: SQLite adds the seq
 * to every entry. By status the size is there too, so that the start adds up what is held without going to the rows.
 * `finished` and `retained` let the sweep find what it looks for, and cost a submission one entry. The record is the last
 * column, so that the others are read without it.
 */
const first = `
CREATE TABLE submissions (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  status TEXT NOT NULL,
  client TEXT NOT NULL,
  tenant TEXT NOT NULL,
  mailbox TEXT NOT NULL COLLATE NOCASE,
  sender TEXT NOT NULL,
  priority TEXT NOT NULL,
  retry INTEGER NOT NULL,
  recipients INTEGER NOT NULL,
  size INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  finished_at INTEGER,
  key TEXT,
  content INTEGER NOT NULL,
  record TEXT NOT NULL
);
CREATE INDEX by_client ON submissions (client, accepted_at);
CREATE INDEX by_mailbox ON submissions (mailbox, accepted_at);
CREATE INDEX by_tenant ON submissions (tenant, accepted_at);
CREATE INDEX by_status ON submissions (status, accepted_at, seq, size);
CREATE INDEX finished ON submissions (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX retained ON submissions (finished_at) WHERE finished_at IS NOT NULL AND content > 0;

CREATE TABLE contents (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL);

CREATE TABLE marks (seq INTEGER PRIMARY KEY, attempt_started_at INTEGER NOT NULL);

CREATE TABLE claims (
  client TEXT NOT NULL,
  key TEXT NOT NULL,
  body_sha256 TEXT NOT NULL,
  seq INTEGER NOT NULL,
  claimed_at INTEGER NOT NULL,
  PRIMARY KEY (client, key)
) WITHOUT ROWID;
CREATE INDEX claims_by_time ON claims (claimed_at, seq);

CREATE TABLE usage (
  at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  mailbox TEXT NOT NULL,
  tenant TEXT NOT NULL,
  recipients INTEGER NOT NULL,
  external INTEGER NOT NULL,
  PRIMARY KEY (at, seq, revision)
) WITHOUT ROWID;

CREATE TABLE probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
`;

export const migrations: readonly string[] = [first];

/**
 * Brings a database to the latest version, each step in a transaction of its own.
 *
 * @throws Error when a newer relay has written it
 */
export function migrate(database: DatabaseSync, steps: readonly string[] = migrations): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > steps.length) {
    throw new Error(
      `The outbox was written by a newer exo-relay: it has version ${version}, this one knows ${steps.length}. Start the newer one, or another DATA_DIR.`,
    );
  }
  for (const [index, step] of [...steps.entries()].slice(version)) {
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(step);
      database.exec(`PRAGMA user_version = ${index + 1}`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}
