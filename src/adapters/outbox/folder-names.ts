/** The names of files in a folder: each is on disk when its folder is (man 2 fsync). Windows has no such thing, and needs none. */

import { open } from 'node:fs/promises';

export interface FolderNames {
  /** Those that are there are on disk when this resolves. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export async function openNames(folder: string): Promise<FolderNames> {
  if (process.platform === 'win32') return { sync: async () => {}, close: async () => {} };
  return await open(folder, 'r');
}

export async function syncNames(folder: string): Promise<void> {
  const names = await openNames(folder);
  try {
    await names.sync();
  } finally {
    await names.close();
  }
}
