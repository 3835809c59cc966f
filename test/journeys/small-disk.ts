/** A folder that has little room, and can be given more while a relay uses it. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For the option `skip` of a test: why there can be no file system of a test's own, or false. */
export const withoutTmpfs: string | false = canMount()
  ? false
  : 'a small file system is mounted by root alone, with the capability SYS_ADMIN';

/** For the option `skip` of a test: why no process can be limited, or false. */
export const withoutPrlimit: string | false =
  spawnSync('prlimit', ['--version']).status === 0
    ? false
    : 'prlimit is not here; "apt-get install util-linux" brings it';

export interface SmallDisk extends Disposable {
  readonly folder: string;
  /** Makes it larger. */
  grow(mebibytes: number): void;
}

export function mountSmallDisk(mebibytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'exo-relay-small-disk-'));
  run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
  return {
    folder,
    grow: (more) => run('mount', ['-o', `remount,size=${more}m`, folder]),
    [Symbol.dispose]: () => {
      // Lazily: whoever still has a file open may finish.
      spawnSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Bounds the size of every file that a running process writes. */
export function limitFileSize(pid: number, bytes: number | 'unlimited'): void {
  run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
}

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'exo-relay-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return mounted;
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}
