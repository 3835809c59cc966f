/** What large messages cost: many posted at once to a fresh relay, each tried again as often as the relay asks for it. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './benchmark.ts';
import { HttpConnection } from './http-connection.ts';
import { figure, spread, table } from './markdown.ts';
import { type Spread, spreadOf, usageOf } from './measure.ts';
import { largeMailJson } from './message.ts';
import { startRelayProcess } from './relay-process.ts';
import type { SinkCounts } from './sink-session.ts';

export interface MemoryResult {
  readonly posts: number;
  /** Bytes of JSON of each. */
  readonly bytes: number;
  readonly relays: number;
  /** Answers 503 with Retry-After, after which the message was posted again. */
  readonly triedAgain: number;
  readonly milliseconds: Spread;
  /** MiB, before the first post and at most. */
  readonly rssAtRest: Spread;
  readonly peakRss: Spread;
}

const TARGET = 'under 300 MiB';

/**
 * Each time with a relay of its own.
 *
 * @throws Error when one of the messages was not submitted
 */
export async function measureMemory(bench: Bench): Promise<MemoryResult> {
  const { farSide, sizes } = bench;
  const body = largeMailJson(farSide.mailbox, sizes.largeBytes);
  const runs: Run[] = [];
  for (let relays = 0; relays < sizes.starts; relays += 1) runs.push(await runWith(body, bench));
  const over = (of: keyof Run) => spreadOf(runs.map((run) => run[of]));
  return {
    posts: sizes.largePosts,
    bytes: body.length,
    relays: runs.length,
    triedAgain: runs.reduce((sum, { triedAgain }) => sum + triedAgain, 0),
    milliseconds: over('milliseconds'),
    rssAtRest: over('rssAtRest'),
    peakRss: over('peakRss'),
  };
}

type Run = Readonly<Record<'triedAgain' | 'milliseconds' | 'rssAtRest' | 'peakRss', number>>;

async function runWith(body: Buffer, { farSide, sink, sizes }: Bench): Promise<Run> {
  await using relay = await startRelayProcess(farSide);
  const before = { ...(await sink.ask<SinkCounts>({})) };
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
  return { triedAgain, milliseconds, rssAtRest, peakRss: usageOf(relay.pid).peakRss };
}

export function memoryReport(result: MemoryResult): string[] {
  const { posts, bytes, relays, triedAgain, milliseconds, rssAtRest, peakRss } = result;
  return table(
    [`exo-relay, ${relays} times`, 'measured', 'target'],
    [
      [
        `peak RSS with ${posts} posts of ${figure(bytes / 1e6, 1)} MB at once (${figure(rssAtRest.median)} MiB before)`,
        `${spread(peakRss, 0)} MiB`,
        TARGET,
      ],
      ['these submitted within', `${spread(milliseconds, 0)} ms, ${triedAgain} answers 503 tried again`, ''],
    ],
  );
}
