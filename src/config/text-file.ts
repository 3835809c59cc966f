/** Reads a file that a setting names: its text without white space around it, or why there is none. */

import { readFileSync } from 'node:fs';
import type { Mistake } from './readers.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  ENOTDIR: 'the file does not exist',
  EACCES: 'the user that runs exo-relay may not read the file',
  EPERM: 'the user that runs exo-relay may not read the file',
  EISDIR: 'this is a folder; the path of a file is expected',
};

/**
 * Reads a text file in UTF-8; a byte order mark and the line break that editors put at the end are dropped.
 *
 * @param path absolute, or relative to the working directory
 */
export function readTextFile(path: string): string | Mistake {
  const text = readWholeTextFile(path);
  return typeof text === 'string' ? text.trim() : text;
}

/** Reads a text file in UTF-8 with all its lines where they are, without a byte order mark. */
export function readWholeTextFile(path: string): string | Mistake {
  try {
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    return text.trim() === '' ? { mistake: 'the file is empty' } : text;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { mistake: reasons[code] ?? `the file cannot be read (${code})` };
  }
}
