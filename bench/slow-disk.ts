/** What a slow disk does to the thread that accepts: 20 ms are added to every fsync by strace, and the event loop must not feel them. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Bench } from './benchmark.ts';
import { figure, spread, table } from './markdown.ts';
import { type Spread, spreadOf } from './measure.ts';
import { largeMailJson, mail } from './message.ts';
import { type RelayProcess, startRelayProcess } from './relay-process.ts';
import { LIMITS_OF_EXCHANGE } from './routing.ts';
import type { FarSide } from './sink.ts';
import { measureThroughput, resultFor, type WayResult } from './throughput.ts';
import { callersOfRelay } from './ways/relay.ts';
import type { Way } from './ways/way.ts';

/** Milliseconds by which the event loop was late. */
export interface Lag {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** How often was it looked at. */
  readonly looks: number;
}

export interface LagResult {
  readonly throughput: WayResult;
  readonly p50: Spread;
  readonly p99: Spread;
  readonly most: Spread;
  /** Of the other relay meanwhile, which has nothing to do: so late is a loop on this machine in any case. */
  readonly atRest: Spread;
}

/** Or why it could not be measured. */
export type SlowDiskResult = { readonly asItIs: LagResult; readonly slowed: LagResult } | { readonly missing: string };

const DELAY_MS = 20;
const TARGET = 'under 10';
/** Each so many messages one has an attachment, and its content a file with two fsyncs of its own. */
const LARGE_EVERY = 10;
const LARGE_BYTES = 130_000;

// Stops at nothing but these two, so that the relay runs at its own speed otherwise.
const STRACE = ['strace', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync'];
const SLOWED = [...STRACE, '-e', `inject=fsync,fdatasync:delay_exit=${DELAY_MS * 1_000}`];

/** Two relays take turns; both are traced, and only one is slowed. */
export async function measureSlowDisk({ farSide, sink, sizes, tell }: Bench): Promise<SlowDiskResult> {
  const missing = whatIsMissing();
  if (missing !== null) return { missing };
  const nodeArguments = ['--import', join(import.meta.dirname, 'lag-probe.ts')];
  const start = (under: readonly string[]) =>
    startRelayProcess(farSide, { under, nodeArguments, limits: LIMITS_OF_EXCHANGE });
  await using asItIs = await start(STRACE);
  await using slowed = await start(SLOWED);
  const ways = [
    watched(asItIs, slowed, 'fsync as it is', farSide),
    watched(slowed, asItIs, `fsync with ${DELAY_MS} ms more`, farSide),
  ] as const;
  const results = await measureThroughput(ways, sink, sizes, tell);
  for (const way of ways) await way[Symbol.asyncDispose]();
  const of = ({ name, lags }: Watched): LagResult => {
    // The first was that of the warm-up.
    const rounds = lags.slice(1);
    const over = (part: keyof Lag) => spreadOf(rounds.map(({ own }) => own[part]));
    const atRest = spreadOf(rounds.map(({ other }) => other.p99));
    return { throughput: resultFor(results, name), p50: over('p50'), p99: over('p99'), most: over('most'), atRest };
  };
  return { asItIs: of(ways[0]), slowed: of(ways[1]) };
}

export function slowDiskReport(result: SlowDiskResult): string[] {
  if ('missing' in result) return [`Not measured: ${result.missing}`];
  const { asItIs, slowed } = result;
  const row = ({ throughput, p50, p99, most, atRest }: LagResult, target: string) => [
    throughput.name,
    figure(throughput.messages),
    spread(throughput.perSecond, 0),
    spread(throughput.p50, 1),
    spread(p50, 1),
    spread(p99, 1),
    target,
    spread(atRest, 1),
    spread(most, 1),
  ];
  const head = ['exo-relay, respond-async', 'messages', 'msg/s', 'answer p50 ms', 'lag p50 ms', 'lag p99 ms', 'target'];
  return table([...head, 'p99 of one at rest', 'longest ms'], [row(asItIs, ''), row(slowed, TARGET)]);
}

function whatIsMissing(): string | null {
  const [program = '', ...programArguments] = SLOWED;
  const { error, status, stderr } = spawnSync(program, [...programArguments, 'true'], { encoding: 'utf8' });
  if (error) return 'strace is not installed, which adds the delay to each fsync.';
  return status === 0 ? null : `strace cannot trace a process here: ${stderr.trim()}`;
}

interface Watched extends Way {
  readonly lags: { readonly own: Lag; readonly other: Lag }[];
}

/** Notes the lag of each load, and that of a relay without one. */
function watched(process: RelayProcess, other: RelayProcess, name: string, { mailbox }: FarSide): Watched {
  const large = largeMailJson(mailbox, LARGE_BYTES);
  const way = callersOfRelay(process, {
    name,
    respondAsync: true,
    mailboxOf: () => mailbox,
    bodyOf: (_, number) => (number % LARGE_EVERY === 0 ? large : JSON.stringify(mail(mailbox, number))),
  });
  const lags: { readonly own: Lag; readonly other: Lag }[] = [];
  return {
    ...way,
    lags,
    submit: async (messages) => {
      await Promise.all([process.ask<Lag>({}), other.ask<Lag>({})]);
      const taken = await way.submit(messages);
      lags.push({ own: await process.ask<Lag>({}), other: await other.ask<Lag>({}) });
      return taken;
    },
  };
}
