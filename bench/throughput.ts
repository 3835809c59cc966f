/** Ways with messages of 2 KB, one after the other in each round, so that what else the machine does falls on all of them alike. */

import type { Child } from './child.ts';
import { figure, spread } from './markdown.ts';
import { percentile, type Spread, spreadOf, usageOf } from './measure.ts';
import type { SinkCounts } from './sink-session.ts';
import type { Sizes } from './sizes.ts';
import type { Way } from './ways/way.ts';

/** One way, over all rounds. */
export interface WayResult {
  readonly name: string;
  /** Messages in all rounds. */
  readonly messages: number;
  readonly perSecond: Spread;
  /** Milliseconds. */
  readonly p50: Spread;
  readonly p99: Spread;
  /** Milliseconds of its process for one message. */
  readonly cpu: Spread;
  /** The same for the sink, and for the benchmark itself, which drives the ways that speak HTTP. */
  readonly sinkCpu: Spread;
  readonly driverCpu: Spread;
  /** MiB. */
  readonly peakRss: number;
  readonly rounds: readonly Round[];
}

type Round = Readonly<Record<'perSecond' | 'p50' | 'p99' | 'cpu' | 'sinkCpu' | 'driverCpu', number>>;

/** @throws Error when the sink did not take what a way says it has submitted */
export async function measureThroughput(
  ways: readonly Way[],
  sink: Child,
  sizes: Sizes,
  tell: (progress: string) => void,
): Promise<WayResult[]> {
  for (const way of ways) {
    tell(`warming up: ${way.name}`);
    await way.submit(shareOf(way, sizes.warmUp));
  }
  // Messages that are not waited for arrive in anybody's round.
  const areSomeLate = ways.some(({ reachesSink }) => reachesSink === 'later');
  const rounds = new Map<Way, Round[]>(ways.map((way) => [way, []]));
  for (let number = 0; number < sizes.rounds; number += 1) {
    // Each round begins with another way.
    const first = number % ways.length;
    for (const way of [...ways.slice(first), ...ways.slice(0, first)]) {
      const round = await measureRound(way, sink, shareOf(way, sizes.messages), areSomeLate);
      rounds.get(way)?.push(round);
      tell(`round ${number + 1} of ${sizes.rounds}: ${way.name}, ${round.perSecond.toFixed(0)} msg/s`);
    }
  }
  return ways.map((way) => resultOf(way, rounds.get(way) ?? [], sizes));
}

async function measureRound(way: Way, sink: Child, messages: number, areSomeLate: boolean): Promise<Round> {
  const before = { way: usageOf(way.pid).cpu, sink: usageOf(sink.pid).cpu, driver: usageOf(process.pid).cpu };
  const counted = { ...(await sink.ask<SinkCounts>({})) };
  const { milliseconds, latencies } = await way.submit(messages);
  const after = { way: usageOf(way.pid).cpu, sink: usageOf(sink.pid).cpu, driver: usageOf(process.pid).cpu };
  const { messages: taken, broken } = await sink.ask<SinkCounts>({});
  const least = way.reachesSink === 'at-once' ? messages : 0;
  const most = areSomeLate ? taken : least;
  const took = taken - counted.messages;
  if (took < least || took > most || broken > 0) {
    throw new Error(`${way.name} submitted ${least} messages; the sink took ${took}, and ${broken} had no end.`);
  }
  return {
    perSecond: messages / (milliseconds / 1_000),
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    cpu: (after.way - before.way) / messages,
    sinkCpu: (after.sink - before.sink) / messages,
    driverCpu: (after.driver - before.driver) / messages,
  };
}

/** How many messages a way gets where the relay gets so many. */
export function shareOf({ share }: Way, messages: number): number {
  return Math.max(1, Math.round(share * messages));
}

function resultOf(way: Way, rounds: readonly Round[], sizes: Sizes): WayResult {
  const over = (of: keyof Round): Spread => spreadOf(rounds.map((round) => round[of]));
  return {
    name: way.name,
    messages: sizes.rounds * shareOf(way, sizes.messages),
    perSecond: over('perSecond'),
    p50: over('p50'),
    p99: over('p99'),
    cpu: over('cpu'),
    sinkCpu: over('sinkCpu'),
    driverCpu: over('driverCpu'),
    peakRss: usageOf(way.pid).peakRss,
    rounds,
  };
}

/** One way's figure as a multiple of another's, by round: in each round both met the same machine. */
export function ratio(of: keyof Round, one: WayResult, other: WayResult): Spread {
  return spreadOf(one.rounds.map((round, index) => round[of] / (other.rounds[index]?.[of] ?? Number.NaN)));
}

/** What was measured of a way. */
export function resultFor(results: readonly WayResult[], name: string): WayResult {
  const result = results.find((each) => each.name === name);
  if (!result) throw new Error(`${name} was not measured`);
  return result;
}

/** As it stands in tables. */
export const WAY_HEAD = ['way', 'messages', 'msg/s', 'p50 ms', 'p99 ms', 'CPU ms per message', 'peak RSS MiB'];

export function wayRow({ name, messages, perSecond, p50, p99, cpu, peakRss }: WayResult): string[] {
  return [
    name,
    figure(messages),
    spread(perSecond, 0),
    spread(p50, 1),
    spread(p99, 1),
    spread(cpu, 3),
    figure(peakRss),
  ];
}
