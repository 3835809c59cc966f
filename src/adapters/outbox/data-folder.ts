/** DATA_DIR: made when it is missing, readable by nobody else, and refused by its name when it cannot be used. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncNames } from './folder-names.ts';

/** Its code is one of the operating system: no defect that a stack of calls explains, but something to be put right. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
  readonly code = 'EACCES';
}

/** @throws DataFolderError that names the folder */
export async function makeDataFolder(folder: string): Promise<void> {
  try {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncNames(dirname(made));
  } catch (error) {
    throw unusable(folder, error);
  }
}

export function unusable(folder: string, error: unknown): DataFolderError {
  const why = error instanceof Error ? error.message : String(error);
  return new DataFolderError(`DATA_DIR ${folder} cannot be used: ${why}`, { cause: error });
}
