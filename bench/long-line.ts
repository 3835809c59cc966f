/** What a long line costs those who stand in another: a relay where thousands of messages of one mailbox wait for its budget, beside one that has nothing else to do. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './benchmark.ts';
import { figure, table, times } from './markdown.ts';
import { type RelayProcess, startRelayProcess } from './relay-process.ts';
import { besideAMailbox, LIMITS_OF_EXCHANGE } from './routing.ts';
import type { SinkCounts } from './sink-session.ts';
import { measureThroughput, ratio, resultFor, shareOf, WAY_HEAD, type WayResult, wayRow } from './throughput.ts';
import { callersOfRelay } from './ways/relay.ts';
import type { Way } from './ways/way.ts';

export interface LongLineResult {
  readonly idle: WayResult;
  readonly beside: WayResult;
  /** Messages of the line that still wait at the end. */
  readonly stillWaiting: number;
}

const TARGET = '2 at most';
/** Of the messages of other parts: one caller at a time takes longer. */
const SHARE = 0.25;

/**
 * What is timed is the receipt, which comes after the first attempt and not before it.
 *
 * @throws Error when the line does not last until the end
 */
export async function measureLongLine({ farSide, sink, sizes, tell }: Bench): Promise<LongLineResult> {
  const other = `sales${farSide.mailbox.slice(farSide.mailbox.indexOf('@'))}`;
  const options = { limits: LIMITS_OF_EXCHANGE, routing: besideAMailbox(farSide, other) };
  await using idleRelay = await startRelayProcess(farSide, options);
  await using relay = await startRelayProcess(farSide, options);
  tell(`posting ${sizes.line} messages of one mailbox`);
  const before = (await sink.ask<SinkCounts>({})).messages;
  await post(sizes.line, relay, farSide.mailbox);
  // As many in the other relay, where they go out, so that both have done as much.
  await post(sizes.line, idleRelay, other);
  while ((await sink.ask<SinkCounts>({})).messages - before < sizes.line) await sleep(20);
  await using idleCaller = oneCaller(idleRelay, 'nothing else waits', other);
  await using caller = oneCaller(relay, `${figure(sizes.line)} wait for another mailbox`, other);
  const ways = [idleCaller, caller] as const;
  const results = await measureThroughput(ways, sink, sizes, tell);
  const ofOthers =
    sizes.line + ways.length * (shareOf(ways[0], sizes.warmUp) + sizes.rounds * shareOf(ways[0], sizes.messages));
  const ofLine = (await sink.ask<SinkCounts>({})).messages - before - ofOthers;
  if (ofLine >= sizes.line) throw new Error(`All ${sizes.line} messages of the line went out meanwhile.`);
  return {
    idle: resultFor(results, ways[0].name),
    beside: resultFor(results, ways[1].name),
    stillWaiting: sizes.line - ofLine,
  };
}

export function longLineReport({ idle, beside, stillWaiting }: LongLineResult): string[] {
  return [
    ...table(WAY_HEAD, [idle, beside].map(wayRow)),
    '',
    ...table(
      ['beside a long line, as a multiple of none', 'measured', 'target'],
      [
        ['p99', times(ratio('p99', beside, idle)), TARGET],
        ['p50', times(ratio('p50', beside, idle)), ''],
      ],
    ),
    '',
    `At the end ${figure(stillWaiting)} of them still wait.`,
  ];
}

async function post(messages: number, process: RelayProcess, mailbox: string): Promise<void> {
  const name = `messages of ${mailbox}`;
  await using callers = callersOfRelay(process, { name, respondAsync: true, mailboxOf: () => mailbox });
  await callers.submit(messages);
}

/** The sink takes messages of the long line meanwhile, so that no round can ask it how many of these it took; each is answered 200. */
function oneCaller(process: RelayProcess, name: string, mailbox: string): Way {
  const callers = callersOfRelay(process, { name, outstanding: 1, mailboxOf: () => mailbox });
  return { ...callers, reachesSink: 'later', share: SHARE };
}
