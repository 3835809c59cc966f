/** The HTTP server of the relay, the only Fastify besides the sandbox's; every error it answers is a problem (RFC 9457). */

import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Client } from '../domain/client.ts';
import { type Failure, FailureError, failure, retryAfterSeconds } from '../domain/failure.ts';
import type { Events } from '../ports.ts';
import { authenticate } from './client-auth.ts';
import { answerBrokenRequest, answerUndecodableUrl, failureOf, MAX_BODY, unknownRoute } from './framework-failures.ts';
import { readOnlyJson } from './json-body.ts';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts';
import { addSendRoute, type Relay } from './send.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the API key is known. */
    client: Client | null;
    /** What the request was refused for. */
    failure: Failure | null;
  }
}

export interface ServerOptions {
  readonly clients: readonly Client[];
  readonly relay: Relay;
  readonly events: Events;
  /** A new request id, for requests that bring none of their own. */
  readonly newId: () => string;
  /** Milliseconds for a request to arrive in full. */
  readonly requestTimeout?: number;
}

/** Builds the server; it does not listen yet. */
export function buildServer({
  clients,
  relay,
  events,
  newId,
  requestTimeout = 120_000,
}: ServerOptions): FastifyInstance {
  const server = Fastify({
    logger: false,
    bodyLimit: MAX_BODY,
    requestTimeout,
    // How often Node looks for requests that have taken too long.
    http: { connectionsCheckingInterval: requestTimeout / 4 },
    genReqId: (request) => givenId(request.headers['x-request-id']) ?? newId(),
    // As they come, these would drop unknown fields and turn numbers into texts.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: true } },
    forceCloseConnections: 'idle',
    // What is asked of a stopping server is answered by the hook below.
    return503OnClosing: false,
    frameworkErrors: (_error, { id }, { raw }) => answerUndecodableUrl(raw, id),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, newId()),
  });
  server.decorateRequest('client', null);
  server.decorateRequest('failure', null);
  readOnlyJson(server);
  // People read these answers in a terminal.
  server.setReplySerializer((payload) => `${JSON.stringify(payload, null, 2)}\n`);

  let stopping = false;
  server.addHook('preClose', async () => {
    stopping = true;
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (stopping) throw new FailureError(failure('shutting-down'));
    // Here, and not in a handler, so that no body is read for a route that does not exist.
    if (request.is404) throw new FailureError(unknownRoute(request, methodsAt(request.url, server)));
  });
  // A connection that is kept alive would keep a stopping server alive, too.
  server.addHook('onSend', async (_request, reply) => {
    if (stopping) reply.header('connection', 'close');
  });
  server.addHook('onResponse', async (request, reply) => {
    events.requestAnswered({
      requestId: request.id,
      client: request.client?.name ?? null,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      failure: request.failure?.code ?? null,
      milliseconds: Math.round(reply.elapsedTime),
    });
  });
  server.setErrorHandler(async (error: FastifyError, request, reply) => {
    const found = failureOf(error, request);
    request.failure = found;
    if (found.code === 'internal-error') events.requestBroke({ requestId: request.id, cause: error });
    const retryAfter = retryAfterSeconds(found);
    if (retryAfter !== null) reply.header('retry-after', retryAfter);
    if (found.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
    if (found.code === 'method-not-allowed') reply.header('allow', methodsAt(request.url, server).join(', '));
    const problem = problemOf(found, request.id);
    return reply.code(problem.status).type(PROBLEM_MEDIA_TYPE).send(problem);
  });

  server.register(async (authenticated) => {
    authenticated.addHook('onRequest', async (request) => {
      request.client = authenticate(request.headers.authorization, clients);
    });
    addSendRoute(authenticated, relay);
  });
  return server;
}

function methodsAt(url: string, server: FastifyInstance): string[] {
  const path = url.split('?')[0] ?? url;
  return server.supportedMethods.filter((method) => server.hasRoute({ method, url: path }));
}

/** A caller's own request id, when it is fit for a log line and a header. */
function givenId(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && /^[\w.:@/+=-]{1,128}$/.test(header) ? header : null;
}
