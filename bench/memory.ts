/** What large messages cost: many posted at once to a fresh relay, each tried again as often as the relay asks for it. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './benchmark.ts';
import { HttpConnection } from './http-connection.ts';
import { figure, table } from './markdown.ts';
import { usageOf } from './measure.ts';
import { largeMailJson } from './message.ts';
import { startRelayProcess } from './relay-process.ts';
import type { SinkCounts } from './sink-session.ts';

export interface MemoryResult {
  readonly posts: number;
  /** Bytes of JSON of each. */
  readonly bytes: number;
  /** Answers 503 with Retry-After, after which the message was posted again. */
  readonly triedAgain: number;
  readonly milliseconds: number;
  /** MiB, before the first post and at most. */
  readonly rssAtRest: number;
  readonly peakRss: number;
}

const TARGET = 'under 300 MiB';

/** @throws Error when one of them was not submitted */
export async function measureMemory({ farSide, sink, sizes }: Bench): Promise<MemoryResult> {
  await using relay = await startRelayProcess(farSide);
  const before = await sink.ask<SinkCounts>({});
  const body = largeMailJson(farSide.mailbox, sizes.largeBytes);
  const rssAtRest = usageOf(relay.pid).peakRss;
  const started = performance.now();
  let triedAgain = 0;
  const post = async (): Promise<void> => {
    const connection = new HttpConnection(relay.url, { authorization: relay.authorization });
    for (;;) {
      const { status, head, body: answer } = await connection.post('/send', body);
      if (status === 200) break;
      const seconds = /^retry-after: *(\d+)/im.exec(head)?.[1];
      if (status !== 503 || seconds === undefined)
        throw new Error(`A large message was answered by ${head}\n\n${answer}`);
      triedAgain += 1;
      await sleep(Number(seconds) * 1_000);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: sizes.largePosts }, post));
  const milliseconds = performance.now() - started;
  const { messages, broken } = await sink.ask<SinkCounts>({});
  if (messages - before.messages !== sizes.largePosts || broken > 0) {
    throw new Error(`${messages - before.messages} of ${sizes.largePosts} large messages were submitted.`);
  }
  const { peakRss } = usageOf(relay.pid);
  return { posts: sizes.largePosts, bytes: body.length, triedAgain, milliseconds, rssAtRest, peakRss };
}

export function memoryReport({ posts, bytes, triedAgain, milliseconds, rssAtRest, peakRss }: MemoryResult): string[] {
  return table(
    ['exo-relay', 'measured', 'target'],
    [
      [
        `peak RSS with ${posts} posts of ${figure(bytes / 1e6, 1)} MB at once (${figure(rssAtRest)} MiB before)`,
        `${figure(peakRss)} MiB`,
        TARGET,
      ],
      ['these submitted within', `${figure(milliseconds / 1_000, 1)} s, ${triedAgain} answers 503 tried again`, ''],
    ],
  );
}
