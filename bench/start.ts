/** How long a relay takes from its start until it listens, and until its first message is submitted, token and connection included. */

import { HttpConnection } from './http-connection.ts';
import { spread, table } from './markdown.ts';
import { type Spread, spreadOf } from './measure.ts';
import { mail } from './message.ts';
import { type RelayOptions, startRelayProcess } from './relay-process.ts';
import type { FarSide } from './sink.ts';
import type { Sizes } from './sizes.ts';

export interface StartResult {
  readonly starts: number;
  /** Milliseconds. */
  readonly listening: Spread;
  readonly firstReceipt: Spread;
}

const TARGET = 'under 1,000 ms';

/**
 * Starts relays in turns.
 *
 * @returns of each what its starts took
 * @throws Error when a first message is not submitted
 */
export async function measureStarts(
  farSide: FarSide,
  relays: readonly RelayOptions[],
  { starts }: Sizes,
): Promise<StartResult[]> {
  const taken = relays.map((options) => ({ options, listening: [] as number[], firstReceipt: [] as number[] }));
  for (let number = 0; number < starts; number += 1) {
    for (const { options, listening, firstReceipt } of taken) {
      const one = await startOnce(farSide, options, number);
      listening.push(one.listening);
      firstReceipt.push(one.firstReceipt);
    }
  }
  return taken.map(({ listening, firstReceipt }) => ({
    starts,
    listening: spreadOf(listening),
    firstReceipt: spreadOf(firstReceipt),
  }));
}

export function startReport({ starts, listening, firstReceipt }: StartResult): string[] {
  return table(
    [`exo-relay, ${starts} starts`, 'measured', 'target'],
    [
      ['listening after its start', `${spread(listening, 0)} ms`, TARGET],
      ['first receipt after its start, token and connection included', `${spread(firstReceipt, 0)} ms`, ''],
    ],
  );
}

async function startOnce(farSide: FarSide, options: RelayOptions, number: number) {
  const started = performance.now();
  await using relay = await startRelayProcess(farSide, options);
  const listening = performance.now() - started;
  const connection = new HttpConnection(relay.url, { authorization: relay.authorization });
  const { status, body } = await connection.post('/send', JSON.stringify(mail(farSide.mailbox, number)));
  if (status !== 200) throw new Error(`The first message was answered by ${status}: ${body}`);
  const firstReceipt = performance.now() - started;
  connection.close();
  return { listening, firstReceipt };
}
