/** How the server stops: it takes nothing new, finishes what has arrived, and leaves nobody without an answer who asked in time. */

import type { FastifyInstance } from 'fastify';
import { failure } from '../domain/failure.ts';
import type { ArrivingBodies } from './arriving-bodies.ts';
import type { BodyGate } from './body-gate.ts';
import type { Connections } from './connections.ts';

export interface StoppingUse {
  readonly connections: Connections;
  readonly gate: BodyGate;
  readonly bodies: ArrivingBodies;
  /** Milliseconds for what is arriving to arrive in full. */
  readonly grace: number;
}

/**
 * Makes the server stop in order when it is closed.
 *
 * @returns whether it has begun to
 */
export function stopInOrder(server: FastifyInstance, { connections, gate, bodies, grace }: StoppingUse): () => boolean {
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  server.addHook('preClose', async () => {
    stopping = true;
    gate.close();
    connections.endSilent();
    timer = setTimeout(() => {
      bodies.refuse(failure('shutting-down'));
      connections.endUnanswered();
    }, grace);
    server.server.once('close', () => clearTimeout(timer));
  });
  // A connection that is kept alive would keep a stopping server alive, too.
  server.addHook('onSend', async (_request, reply) => {
    if (stopping) reply.header('connection', 'close');
  });
  return () => stopping;
}
