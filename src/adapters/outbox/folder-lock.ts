/** One process uses a folder at a time. The lock is one of the operating system, on a file of SQLite, so it ends with its process however that ends. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two looks. */
const LOOK_EVERY = 50;

/** https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;

export interface FolderLock {
  release(): void;
}

/** Its code is that of the operating system for what another process keeps: no defect, but something to be put right. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
  readonly code = 'EBUSY';

  constructor(folder: string) {
    super(
      `DATA_DIR ${folder} is used by another relay, and one folder is for one relay. Stop the other one, or give this one a folder of its own.`,
    );
  }
}

export interface Patience {
  /** Milliseconds to wait for another process to end. */
  readonly lockPatience: number;
  /** Told once, when it has to wait. */
  readonly waiting?: (() => void) | undefined;
}

/** @throws FolderInUseError when another process keeps it; the error of a file that cannot be written */
export async function lockFolder(folder: string, { lockPatience, waiting }: Patience): Promise<FolderLock> {
  const until = performance.now() + lockPatience;
  let hasWaited = false;
  for (;;) {
    const lock = tryLock(join(folder, 'lock'));
    if (lock) return lock;
    if (performance.now() >= until) {
      throw new FolderInUseError(folder);
    }
    if (!hasWaited) waiting?.();
    hasWaited = true;
    await delay(Math.min(LOOK_EVERY, Math.max(1, until - performance.now())));
  }
}

/** An exclusive transaction that writes nothing: SQLite locks the file for it, and nobody else is let in. */
function tryLock(path: string): FolderLock | null {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
    return { release: () => file.close() };
  } catch (error) {
    file.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) return null;
    throw error;
  }
}
