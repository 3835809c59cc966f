/** What comes first on routes other than POST /send: the scope, then the memory for a body, if there is one. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '../domain/client.ts';
import type { ArrivingBodies } from './arriving-bodies.ts';
import { clientOf, requireScope } from './client-auth.ts';
import { refuseParameters } from './query.ts';

/** For onRequest: lets in clients that have one of the scopes. */
export function forClientsWith(anyOf: readonly Scope[], bodies: ArrivingBodies) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    requireScope(clientOf(request), ...anyOf);
    reply.raw.once('close', () => {
      request.endTurn?.();
      bodies.release(request);
    });
    await bodies.admit(request);
  };
}

/** For onRequest: refuses query parameters, of which the route has none. */
export async function withoutParameters({ query }: FastifyRequest): Promise<void> {
  refuseParameters(query);
}
