/** Loaded into the relay's process (`--import`): watches its event loop, and says how late it was since it was asked last. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import type { Lag } from './slow-disk.ts';

/** Milliseconds between two looks, which the histogram counts as a part of the delay. */
const RESOLUTION = 1;

// The outbox's thread inherits the arguments, and has a loop of its own.
if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
  delays.enable();
  process.on('message', () => {
    const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
    const lag: Lag = {
      p50: late(delays.percentile(50)),
      p99: late(delays.percentile(99)),
      most: late(delays.max),
      looks: delays.count,
    };
    delays.reset();
    process.send?.(lag);
  });
  process.channel?.unref();
}
