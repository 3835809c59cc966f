/** Waits for what happens by itself, for no longer than it takes, and not for ever. */

import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds after which it will not happen any more. */
const NEVER = 60_000;

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + NEVER;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`It did not happen within ${NEVER / 1_000} s: ${holds}`);
    await delay(10);
  }
}
