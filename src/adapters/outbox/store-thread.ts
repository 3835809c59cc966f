/** The thread that alone touches the database: it takes all that has arrived at once, so that many submissions share one fsync. */

import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openDatabase } from './database.ts';
import type { Asked, Opened, StoreOptions } from './operations.ts';
import { inWords, Store } from './store.ts';

/** Calls in one transaction at most: whoever came first waits for the last. */
const MOST_TOGETHER = 500;

if (parentPort) run(parentPort, workerData);

function run(port: MessagePort, options: StoreOptions): void {
  let store: Store;
  try {
    store = new Store(openDatabase(options.folder), options);
  } catch (error) {
    port.postMessage({ refused: inWords(error) } satisfies Opened);
    port.close();
    return;
  }
  port.postMessage({ totals: store.totals } satisfies Opened);
  port.on('message', (first: Asked | 'close') => {
    const arrived: Asked[] = [];
    let calls = 0;
    let next: Asked | 'close' | undefined = first;
    while (next !== undefined && next !== 'close') {
      arrived.push(next);
      calls += next.writes.length;
      next = calls < MOST_TOGETHER ? receiveMessageOnPort(port)?.message : undefined;
    }
    if (arrived.length > 0) store.answer(arrived, (answer) => port.postMessage(answer));
    if (next !== 'close') return;
    store.close();
    port.close();
  });
}
