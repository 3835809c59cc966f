/** nodemailer in a process of its own, as an application would use it that needs no relay. */

import { Child } from '../child.ts';
import { type Load, OUTSTANDING, type Taken } from '../load.ts';
import type { FarSide } from '../sink.ts';
import type { Way } from './way.ts';

/** Exchange Online refuses every connection above the third of a mailbox. */
export const CONNECTIONS = 3;

/** What the process is started with. */
export interface NodemailerGiven {
  readonly pool: boolean;
  readonly farSide: FarSide;
}

/** At its best: three connections that are never given up. */
export function nodemailerPooled(farSide: FarSide): Promise<Way> {
  return nodemailer('nodemailer, pooled', { pool: true, farSide }, OUTSTANDING);
}

/** As most applications use it; no more messages outstanding than Exchange Online allows connections. */
export function nodemailerUnpooled(farSide: FarSide): Promise<Way> {
  return nodemailer('nodemailer, a connection for every message', { pool: false, farSide }, CONNECTIONS);
}

async function nodemailer(name: string, given: NodemailerGiven, outstanding: number): Promise<Way> {
  const { child } = await Child.start('ways/nodemailer-process.ts', given);
  return {
    name,
    pid: child.pid,
    reachesSink: 'at-once',
    // As many as take about as long.
    share: given.pool ? 1 : 0.1,
    submit: (messages) => child.ask<Taken>({ messages, outstanding } satisfies Load),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
