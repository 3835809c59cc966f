/** Holds each client to its rate: counted by client, once it is known and before anything of the body is read. */

import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { FailureError, failure } from '../domain/failure.ts';
import { clientOf } from './client-auth.ts';

const SECOND = 1_000;

/**
 * Counts every request to the routes that are added to this server, as the next step of `onRequest`; only who is
 * authenticated gets there, so there are never more counters than clients.
 *
 * @param clients how many there are
 */
export async function limitRate(server: FastifyInstance, clients: number): Promise<void> {
  await server.register(rateLimit, {
    global: false,
    // RateLimit-Limit, -Remaining and -Reset, as in draft-ietf-httpapi-ratelimit-headers-06.
    enableDraftSpec: true,
    cache: Math.max(clients, 1),
    keyGenerator: (request) => clientOf(request).name,
    max: (request) => clientOf(request).rate.requests,
    timeWindow: (request) => clientOf(request).rate.seconds * SECOND,
    errorResponseBuilder: (request, { max, ttl }) => {
      const { name, rate } = clientOf(request);
      const wait = Math.ceil(ttl / SECOND);
      return new FailureError(
        failure('rate-limited', {
          detail: `Client ${name} may make ${max} requests in ${rate.seconds} s and has made them; the next ones are possible in ${wait} s.`,
          retryAfter: wait,
        }),
      );
    },
  });
  server.addHook('onRequest', server.rateLimit());
}
