/** The HTTP server of the relay, the only Fastify besides the sandbox's; every error it answers is a problem (RFC 9457). */

import Fastify, { type FastifyInstance } from 'fastify';
import type { Client } from '../domain/client.ts';
import { type Failure, FailureError, failure } from '../domain/failure.ts';
import type { Fill } from '../ports/outbox.ts';
import type { Clock, Events } from '../ports.ts';
import type { Relay } from '../relay/relay.ts';
import { allowedMethods } from './allowed-methods.ts';
import { ArrivingBodies } from './arriving-bodies.ts';
import { BodyGate } from './body-gate.ts';
import { bodyLimit } from './body-limit.ts';
import { authenticate, ClientKeys } from './client-auth.ts';
import { Connections } from './connections.ts';
import { addFailureRoutes } from './failure-routes.ts';
import {
  answerAbnormalRequests,
  answerAtOnce,
  answerBrokenRequest,
  missingHost,
  undecodableUrl,
  unknownRoute,
} from './framework-failures.ts';
import { addHealthRoutes, type ConnectionCounts, type HealthSource, LIVE } from './health-routes.ts';
import { readOnlyJson } from './json-body.ts';
import { addLineRoutes } from './line-routes.ts';
import { listener, type ServerTls } from './listener.ts';
import { addMetricsRoute, type MetricsSource } from './metrics-route.ts';
import { addDocumentation, documentRoutes } from './openapi.ts';
import { inPrint } from './problem.ts';
import { answerProblems } from './problem-answers.ts';
import { limitRate } from './rate.ts';
import { addSendRoute } from './send.ts';
import { stopInOrder } from './stopping.ts';
import { addSubmissionRoutes } from './submission-routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the API key is known. */
    client: Client | null;
    /** What the request was refused for. */
    failure: Failure | null;
    /** Path of the submission that the answer is about; null when it is about none. */
    submission: string | null;
  }
}

export interface ServerOptions {
  readonly clients: readonly Client[];
  readonly relay: Relay;
  readonly events: Events;
  /** A new request id, for requests that bring none of their own. */
  readonly newId: () => string;
  readonly clock?: Clock;
  readonly health?: HealthSource;
  readonly connections?: () => ConnectionCounts;
  /** How full the outbox is. */
  readonly fill?: () => Fill;
  readonly metrics?: MetricsSource;
  /** SHA-256 of the token that /metrics asks for, in hex; null or absent when it is open. */
  readonly metricsTokenSha256?: string | null;
  /** Null or absent to serve in clear. */
  readonly tls?: ServerTls | null;
  /** Whose X-Forwarded-For and X-Forwarded-Proto are believed: see Config. */
  readonly trustProxy?: boolean | number | readonly string[];
  /** Bytes of the largest message that any mailbox submits; what a body may have follows from it. */
  readonly maxMessageBytes?: number;
  readonly maxBodyBytesInFlight?: number;
  /** Milliseconds that a body waits for others to make room. */
  readonly bodyPatience?: number;
  /** Milliseconds for a request to arrive in full. */
  readonly requestTimeout?: number;
  /** Milliseconds for the same when the server stops. */
  readonly uploadGrace?: number;
}

const MEBIBYTE = 1024 * 1024;
const nothingFails: HealthSource = {
  state: {
    tokenCache: { kind: 'memory', status: 'ok', since: new Date() },
    tenants: { total: 0, failing: [] },
    mailboxes: { total: 0, failing: [] },
  },
};
const nothingHeld: Fill = { submissions: 0, bytes: 0, maxSubmissions: 1, maxBytes: 1, failing: false };
const nothingMeasured: MetricsSource = { read: async () => ({ mediaType: 'text/plain', text: '' }) };

/** Builds the server; it does not listen yet. */
export function buildServer({
  clients,
  relay,
  events,
  newId,
  clock = { now: () => new Date() },
  health = nothingFails,
  connections: connectionCounts = () => ({ open: 0, busy: 0, waiting: 0 }),
  fill = () => nothingHeld,
  metrics = nothingMeasured,
  metricsTokenSha256: tokenSha256 = null,
  tls = null,
  trustProxy = false,
  maxMessageBytes = 35 * MEBIBYTE,
  maxBodyBytesInFlight = 64 * MEBIBYTE,
  bodyPatience = 10_000,
  requestTimeout = 120_000,
  uploadGrace = 5_000,
}: ServerOptions): FastifyInstance {
  const server: FastifyInstance = Fastify({
    logger: false,
    serverFactory: (handler) => listener({ tls, requestTimeout }, handler),
    trustProxy: believedProxies(trustProxy),
    genReqId: (request) => givenId(request.headers['x-request-id']) ?? newId(),
    // As they come, these would drop unknown fields and turn numbers into texts.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: true } },
    // Answers are written as they are: a serialiser made of a schema would drop what the schema does not name.
    schemaController: { compilersFactory: { buildSerializer: () => () => JSON.stringify } },
    // The longest that a path has in one piece is an address, each of its octets in percent-encoding.
    routerOptions: { maxParamLength: 1_000 },
    forceCloseConnections: 'idle',
    // What is asked of a stopping server is answered by the hook below.
    return503OnClosing: false,
    frameworkErrors: (_error, { id }, { raw }) => answerAtOnce(raw, undecodableUrl, id),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, connections, newId()),
  });
  const connections = new Connections(server.server);
  answerAbnormalRequests(server.server, newId);
  server.decorateRequest('client', null);
  server.decorateRequest('failure', null);
  server.decorateRequest('endTurn', null);
  server.decorateRequest('contents', null);
  server.decorateRequest('held', 0);
  server.decorateRequest('isBeingAccepted', false);
  server.decorateRequest('submission', null);
  server.decorateRequest('wishes', null);
  const gate = new BodyGate(maxBodyBytesInFlight, bodyPatience);
  const bodies = new ArrivingBodies(gate, bodyLimit(maxMessageBytes));
  readOnlyJson(server, bodies);
  server.setReplySerializer(inPrint);

  const allowed = allowedMethods(server);
  const isStopping = stopInOrder(server, { connections, gate, bodies, grace: uploadGrace });
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (isStopping() && request.routeOptions.url !== LIVE) done(new FailureError(failure('shutting-down')));
    else if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
      done(new FailureError(missingHost));
    // Here, and not in a handler, so that no body is read for a route that does not exist.
    else if (request.is404) done(new FailureError(unknownRoute(request, allowed(request.url))));
    else done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    request.endTurn?.();
    bodies.release(request);
    events.requestAnswered({
      requestId: request.id,
      client: request.client?.name ?? null,
      address: request.ip,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      failure: request.failure?.code ?? null,
      milliseconds: Math.round(reply.elapsedTime),
    });
    done();
  });
  answerProblems(server, events, allowed);
  documentRoutes(server);

  const keys = new ClientKeys(clients);
  const known = (authorization: string | undefined) => authenticate(authorization, keys, clock.now());
  server.register(async (open) => {
    addHealthRoutes(open, { health, connections: connectionCounts, fill, isStopping, authenticate: known });
    addMetricsRoute(open, { metrics, tokenSha256, gate });
    addFailureRoutes(open);
    addDocumentation(open);
  });
  server.register(async (authenticated) => {
    authenticated.addHook('onRequest', (request, _reply, done) => {
      request.client = known(request.headers.authorization);
      done();
    });
    await limitRate(authenticated, clients.length);
    addSendRoute(authenticated, relay, bodies);
    addSubmissionRoutes(authenticated, relay, bodies);
    addLineRoutes(authenticated, relay, bodies);
  });
  return server;
}

/** Of proxies, the last n are believed by their place, others by their address. */
function believedProxies(trust: boolean | number | readonly string[]) {
  if (typeof trust === 'number') return (_address: string, hop: number) => hop < trust;
  return typeof trust === 'boolean' ? trust : [...trust];
}

/** A caller's own request id, when it is fit for a log line and a header. */
function givenId(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && /^[\w.:@/+=-]{1,128}$/.test(header) ? header : null;
}
