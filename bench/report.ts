/** Renders the results as Markdown, and puts them into docs/performance.md between its two marks. */

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BenchmarkResult } from './benchmark.ts';
import type { Spread } from './measure.ts';
import { ratio, type WayResult } from './throughput.ts';

const PAGE = resolve(import.meta.dirname, '../docs/performance.md');
const BEGIN = '<!-- npm run bench -- --write: from here -->';
const END = '<!-- to here -->';

/** The figures that the relay is to reach. */
const TARGETS = { ofPooled: '0.8 at least', peakRss: 'under 300 MiB', listening: 'under 1,000 ms' };

/** Medians over the rounds; in brackets the least and the most of them. */
export function report(result: BenchmarkResult): string {
  const { machine, memory, start, relay, pooled, unpooled, bareRoute } = result;
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memory.toFixed(0)} GiB, ${machine.system}, Node.js ${machine.node}; load before the run ${machine.load.toFixed(1)}.`,
    '',
    ...table([relay, pooled, unpooled, bareRoute]),
    '',
    '| exo-relay beside | msg/s | target | CPU per message |',
    '|---|---|---|---|',
    ...[pooled, unpooled, bareRoute].map((other) => comparison(relay, other, other === pooled ? TARGETS.ofPooled : '')),
    '',
    '| exo-relay | measured | target |',
    '|---|---|---|',
    `| peak RSS with ${memory.posts} posts of ${(memory.bytes / 1e6).toFixed(1)} MB at once (${memory.rssAtRest.toFixed(0)} MiB before) | ${memory.peakRss.toFixed(0)} MiB | ${TARGETS.peakRss} |`,
    `| these submitted within | ${(memory.milliseconds / 1_000).toFixed(1)} s, ${memory.triedAgain} answers 503 tried again | |`,
    `| listening after its start, of ${start.starts} | ${spread(start.listening, 0)} ms | ${TARGETS.listening} |`,
    `| first receipt after its start, token and connection included | ${spread(start.firstReceipt, 0)} ms | |`,
    '',
    `What drives it costs ${relay.driverCpu.median.toFixed(2)} ms per message of the relay, and the sink ${relay.sinkCpu.median.toFixed(2)} ms (${pooled.sinkCpu.median.toFixed(2)} ms with nodemailer, pooled).`,
  ].join('\n');
}

/** Relays beside each other; ratios are to the first. */
export function relaysReport(results: readonly WayResult[]): string {
  const [first, ...others] = results;
  if (!first) return '';
  const ratios = ['| first beside | msg/s | target | CPU per message |', '|---|---|---|---|'];
  return [
    ...table(results),
    ...(others.length > 0 ? ['', ...ratios, ...others.map((other) => comparison(first, other, ''))] : []),
  ].join('\n');
}

/** Puts a report into docs/performance.md, in place of the last one. */
export function writeReport(text: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`${PAGE} has no place for the report: "${BEGIN}" … "${END}"`);
  writeFileSync(PAGE, `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`);
}

function table(results: readonly WayResult[]): string[] {
  return [
    '| way | messages | msg/s | p50 ms | p99 ms | CPU ms per message | peak RSS MiB |',
    '|---|---|---|---|---|---|---|',
    ...results.map(row),
  ];
}

function row({ name, messages, perSecond, p50, p99, cpu, peakRss }: WayResult): string {
  const cells = [
    name,
    messages.toLocaleString('en'),
    spread(perSecond, 0),
    spread(p50, 1),
    spread(p99, 1),
    spread(cpu, 2),
    peakRss.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

function comparison(relay: WayResult, other: WayResult, target: string): string {
  const times = (of: 'perSecond' | 'cpu') => `× ${spread(ratio(of, relay, other), 2)}`;
  return `| ${other.name} | ${times('perSecond')} | ${target} | ${times('cpu')} |`;
}

function spread({ median, least, most }: Spread, digits: number): string {
  const text = (value: number) =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text(median)} (${text(least)}–${text(most)})`;
}
