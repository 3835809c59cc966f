/** On what the figures were measured, without which they say nothing. */

import { availableParallelism, cpus, loadavg, type as system, totalmem } from 'node:os';
import { type Disk, diskNow } from './disk.ts';
import { spread } from './markdown.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** GiB. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run in the minute before: near 0 on a machine that does nothing else. */
  readonly load: number;
  readonly disk: Disk;
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
    disk: diskNow(),
  };
}

/** The machine in a paragraph. */
export function machineReport({ cpu, cores, memory, system, node, load, disk }: Machine): string[] {
  const what = disk.isMemory
    ? `${disk.kind}, which is memory: **what is durable was not measured**`
    : `${disk.kind} on a disk, where an fdatasync takes ${spread(disk.sync, 2)} ms`;
  const busy =
    load > cores / 2
      ? ' **The machine was busy with something else**, so that messages a second and milliseconds say little; processor time per message says more.'
      : '';
  return [
    `${cpu}, ${cores} cores, ${memory.toFixed(0)} GiB, ${system}, Node.js ${node}; load before the run ${load.toFixed(1)}. The outbox is on ${what}.${busy}`,
  ];
}
