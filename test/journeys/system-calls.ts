/** What a process asks of the operating system, in order, as strace tells it: the only witness of what was on disk before something was said. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = 'strace';
const CALLS = ['openat', 'pwrite64', 'write', 'writev', 'fsync', 'fdatasync', 'rename'];
/** A page of the database and a little more. */
const SHOWN_BYTES = 4_200;

/**
 * For the option `skip` of a test that needs strace: why it cannot run here, or false. In continuous integration nothing is skipped.
 */
export const withoutStrace: string | false =
  process.env.CI === 'true' || spawnSync(PROGRAM, ['-o', '/dev/null', 'true']).status === 0
    ? false
    : `${PROGRAM} cannot be used; "apt-get install strace" brings it, and a container needs the capability SYS_PTRACE`;

export interface SystemCall {
  readonly name: string;
  /** With the files behind descriptors, and the beginning of what is written. */
  readonly args: string;
  /** Places in the order of all begins and ends. */
  readonly begin: number;
  readonly end: number;
}

/** A command to put in front of another one, and what was called once that has ended. */
export function systemCallTrace(): { readonly under: readonly string[]; readonly read: () => SystemCall[] } {
  const file = join(mkdtempSync(join(tmpdir(), 'exo-relay-trace-')), 'calls');
  // As a grandchild (-D), so that the traced process is the child, and is the one that is told to stop.
  const under = [PROGRAM, '-D', '-f', '-y', '-s', String(SHOWN_BYTES), '-e', `trace=${CALLS.join(',')}`, '-o', file];
  return { under, read: () => callsIn(readFileSync(file, 'latin1')) };
}

/** Reads lines such as `123 fsync(4</a/file>) = 0`, and those of a call that another thread's came into. */
export function callsIn(trace: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, Omit<SystemCall, 'end'>>();
  for (const [place, line] of trace.split('\n').entries()) {
    const whole = /^(\d+)\s+(\w+)\((.*)$/.exec(line);
    const resumed = /^(\d+)\s+<\.\.\. (\w+) resumed>/.exec(line);
    if (whole) {
      const [, thread = '', name = '', args = ''] = whole;
      if (args.endsWith('<unfinished ...>')) unfinished.set(thread, { name, args, begin: place });
      else calls.push({ name, args, begin: place, end: place });
    } else if (resumed) {
      const begun = unfinished.get(resumed[1] ?? '');
      if (begun) calls.push({ ...begun, end: place });
      unfinished.delete(resumed[1] ?? '');
    }
  }
  return calls.sort((one, other) => one.begin - other.begin);
}
