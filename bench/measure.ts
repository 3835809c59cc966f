/** What a process has used, as the kernel counts it, and the arithmetic of a few measurements. */

import { readFileSync } from 'node:fs';

export interface Usage {
  /** User and system time, all threads, milliseconds; the kernel counts in hundredths of a second. */
  readonly cpu: number;
  /** Resident set, MiB (VmRSS). */
  readonly rss: number;
  /** The largest so far, MiB (VmHWM). */
  readonly peakRss: number;
}

/** USER_HZ, which Linux shows to programs as 100 on every architecture that Node.js runs on. */
const MILLISECONDS_PER_TICK = 10;

/** @throws Error where there is no /proc */
export function usageOf(pid: number): Usage {
  // proc_pid_stat(5): the name in parentheses may hold anything, so fields are counted from behind it; utime is the 14th.
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const mebibytes = (line: RegExp): number => Number(line.exec(status)?.[1]) / 1024;
  return {
    cpu: (Number(fields[11]) + Number(fields[12])) * MILLISECONDS_PER_TICK,
    rss: mebibytes(/^VmRSS:\s*(\d+) kB$/m),
    peakRss: mebibytes(/^VmHWM:\s*(\d+) kB$/m),
  };
}

/** The middle of several measurements, and between which two they lie. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: percentile(values, 50), least: percentile(values, 0), most: percentile(values, 100) };
}

/** The nearest rank: a value that was measured, none in between. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
