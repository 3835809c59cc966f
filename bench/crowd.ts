/** What it costs to serve many: a relay for a thousand tenants beside one for a single mailbox. */

import type { Bench } from './benchmark.ts';
import { figure, spread, table, times } from './markdown.ts';
import { type Spread, usageOf } from './measure.ts';
import { startRelayProcess } from './relay-process.ts';
import { crowd } from './routing.ts';
import { measureStarts } from './start.ts';
import { measureThroughput, ratio, resultFor, WAY_HEAD, type WayResult, wayRow } from './throughput.ts';
import { callersOfRelay } from './ways/relay.ts';

export interface CrowdResult {
  readonly tenants: number;
  readonly mailboxes: number;
  readonly one: Serving;
  readonly crowd: Serving;
  readonly fromOne: WayResult;
  readonly crowdFromOne: WayResult;
  readonly crowdFromMany: WayResult;
}

export interface Serving {
  /** Milliseconds until it listens. */
  readonly listening: Spread;
  /** MiB when it listens. */
  readonly rss: number;
}

export async function measureCrowd({ farSide, sink, sizes, tell }: Bench): Promise<CrowdResult> {
  const routing = crowd(farSide, sizes);
  tell(`starts with ${sizes.tenants} tenants`);
  const [oneStart, crowdStart] = await measureStarts(farSide, [{}, { routing }], sizes);
  if (!oneStart || !crowdStart) throw new Error('No start was measured');
  await using one = await startRelayProcess(farSide);
  await using many = await startRelayProcess(farSide, { routing });
  const rss = [usageOf(one.pid).rss, usageOf(many.pid).rss] as const;
  const senders = farSide.tenants.slice(0, sizes.tenants);
  const mailboxOf = () => farSide.mailbox;
  const fromAll = (number: number) => senders[number % senders.length]?.mailbox ?? farSide.mailbox;
  const name = `${figure(sizes.tenants)} tenants`;
  const ways = [
    callersOfRelay(one, { name: 'one mailbox', mailboxOf }),
    callersOfRelay(many, { name: `${name}, from one mailbox`, mailboxOf }),
    callersOfRelay(many, { name: `${name}, from ${senders.length} mailboxes in turn`, mailboxOf: fromAll }),
  ] as const;
  const results = await measureThroughput(ways, sink, sizes, tell);
  for (const way of ways) await way[Symbol.asyncDispose]();
  return {
    tenants: sizes.tenants,
    mailboxes: sizes.tenants * sizes.mailboxesPerTenant,
    one: { listening: oneStart.listening, rss: rss[0] },
    crowd: { listening: crowdStart.listening, rss: rss[1] },
    fromOne: resultFor(results, ways[0].name),
    crowdFromOne: resultFor(results, ways[1].name),
    crowdFromMany: resultFor(results, ways[2].name),
  };
}

export function crowdReport(result: CrowdResult): string[] {
  const { tenants, mailboxes, one, crowd, fromOne, crowdFromOne, crowdFromMany } = result;
  const beside = (way: WayResult) => [
    way.name,
    times(ratio('perSecond', way, fromOne)),
    times(ratio('p99', way, fromOne)),
    times(ratio('cpu', way, fromOne)),
  ];
  const serving = (who: string, { listening, rss }: Serving) => [who, spread(listening, 0), figure(rss)];
  return [
    ...table(
      ['exo-relay for', 'listening after ms', 'RSS MiB then'],
      [serving('one mailbox', one), serving(`${figure(tenants)} tenants with ${figure(mailboxes)} mailboxes`, crowd)],
    ),
    '',
    ...table(WAY_HEAD, [fromOne, crowdFromOne, crowdFromMany].map(wayRow)),
    '',
    ...table(['beside one mailbox', 'msg/s', 'p99', 'CPU per message'], [crowdFromOne, crowdFromMany].map(beside)),
  ];
}
