/** The whole benchmark: the far side is started once, and everything is measured against it. */

import { Child } from './child.ts';
import { type Machine, machineNow } from './machine.ts';
import { type MemoryResult, measureMemory } from './memory.ts';
import type { FarSide } from './sink.ts';
import type { Sizes } from './sizes.ts';
import { measureStart, type StartResult } from './start.ts';
import { measureThroughput, type WayResult } from './throughput.ts';
import { bareRoute } from './ways/bare-route.ts';
import { nodemailerPooled, nodemailerUnpooled } from './ways/nodemailer.ts';
import { relay } from './ways/relay.ts';

export interface BenchmarkResult {
  readonly machine: Machine;
  readonly relay: WayResult;
  readonly pooled: WayResult;
  readonly unpooled: WayResult;
  readonly bareRoute: WayResult;
  readonly memory: MemoryResult;
  readonly start: StartResult;
}

/** @param tell hears what is being done */
export async function benchmark(sizes: Sizes, tell: (progress: string) => void): Promise<BenchmarkResult> {
  const machine = machineNow();
  const { child, ready: farSide } = await Child.start<FarSide>('sink.ts');
  await using sink = child;
  tell('starts');
  const start = await measureStart(farSide, sizes);
  tell('large messages');
  const memory = await measureMemory(farSide, sink, sizes);
  const ways = await throughput(farSide, sink, sizes, tell);
  return { machine, start, memory, ...ways };
}

async function throughput(farSide: FarSide, sink: Child, sizes: Sizes, tell: (progress: string) => void) {
  await using ours = await relay(farSide);
  await using pooled = await nodemailerPooled(farSide);
  await using unpooled = await nodemailerUnpooled(farSide);
  await using bare = await bareRoute(farSide);
  const results = await measureThroughput([ours, pooled, unpooled, bare], sink, sizes, tell);
  const of = ({ name }: { readonly name: string }): WayResult => {
    const result = results.find((each) => each.name === name);
    if (!result) throw new Error(`${name} was not measured`);
    return result;
  };
  return { relay: of(ours), pooled: of(pooled), unpooled: of(unpooled), bareRoute: of(bare) };
}
