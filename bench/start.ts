/** How long a relay takes from its start until it listens, and until its first message is submitted, token and connection included. */

import { HttpConnection } from './http-connection.ts';
import { type Spread, spreadOf } from './measure.ts';
import { mail } from './message.ts';
import type { FarSide } from './sink.ts';
import type { Sizes } from './sizes.ts';
import { startRelayProcess } from './ways/relay.ts';

export interface StartResult {
  readonly starts: number;
  /** Milliseconds. */
  readonly listening: Spread;
  readonly firstReceipt: Spread;
}

/** @throws Error when a first message is not submitted */
export async function measureStart(farSide: FarSide, { starts }: Sizes): Promise<StartResult> {
  const listening: number[] = [];
  const firstReceipt: number[] = [];
  for (let number = 0; number < starts; number += 1) {
    const started = performance.now();
    await using relay = await startRelayProcess(farSide);
    listening.push(performance.now() - started);
    const connection = new HttpConnection(relay.url, { authorization: relay.authorization });
    const { status, body } = await connection.post('/send', JSON.stringify(mail(farSide.mailbox, number)));
    if (status !== 200) throw new Error(`The first message was answered by ${status}: ${body}`);
    firstReceipt.push(performance.now() - started);
    connection.close();
  }
  return { starts, listening: spreadOf(listening), firstReceipt: spreadOf(firstReceipt) };
}
