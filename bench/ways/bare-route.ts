/** What HTTP alone costs: the same body, read and validated as by the relay, answered with a constant. */

import { Child } from '../child.ts';
import type { FarSide } from '../sink.ts';
import { callersOf } from './post.ts';
import type { Way } from './way.ts';

/** What the process says when it listens. */
export interface BareRouteReady {
  readonly url: string;
}

export async function bareRoute({ mailbox }: FarSide): Promise<Way> {
  const { child, ready } = await Child.start<BareRouteReady>('ways/bare-route-process.ts');
  const callers = callersOf(ready.url, mailbox, null);
  return {
    name: 'bare Fastify route',
    pid: child.pid,
    submits: false,
    slow: false,
    submit: callers.submit,
    [Symbol.asyncDispose]: async () => {
      callers[Symbol.dispose]();
      await child[Symbol.asyncDispose]();
    },
  };
}
