/** A folder for one test, gone with it. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteOutbox } from '../../../src/adapters/outbox/sqlite-outbox.ts';
import type { Bounds } from './outbox-contract.ts';

export function dataFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'exo-relay-outbox-'));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Closed with the test. */
export async function openIn(folder: string, bounds: Bounds = {}) {
  const outbox = await openSqliteOutbox({
    folder,
    maxSubmissions: 1_000_000,
    maxBytes: 2 ** 40,
    lockPatience: 0,
    ...bounds,
  });
  return Object.assign(outbox, { [Symbol.asyncDispose]: () => outbox.close() });
}
