/** The process that only commits: one table without an index, a write-ahead log, `synchronous=FULL` (https://sqlite.org/pragma.html#pragma_synchronous). */

import { DatabaseSync } from 'node:sqlite';
import { answerEach, given, ready } from '../child.ts';
import type { Load, Taken } from '../load.ts';
import type { CommitsGiven } from './commits.ts';

const { file, record, content } = given<CommitsGiven>();
const database = new DatabaseSync(file);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
database.exec('CREATE TABLE held (seq INTEGER PRIMARY KEY, record TEXT NOT NULL, content BLOB NOT NULL)');
const begin = database.prepare('BEGIN IMMEDIATE');
const insert = database.prepare('INSERT INTO held (record, content) VALUES (?, ?)');
const commit = database.prepare('COMMIT');
const text = 'x'.repeat(record);
const bytes = Buffer.alloc(content, 'x');

answerEach(({ messages, outstanding }: Load): Taken => {
  const latencies: number[] = [];
  const started = performance.now();
  for (let left = messages; left > 0; left -= outstanding) {
    const before = performance.now();
    begin.run();
    for (let row = Math.min(left, outstanding); row > 0; row -= 1) insert.run(text, bytes);
    commit.run();
    latencies.push(performance.now() - before);
  }
  return { milliseconds: performance.now() - started, latencies };
});
ready({});
