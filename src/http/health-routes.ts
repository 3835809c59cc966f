/** GET /health, /health/live and /health/ready: open to everybody, and names only to clients with the scope `operate`. */

import type { FastifyInstance } from 'fastify';
import { version } from '../config/version.ts';
import type { Client } from '../domain/client.ts';
import { entryOf, FailureError, failure } from '../domain/failure.ts';
import type { Failing, HealthState } from '../relay/health.ts';
import { healthAnswers, liveAnswers, readyAnswers } from './answers.ts';

/** Where the routes look. */
export interface HealthSource {
  readonly state: HealthState;
}

/** Connections to Exchange Online, and the submissions that wait for one. */
export interface ConnectionCounts {
  readonly open: number;
  readonly busy: number;
  readonly waiting: number;
}

export interface HealthRoutesUse {
  readonly health: HealthSource;
  readonly connections: () => ConnectionCounts;
  /** Whether the server has begun to stop. */
  readonly isStopping: () => boolean;
  /** The client of a request with an API key; a wrong one is refused. */
  readonly authenticate: (authorization: string) => Client;
}

const VERSION = version();

/** The one route that is answered to the end, so that a relay that finishes its work is not killed for it. */
export const LIVE = '/health/live';

export function addHealthRoutes(server: FastifyInstance, use: HealthRoutesUse): void {
  const tags = ['Health'];
  server.get(LIVE, {
    schema: {
      operationId: 'live',
      summary: 'Whether the process works',
      description: 'Answers as long as the event loop turns, and looks at nothing else; for liveness checks.',
      tags,
      security: [],
      response: liveAnswers,
    },
    handler: async () => ({ status: 'ok' }),
  });
  server.get('/health/ready', {
    schema: {
      operationId: 'ready',
      summary: 'Whether requests are taken',
      description: '503 as soon as the relay has begun to stop; for readiness checks and load balancers.',
      tags,
      security: [],
      response: readyAnswers,
    },
    handler: async () => {
      if (use.isStopping()) throw new FailureError(failure('shutting-down'));
      return { status: 'ok' };
    },
  });
  server.get('/health', {
    schema: {
      operationId: 'health',
      summary: 'How the tenants and mailboxes are',
      description:
        'Always 200, with `degraded` when a tenant or a mailbox fails or the token cache is away. The counts are open; a client with the scope `operate` is told the names.',
      tags,
      security: [{}, { apiKey: [] }],
      response: healthAnswers,
    },
    handler: async ({ headers: { authorization } }) => {
      const client = authorization === undefined ? null : use.authenticate(authorization);
      return reportOf(use, client?.scopes.includes('operate') ?? false);
    },
  });
}

function reportOf({ health, connections }: HealthRoutesUse, withNames: boolean) {
  const { tenants, mailboxes, tokenCache } = health.state;
  const isWell = [...tenants.failing, ...mailboxes.failing].length === 0 && tokenCache.status === 'ok';
  const counts = ({ total, failing }: HealthState['tenants']) => ({
    ok: total - failing.length,
    failing: failing.length,
  });
  return {
    status: isWell ? 'ok' : 'degraded',
    version: VERSION,
    uptime: Math.round(process.uptime()),
    tenants: counts(tenants),
    mailboxes: counts(mailboxes),
    token_cache: { ...tokenCache, since: tokenCache.since.toISOString() },
    connections: connections(),
    ...(withNames && {
      failing: { tenants: tenants.failing.map(inWords), mailboxes: mailboxes.failing.map(inWords) },
    }),
  };
}

function inWords({ name, failure: { code }, since }: Failing) {
  return { name, code, title: entryOf(code).title, since: since.toISOString() };
}
