/** How fast the relay takes messages whose callers do not wait, beside the two things that each needs: composing it, and having it on disk. */

import { openSqliteOutbox } from '../src/adapters/outbox/sqlite-outbox.ts';
import type { Bench } from './benchmark.ts';
import { table, times } from './markdown.ts';
import { type Spread, spreadOf } from './measure.ts';
import { startRelayProcess } from './relay-process.ts';
import { LIMITS_OF_EXCHANGE } from './routing.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { measureThroughput, ratio, resultFor, WAY_HEAD, type WayResult, wayRow } from './throughput.ts';
import { bareRoute } from './ways/bare-route.ts';
import { commits } from './ways/commits.ts';
import { composing } from './ways/composing.ts';
import { callersOfRelay } from './ways/relay.ts';

/** The figure that the relay is to reach. */
const TARGET = '0.8 at least';

export interface AcceptingResult {
  /** Callers at once. */
  readonly outstanding: number;
  readonly relay: WayResult;
  readonly composing: WayResult;
  readonly mailComposer: WayResult;
  readonly commits: WayResult;
  readonly bareRoute: WayResult;
}

/** Messages go out meanwhile, 30 a minute; what has been accepted stays in the outbox and is more in each round. */
export async function measureAccepting(
  outstanding: number,
  { farSide, sink, sizes, tell }: Bench,
): Promise<AcceptingResult> {
  using folder = temporaryFolder();
  const dataFolder = folder.path;
  await using process = await startRelayProcess(farSide, { limits: LIMITS_OF_EXCHANGE, dataFolder });
  const name = `exo-relay, respond-async, ${outstanding} callers`;
  const mailboxOf = () => farSide.mailbox;
  await using ours = callersOfRelay(process, { name, respondAsync: true, outstanding, mailboxOf });
  await using composes = await composing(farSide, 'exo-relay');
  await using nodemailer = await composing(farSide, 'nodemailer');
  await using writes = await commits(farSide, outstanding);
  await using bare = await bareRoute(farSide, outstanding);
  const results = await measureThroughput([ours, composes, nodemailer, writes, bare], sink, sizes, tell);
  await process[Symbol.asyncDispose]();
  await expectHeld(dataFolder, sizes.warmUp + sizes.rounds * sizes.messages);
  return {
    outstanding,
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
