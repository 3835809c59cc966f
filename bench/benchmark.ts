/** The whole benchmark: the far side is started once, and every part is measured against it. */

import { acceptingReport, measureAccepting } from './accepting.ts';
import { Child } from './child.ts';
import { crowdReport, measureCrowd } from './crowd.ts';
import { longLineReport, measureLongLine } from './long-line.ts';
import { machineNow, machineReport } from './machine.ts';
import { measureMemory, memoryReport } from './memory.ts';
import { measureSending, sendingReport } from './sending.ts';
import type { FarSide } from './sink.ts';
import type { Sizes } from './sizes.ts';
import { measureSlowDisk, slowDiskReport } from './slow-disk.ts';
import { measureStarts, startReport } from './start.ts';
import { measureWaiting, waitingReport } from './waiting.ts';

/** What a part is measured with. */
export interface Bench {
  readonly farSide: FarSide;
  readonly sink: Child;
  readonly sizes: Sizes;
  /** Hears what is being done. */
  readonly tell: (progress: string) => void;
}

type Measure = (bench: Bench) => Promise<readonly string[]>;

/** In the order in which they are measured; each gives its lines of Markdown. */
const parts = {
  machine: async () => machineReport(machineNow()),
  start: async ({ farSide, sizes }) => (await measureStarts(farSide, [{}], sizes)).flatMap(startReport),
  memory: async (bench) => memoryReport(await measureMemory(bench)),
  sending: async (bench) => sendingReport(await measureSending(bench)),
  accepting: async (bench) => {
    const results = [];
    for (const kind of bench.sizes.accepting) results.push(await measureAccepting(kind, bench));
    return acceptingReport(results);
  },
  'slow-disk': async (bench) => slowDiskReport(await measureSlowDisk(bench)),
  waiting: async (bench) => waitingReport(await measureWaiting(bench)),
  'long-line': async (bench) => longLineReport(await measureLongLine(bench)),
  crowd: async (bench) => crowdReport(await measureCrowd(bench)),
} as const satisfies Record<string, Measure>;

export type PartName = keyof typeof parts;

export const partNames = Object.keys(parts).filter(isPartName);

export function isPartName(name: string): name is PartName {
  return Object.hasOwn(parts, name);
}

/**
 * Measures parts, the machine first of all.
 *
 * @param tell hears what is being done
 * @returns of each its lines of Markdown
 */
export async function benchmark(
  names: readonly PartName[],
  sizes: Sizes,
  tell: (progress: string) => void,
): Promise<ReadonlyMap<PartName, string>> {
  const { child, ready: farSide } = await Child.start<FarSide>('sink.ts');
  await using sink = child;
  const reports = new Map<PartName, string>();
  for (const name of partNames.filter((each) => each === 'machine' || names.includes(each))) {
    tell(`== ${name}`);
    reports.set(name, (await parts[name]({ farSide, sink, sizes, tell })).join('\n').trim());
  }
  return reports;
}
