/** What it costs that much is waiting: a relay with an outbox full of messages for tomorrow beside one that has none. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './benchmark.ts';
import { Child } from './child.ts';
import type { Fill } from './fill-process.ts';
import { figure, spread, table, times } from './markdown.ts';
import { type Spread, spreadOf, usageOf } from './measure.ts';
import { type RelayProcess, startRelayProcess } from './relay-process.ts';
import type { FarSide } from './sink.ts';
import type { SinkCounts } from './sink-session.ts';
import { measureStarts } from './start.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { measureThroughput, ratio, resultFor, type WayResult } from './throughput.ts';
import { callersOfRelay } from './ways/relay.ts';
import type { Way } from './ways/way.ts';

export interface OutboxResult {
  /** From the first message in to the last one out. */
  readonly dispatch: WayResult;
  /** Messages a second until the last one was answered, by round. */
  readonly accept: readonly number[];
  /** Milliseconds until it listens. */
  readonly listening: Spread;
  /** MiB when it listens. */
  readonly rss: number;
}

export interface WaitingResult {
  readonly waiting: number;
  /** MiB of contents that wait. */
  readonly contents: number;
  readonly empty: OutboxResult;
  readonly full: OutboxResult;
}

const TARGET = '0.8 at least';

export async function measureWaiting({ farSide, sink, sizes, tell }: Bench): Promise<WaitingResult> {
  using folder = temporaryFolder();
  const dataFolder = folder.path;
  tell(`filling an outbox with ${sizes.waiting} messages`);
  const bytes = await fill({ folder: dataFolder, mailbox: farSide.mailbox, messages: sizes.waiting });
  const [emptyStart, fullStart] = await measureStarts(farSide, [{}, { dataFolder }], sizes);
  await using empty = await startRelayProcess(farSide);
  await using full = await startRelayProcess(farSide, { dataFolder });
  const rss = [usageOf(empty.pid).rss, usageOf(full.pid).rss] as const;
  const ways = [
    draining(empty, 'empty outbox', farSide, sink),
    draining(full, `outbox of ${figure(sizes.waiting)}`, farSide, sink),
  ] as const;
  const results = await measureThroughput(ways, sink, sizes, tell);
  for (const way of ways) await way[Symbol.asyncDispose]();
  const of = ({ name, accepted }: Draining, start: Spread | undefined, rss: number): OutboxResult => {
    if (!start) throw new Error('No start was measured');
    // The first was that of the warm-up.
    return { dispatch: resultFor(results, name), accept: accepted.slice(1), listening: start, rss };
  };
  return {
    waiting: sizes.waiting,
    contents: bytes / 2 ** 20,
    empty: of(ways[0], emptyStart?.listening, rss[0]),
    full: of(ways[1], fullStart?.listening, rss[1]),
  };
}

export function waitingReport({ contents, empty, full }: WaitingResult): string[] {
  const row = ({ dispatch, accept, listening, rss }: OutboxResult) => [
    dispatch.name,
    spread(spreadOf(accept), 0),
    spread(dispatch.perSecond, 0),
    spread(dispatch.cpu, 2),
    spread(listening, 0),
    figure(rss),
    figure(dispatch.peakRss),
  ];
  const accept = spreadOf(full.accept.map((rate, round) => rate / (empty.accept[round] ?? Number.NaN)));
  const [head, ...heads] = ['exo-relay', 'in, msg/s', 'in and out, msg/s', 'CPU ms per message', 'listening after ms'];
  const memory = ['RSS MiB then', 'peak RSS MiB'];
  return [
    ...table([head ?? '', ...heads, ...memory], [empty, full].map(row)),
    '',
    ...table(
      ['full beside empty', 'measured', 'target'],
      [
        ['in', times(accept), TARGET],
        ['in and out', times(ratio('perSecond', full.dispatch, empty.dispatch)), TARGET],
        ['CPU per message', times(ratio('cpu', full.dispatch, empty.dispatch)), ''],
      ],
    ),
    '',
    `The contents that wait have ${figure(contents)} MiB.`,
  ];
}

async function fill(given: Fill): Promise<number> {
  const { child, ready } = await Child.start<{ readonly bytes: number }>('fill-process.ts', given);
  await child[Symbol.asyncDispose]();
  return ready.bytes;
}

interface Draining extends Way {
  readonly accepted: number[];
}

/** Posts without waiting, notes how fast that went, and waits until the last message is out. */
function draining(process: RelayProcess, name: string, { mailbox }: FarSide, sink: Child): Draining {
  const way = callersOfRelay(process, { name, respondAsync: true, mailboxOf: () => mailbox });
  const accepted: number[] = [];
  return {
    ...way,
    reachesSink: 'at-once',
    accepted,
    submit: async (messages) => {
      const before = (await sink.ask<SinkCounts>({})).messages;
      const started = performance.now();
      const { milliseconds, latencies } = await way.submit(messages);
      accepted.push(messages / (milliseconds / 1_000));
      while ((await sink.ask<SinkCounts>({})).messages - before < messages) await sleep(2);
      return { milliseconds: performance.now() - started, latencies };
    },
  };
}
