/** On what the figures were measured, without which they say nothing. */

import { availableParallelism, cpus, loadavg, type as system, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** GiB. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run in the minute before: near 0 on a machine that does nothing else. */
  readonly load: number;
}

/** This machine, as it is before the benchmark begins. */
export function machineNow(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem() / 2 ** 30,
    system: system(),
    node: process.version,
    load: loadavg()[0] ?? Number.NaN,
  };
}
