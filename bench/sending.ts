/** Messages whose callers wait for their receipt, beside nodemailer and beside HTTP alone. */

import type { Bench } from './benchmark.ts';
import { table, times } from './markdown.ts';
import { measureThroughput, ratio, resultFor, WAY_HEAD, type WayResult, wayRow } from './throughput.ts';
import { bareRoute } from './ways/bare-route.ts';
import { nodemailerPooled, nodemailerUnpooled } from './ways/nodemailer.ts';
import { relay } from './ways/relay.ts';

export interface SendingResult {
  readonly relay: WayResult;
  readonly pooled: WayResult;
  readonly unpooled: WayResult;
  readonly bareRoute: WayResult;
}

/** The figure that the relay is to reach: it waits for the disk three times before it answers, and nodemailer never. */
const TARGET = '0.7 at least';

export async function measureSending({ farSide, sink, sizes, tell }: Bench): Promise<SendingResult> {
  await using ours = await relay(farSide);
  await using pooled = await nodemailerPooled(farSide);
  await using unpooled = await nodemailerUnpooled(farSide);
  await using bare = await bareRoute(farSide);
  const results = await measureThroughput([ours, pooled, unpooled, bare], sink, sizes, tell);
  return {
    relay: resultFor(results, ours.name),
    pooled: resultFor(results, pooled.name),
    unpooled: resultFor(results, unpooled.name),
    bareRoute: resultFor(results, bare.name),
  };
}

export function sendingReport({ relay, pooled, unpooled, bareRoute }: SendingResult): string[] {
  return [
    ...table(WAY_HEAD, [relay, pooled, unpooled, bareRoute].map(wayRow)),
    '',
    ...comparison(relay, [pooled, unpooled, bareRoute], pooled),
    '',
    `What drives it costs ${relay.driverCpu.median.toFixed(2)} ms per message of the relay, and the sink ${relay.sinkCpu.median.toFixed(2)} ms (${pooled.sinkCpu.median.toFixed(2)} ms with nodemailer, pooled).`,
  ];
}

/** Relays beside each other; ratios are to the first. */
export function relaysReport(results: readonly WayResult[]): string[] {
  const [first, ...others] = results;
  if (!first) return [];
  const rows = table(WAY_HEAD, results.map(wayRow));
  return others.length > 0 ? [...rows, '', ...comparison(first, others, null)] : rows;
}

function comparison(one: WayResult, others: readonly WayResult[], measuredBy: WayResult | null): string[] {
  const row = (other: WayResult) => [
    other.name,
    times(ratio('perSecond', one, other)),
    other === measuredBy ? TARGET : '',
    times(ratio('cpu', one, other)),
  ];
  return table([`${one.name} beside`, 'msg/s', 'target', 'CPU per message'], others.map(row));
}
