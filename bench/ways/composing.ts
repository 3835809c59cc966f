/** Composing alone: what no relay can be faster than that composes each message before it answers, on one thread as the relay does. */

import { Child } from '../child.ts';
import type { Load, Taken } from '../load.ts';
import type { FarSide } from '../sink.ts';
import type { Way } from './way.ts';

/** By whom: the relay's own composer, or that of nodemailer, which other programs compose by. */
export type Composer = 'exo-relay' | 'nodemailer';

/** What the process is started with. */
export interface ComposingGiven {
  readonly composer: Composer;
  readonly farSide: FarSide;
  /** Bytes of the file that is attached; 0 for none. */
  readonly attached: number;
}

export async function composing(farSide: FarSide, composer: Composer, attached: number): Promise<Way> {
  const given: ComposingGiven = { composer, farSide, attached };
  const { child } = await Child.start('ways/composing-process.ts', given);
  const isOurs = composer === 'exo-relay';
  return {
    name: isOurs ? 'composing alone, one thread' : "composing alone by nodemailer's MailComposer, one thread",
    pid: child.pid,
    reachesSink: 'never',
    share: isOurs ? 5 : 1,
    submit: (messages) => child.ask<Taken>({ messages, outstanding: 1 } satisfies Load),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
