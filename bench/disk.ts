/** The disk on which everything durable is measured: what is committed to memory proves nothing, so the report names it. */

import { fdatasyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Spread, spreadOf } from './measure.ts';

export interface Disk {
  /** Of the file system that has the temporary folders. */
  readonly kind: string;
  /** Whether it is memory that only looks like a disk. */
  readonly isMemory: boolean;
  /** Milliseconds of one fdatasync after a page was appended. */
  readonly sync: Spread;
}

/** statfs(2). */
const kinds: Readonly<Record<number, string>> = {
  16914836: 'tmpfs',
  2240043254: 'ramfs',
  61267: 'ext4',
  1481003842: 'XFS',
  2435016766: 'Btrfs',
  2035054128: 'overlayfs',
  801189825: 'ZFS',
};
const PAGE = Buffer.alloc(4_096, 'x');
const SYNCS = 200;

/** The disk of the temporary folders, as it is before the benchmark begins. */
export function diskNow(folder: string = tmpdir()): Disk {
  const { type } = statfsSync(folder);
  const kind = kinds[type] ?? `file system ${type.toString(16)}`;
  const path = join(folder, `exo-relay-bench-${process.pid}`);
  const file = openSync(path, 'wx');
  const times: number[] = [];
  for (let number = 0; number < SYNCS; number += 1) {
    writeSync(file, PAGE);
    const before = performance.now();
    fdatasyncSync(file);
    times.push(performance.now() - before);
  }
  rmSync(path);
  return { kind, isMemory: kind === 'tmpfs' || kind === 'ramfs', sync: spreadOf(times) };
}
