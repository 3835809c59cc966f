/** What HTTP alone costs: the same body, read and validated as by the relay, answered with a constant. */

import { Child } from '../child.ts';
import { OUTSTANDING } from '../load.ts';
import type { FarSide } from '../sink.ts';
import { type CallerOptions, callersOf } from './post.ts';
import type { Way } from './way.ts';

/** What the process says when it listens. */
export interface BareRouteReady {
  readonly url: string;
}

export async function bareRoute(
  { mailbox }: FarSide,
  outstanding = OUTSTANDING,
  bodyOf?: CallerOptions['bodyOf'],
): Promise<Way> {
  const { child, ready } = await Child.start<BareRouteReady>('ways/bare-route-process.ts');
  const callers = callersOf({ url: ready.url, mailboxOf: () => mailbox, outstanding, ...(bodyOf && { bodyOf }) });
  return {
    name: 'bare Fastify route',
    pid: child.pid,
    reachesSink: 'never',
    share: 1,
    submit: callers.submit,
    [Symbol.asyncDispose]: async () => {
      callers[Symbol.dispose]();
      await child[Symbol.asyncDispose]();
    },
  };
}
