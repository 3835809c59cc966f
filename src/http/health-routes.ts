/** GET /health, /health/live and /health/ready: open to everybody, and names only to clients with the scope `operate`. */

import type { FastifyInstance } from 'fastify';
import { version } from '../config/version.ts';
import { type Client, mayUseTenant } from '../domain/client.ts';
import { entryOf, FailureError, failure } from '../domain/failure.ts';
import type { Fill } from '../ports/outbox.ts';
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
  /** How full the outbox is. */
  readonly fill: () => Fill;
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
      description:
        '503 as soon as the relay has begun to stop, and while its outbox cannot be written; for readiness checks and load balancers. One that is full is still ready: it answers the rest.',
      tags,
      security: [],
      response: readyAnswers,
    },
    handler: async () => {
      if (use.isStopping()) throw new FailureError(failure('shutting-down'));
      if (use.fill().failing) throw new FailureError(failure('outbox-unavailable'));
      return { status: 'ok' };
    },
  });
  server.get('/health', {
    schema: {
      operationId: 'health',
      summary: 'How the relay, its tenants and mailboxes are',
      description:
        'Always 200, with `degraded` when a tenant or a mailbox fails, the token cache is away, or the outbox is full or cannot be written. The counts are open; a client with the scope `operate` is told the names in its tenants.',
      tags,
      security: [{}, { apiKey: [] }],
      response: healthAnswers,
    },
    handler: async ({ headers: { authorization } }) => {
      const client = authorization === undefined ? null : use.authenticate(authorization);
      return reportOf(use, client?.scopes.includes('operate') ? client : null);
    },
  });
}

/** @param operator who is told the names, of its tenants; null for nobody */
function reportOf({ health, connections, fill }: HealthRoutesUse, operator: Client | null) {
  const { tenants, mailboxes, tokenCache } = health.state;
  const outbox = outboxOf(fill());
  const isWell =
    [...tenants.failing, ...mailboxes.failing].length === 0 && tokenCache.status === 'ok' && outbox.status === 'ok';
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
    outbox,
    connections: connections(),
    ...(operator && {
      failing: { tenants: namesFor(operator, tenants.failing), mailboxes: namesFor(operator, mailboxes.failing) },
    }),
  };
}

function outboxOf({ submissions, bytes, maxSubmissions, maxBytes, failing }: Fill) {
  const isFull = submissions >= maxSubmissions || bytes >= maxBytes;
  return {
    status: failing ? 'failing' : isFull ? 'full' : 'ok',
    submissions,
    bytes,
    max_submissions: maxSubmissions,
    max_bytes: maxBytes,
  };
}

function namesFor(operator: Client, failing: readonly Failing[]) {
  return failing.filter(({ tenant }) => mayUseTenant(operator, tenant)).map(inWords);
}

function inWords({ name, failure: { code }, since }: Failing) {
  return { name, code, title: entryOf(code).title, since: since.toISOString() };
}
