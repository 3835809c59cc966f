/** Opens the database of the outbox so that what was committed survives a loss of power, and a commit costs one fsync. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrate } from './migrations.ts';

/** Milliseconds that a write waits for somebody who looks into the file meanwhile, a backup say. */
const BUSY_PATIENCE = 5_000;

/**
 * Pages are copied from the log into the file when there are 16 MiB of them: most belong to the same few places,
 * which are then written once. A log that grew beyond that is cut back to 64 MiB.
 */
const settings = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -16384;
PRAGMA temp_store = MEMORY;
PRAGMA secure_delete = FAST;
`;

export const DATABASE = 'outbox.db';

/** @throws Error when it cannot be opened, or a newer relay has written it */
export function openDatabase(folder: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, DATABASE), { timeout: BUSY_PATIENCE });
  try {
    database.exec(settings);
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
