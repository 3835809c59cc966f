/** What the readers of a routing file share: the environment, the file's folder, and how names and files are read. */

import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { isMistake, type Mistake, quote } from '../readers.ts';
import type { Limits } from '../routing-config.ts';
import type { Environment } from '../setting.ts';
import { readTextFile } from '../text-file.ts';
import { type Entry, nearest, placeOf, reject, textAt } from './entry.ts';

export interface Reading {
  readonly env: Environment;
  /** Names of variables that the file refers to. */
  readonly referredTo: Set<string>;
  /** Relative paths begin here. */
  readonly folder: string;
  readonly limits: Limits;
  readonly now: Date;
}

/** A file that the routing file names, and where its mistakes are. */
export interface NamedFile {
  readonly place: string;
  readonly content: string;
}

/** Reads the file at a path; a path that leads nowhere is not shown, as it may be the secret itself. */
export function fileAt(entry: Entry | undefined, { folder }: Reading): NamedFile | undefined {
  const written = textAt(entry, asWritten);
  if (entry === undefined || written === undefined) return undefined;
  const path = resolve(folder, written);
  if (!isAbsolute(written) && !existsSync(path)) {
    return reject(
      entry,
      'is not the path of a file, seen from the folder of the routing file. It is not shown here, as it may be the secret itself.',
    );
  }
  const content = readTextFile(path);
  const place = `${placeOf(entry)} (${path})`;
  return isMistake(content) ? entry.file.report(place, `${content.mistake}.`) : { place, content };
}

/** What apps, tenants and clients are called: it stands in logs and in URLs. */
export function checkName(entry: Entry): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(entry.key)) return;
  reject(entry, 'is not a name; one of up to 64 letters, digits, ".", "-" and "_" is expected.');
}

/** The name of something that stands elsewhere in the file. */
export function nameAt(entry: Entry | undefined, what: string, known: readonly string[]): string | undefined {
  const name = textAt(entry, asWritten);
  if (entry === undefined || name === undefined || known.includes(name)) return name;
  return reject(entry, `there is no ${what} ${quote(name)}${nearest(name, known)}`);
}

function asWritten(text: string): string {
  return text;
}

/** A reader of one of several words. */
export function wordOf<Word extends string>(words: readonly Word[], what: string): (text: string) => Word | Mistake {
  return (text) =>
    words.find((word) => word === text) ?? {
      mistake: `${quote(text)} is not a ${what}; one of ${words.join(', ')} is expected`,
    };
}
