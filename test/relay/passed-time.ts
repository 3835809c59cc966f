/** Time that passes when a test says so: clock and timers go together, and what they set off is over before the test looks. */

import type { TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/ports.ts';
import { NOW } from './places.ts';

export interface PassedTime {
  readonly clock: Clock;
  /** Resolves when what has begun has come as far as it can without time or the test. */
  settle(): Promise<void>;
  /** Lets time pass, in steps after each of which everything settles. */
  pass(milliseconds: number, step?: number): Promise<void>;
}

export function passedTime(t: TestContext, now = NOW): PassedTime {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now });
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
  };
  return {
    clock: { now: () => new Date() },
    settle,
    pass: async (milliseconds, step = milliseconds) => {
      await settle();
      for (let passed = 0; passed < milliseconds; passed += step) {
        t.mock.timers.tick(Math.min(step, milliseconds - passed));
        await settle();
      }
    },
  };
}
