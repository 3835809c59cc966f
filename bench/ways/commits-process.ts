/** The process that only commits: one table without an index, a write-ahead log, `synchronous=FULL` (https://sqlite.org/pragma.html#pragma_synchronous). */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ContentFiles } from '../../src/adapters/outbox/content-files.ts';
import { LARGEST_IN_ROW } from '../../src/adapters/outbox/sqlite-outbox.ts';
import { answerEach, given, ready } from '../child.ts';
import { drive, type Load, type Taken } from '../load.ts';
import type { CommitsGiven } from './commits.ts';

const { folder, record, content } = given<CommitsGiven>();
const database = new DatabaseSync(join(folder, 'commits.db'));
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
database.exec('CREATE TABLE held (seq INTEGER PRIMARY KEY, record TEXT NOT NULL, content BLOB)');
const begin = database.prepare('BEGIN IMMEDIATE');
const insert = database.prepare('INSERT INTO held (record, content) VALUES (?, ?)');
const commit = database.prepare('COMMIT');
const text = 'x'.repeat(record);
const bytes = Buffer.alloc(content, 'x');
const files = content > LARGEST_IN_ROW ? await ContentFiles.open(join(folder, 'content')) : null;

function commitRows(rows: number): void {
  begin.run();
  for (let row = 0; row < rows; row += 1) insert.run(text, files ? null : bytes);
  commit.run();
}

function rowsAlone({ messages, outstanding }: Load): Taken {
  const latencies: number[] = [];
  const started = performance.now();
  for (let left = messages; left > 0; left -= outstanding) {
    const before = performance.now();
    commitRows(Math.min(left, outstanding));
    latencies.push(performance.now() - before);
  }
  return { milliseconds: performance.now() - started, latencies };
}

/** Each file is on disk before its row is, and those that are ready at the same time share a commit. */
function filesAndRows(load: Load, files: ContentFiles): Promise<Taken> {
  let waiting: (() => void)[] = [];
  const committed = (): Promise<void> =>
    new Promise((resolve) => {
      if (waiting.push(resolve) > 1) return;
      setImmediate(() => {
        const resolved = waiting;
        waiting = [];
        commitRows(resolved.length);
        for (const each of resolved) each();
      });
    });
  return drive(load, async () => {
    written += 1;
    await files.write(`content-${written}`, bytes);
    await committed();
  });
}
let written = 0;

answerEach((load: Load) => (files ? filesAndRows(load, files) : rowsAlone(load)));
ready({});
