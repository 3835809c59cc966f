/** Answers whatever goes wrong with a request as a problem, with the headers that belong to it. */

import type { FastifyError, FastifyInstance } from 'fastify';
import { FailureError, retryAfterSeconds } from '../domain/failure.ts';
import type { Events } from '../ports.ts';
import type { AllowedMethods } from './allowed-methods.ts';
import { failureOf, unknownRoute } from './framework-failures.ts';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts';

/** Sets the handlers for errors and for what is not found. */
export function answerProblems(server: FastifyInstance, events: Events, allowed: AllowedMethods): void {
  server.setErrorHandler(async (error: FastifyError, request, reply) => {
    const found = failureOf(error, request);
    request.failure = found;
    // Now, and not with the answer: behind another one on the same connection it may have to wait for minutes.
    request.endTurn?.();
    if (found.code === 'internal-error') events.requestBroke({ requestId: request.id, cause: error });
    const retryAfter = retryAfterSeconds(found);
    if (retryAfter !== null) reply.header('retry-after', retryAfter);
    if (found.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
    if (found.code === 'method-not-allowed') reply.header('allow', allowed(request.url).join(', '));
    // The rest of what is too large is not worth reading.
    if (found.code === 'message-too-large' && !request.raw.complete) reply.header('connection', 'close');
    const problem = problemOf(found, request.id, request.submission ?? request.id);
    return reply.code(problem.status).type(PROBLEM_MEDIA_TYPE).send(problem);
  });
  // For routes that find out by themselves, such as that of the documentation's files.
  server.setNotFoundHandler((request) => {
    throw new FailureError(unknownRoute(request, allowed(request.url)));
  });
}
