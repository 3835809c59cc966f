/** How fast the relay takes messages whose callers do not wait, beside the two things that each needs: composing it, and having it on disk. */

import { availableParallelism } from 'node:os';
import { openSqliteOutbox } from '../src/adapters/outbox/sqlite-outbox.ts';
import type { Bench } from './benchmark.ts';
import { figure, table, times } from './markdown.ts';
import { type Spread, spreadOf } from './measure.ts';
import { mailWithFile } from './message.ts';
import { startRelayProcess } from './relay-process.ts';
import { LIMITS_OF_EXCHANGE } from './routing.ts';
import type { Sizes } from './sizes.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { measureThroughput, ratio, resultFor, shareOf, WAY_HEAD, type WayResult, wayRow } from './throughput.ts';
import { bareRoute } from './ways/bare-route.ts';
import { commits } from './ways/commits.ts';
import { composing } from './ways/composing.ts';
import { callersOfRelay } from './ways/relay.ts';

/** The figure that the relay is to reach. */
const TARGET = '0.8 at least';
/** Messages with a file take several times as long. */
const SHARE_WITH_FILE = 0.25;
const CORES = availableParallelism();

export interface AcceptingResult {
  readonly relay: WayResult;
  readonly composing: WayResult;
  readonly mailComposer: WayResult;
  readonly commits: WayResult;
  readonly bareRoute: WayResult;
}

/** Messages go out meanwhile, 30 a minute; what has been accepted stays in the outbox and is more in each round. */
export async function measureAccepting(
  { callers: outstanding, file }: Sizes['accepting'][number],
  { farSide, sink, sizes, tell }: Bench,
): Promise<AcceptingResult> {
  using folder = temporaryFolder();
  const dataFolder = folder.path;
  await using process = await startRelayProcess(farSide, { limits: LIMITS_OF_EXCHANGE, dataFolder });
  const name = `exo-relay, respond-async, ${outstanding} callers${file > 0 ? `, files of ${figure(file / 1_000)} KB` : ''}`;
  const mailboxOf = () => farSide.mailbox;
  const body = file > 0 ? Buffer.from(JSON.stringify(mailWithFile(farSide.mailbox, 0, file))) : null;
  const bodyOf = body ? () => body : undefined;
  await using ours = callersOfRelay(process, {
    name,
    respondAsync: true,
    outstanding,
    mailboxOf,
    ...(bodyOf && { bodyOf }),
  });
  await using composes = await composing(farSide, 'exo-relay', file);
  await using nodemailer = await composing(farSide, 'nodemailer', file);
  await using writes = await commits(farSide, outstanding, file);
  await using bare = await bareRoute(farSide, outstanding, bodyOf);
  const ways = [ours, composes, nodemailer, writes, bare].map((way) =>
    file > 0 ? { ...way, share: way.share * SHARE_WITH_FILE } : way,
  );
  const results = await measureThroughput(ways, sink, sizes, tell);
  await process[Symbol.asyncDispose]();
  const own = ways[0] ?? ours;
  await expectHeld(dataFolder, shareOf(own, sizes.warmUp) + sizes.rounds * shareOf(own, sizes.messages));
  return {
    relay: resultFor(results, ours.name),
    composing: resultFor(results, composes.name),
    mailComposer: resultFor(results, nodemailer.name),
    commits: resultFor(results, writes.name),
    bareRoute: resultFor(results, bare.name),
  };
}

export function acceptingReport(results: readonly AcceptingResult[]): string[] {
  return results.flatMap((result) => {
    const { relay, composing, mailComposer, commits, bareRoute } = result;
    const beside = (other: WayResult) => [other.name, times(ratio('perSecond', relay, other)), '', cpuBeside(other)];
    const cpuBeside = (other: WayResult) => times(ratio('cpu', relay, other));
    return [
      ...table(WAY_HEAD, [relay, composing, mailComposer, commits, bareRoute].map(wayRow)),
      '',
      ...table(
        [relay.name, 'msg/s', 'target', 'CPU per message'],
        [
          ['beside the slower of composing and commits', times(besideSlower(result, composing)), TARGET, ''],
          [
            "beside the slower of nodemailer's composing and commits",
            times(besideSlower(result, mailComposer)),
            '',
            '',
          ],
          ['beside the bare route and composing, one after the other', times(besideOneThread(result)), '', ''],
          [`beside the most that ${CORES} cores could do`, times(besideCores(result)), '', ''],
          [
            `the most that ${CORES} cores could do, beside the slower of composing and commits`,
            times(reach(result)),
            '',
            '',
          ],
          ...[composing, mailComposer, commits, bareRoute].map(beside),
        ],
      ),
      '',
    ];
  });
}

/** Looks into the outbox of a relay that has ended. @throws Error when a message is not there that was answered 202 */
async function expectHeld(folder: string, messages: number): Promise<void> {
  const bounds = { maxSubmissions: messages, maxBytes: Number.MAX_SAFE_INTEGER };
  const outbox = await openSqliteOutbox({ folder, ...bounds, lockPatience: 0 });
  const held = Object.values(await outbox.counts()).reduce((sum, count) => sum + count, 0);
  await outbox.close();
  if (held !== messages) throw new Error(`${messages} messages were answered 202, and the outbox has ${held}.`);
}

/** By round, the slower one of each. */
function besideSlower({ relay, commits }: AcceptingResult, composing: WayResult): Spread {
  return byRound(relay, [composing, commits], (perSecond) => Math.min(...perSecond));
}

/**
 * What the cores could do that caller and relay share, did each message cost them no more than posting it, a route that
 * answers with a constant, composing and a share of a commit, and were no core ever idle.
 */
function mostOfCores({ composing, commits, bareRoute }: AcceptingResult, round: number): number {
  const milliseconds = [
    bareRoute.rounds[round]?.driverCpu,
    ...[composing, commits, bareRoute].map((way) => way.rounds[round]?.cpu),
  ];
  return (CORES * 1_000) / milliseconds.reduce<number>((sum, each) => sum + (each ?? Number.NaN), 0);
}

function besideCores(result: AcceptingResult): Spread {
  return spreadOf(result.relay.rounds.map(({ perSecond }, round) => perSecond / mostOfCores(result, round)));
}

/** Whether the target can be reached here at all. */
function reach(result: AcceptingResult): Spread {
  const slower = (round: number) =>
    Math.min(...[result.composing, result.commits].map((way) => way.rounds[round]?.perSecond ?? Number.NaN));
  return spreadOf(result.relay.rounds.map((_, round) => mostOfCores(result, round) / slower(round)));
}

/** What one thread could do at best that reads, validates and answers a request, and composes a message. */
function besideOneThread({ relay, composing, bareRoute }: AcceptingResult): Spread {
  return byRound(relay, [composing, bareRoute], ([one = Number.NaN, other = Number.NaN]) => 1 / (1 / one + 1 / other));
}

function byRound(relay: WayResult, others: readonly WayResult[], rate: (perSecond: readonly number[]) => number) {
  return spreadOf(
    relay.rounds.map(
      ({ perSecond }, round) => perSecond / rate(others.map((other) => other.rounds[round]?.perSecond ?? Number.NaN)),
    ),
  );
}
