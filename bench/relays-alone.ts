/** For work on the relay itself: this checkout's alone under a profiler, or beside another checkout's. */

import { resolve } from 'node:path';
import { Child } from './child.ts';
import type { RelayOptions } from './relay-process.ts';
import type { FarSide } from './sink.ts';
import type { Sizes } from './sizes.ts';
import { measureThroughput, type WayResult } from './throughput.ts';
import { relay } from './ways/relay.ts';

/** Runs the relay under the profiler of Node.js, which writes its profile into the folder when the relay stops. */
export async function profile(folder: string, sizes: Sizes): Promise<WayResult[]> {
  return measureRelays([{ nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${resolve(folder)}`] }], sizes);
}

/** Runs this checkout's relay and those of other folders in turns. */
export async function compare(checkouts: readonly string[], sizes: Sizes): Promise<WayResult[]> {
  const others = checkouts.map((checkout) => ({ name: checkout, checkout: resolve(checkout) }));
  return measureRelays([{ name: 'this checkout' }, ...others], sizes);
}

async function measureRelays(relays: readonly RelayOptions[], sizes: Sizes): Promise<WayResult[]> {
  const { child: sink, ready: farSide } = await Child.start<FarSide>('sink.ts');
  await using open = new AsyncDisposableStack();
  open.use(sink);
  const ways = [];
  for (const options of relays) ways.push(open.use(await relay(farSide, options)));
  return await measureThroughput(ways, sink, sizes, () => {});
}
