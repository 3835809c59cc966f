/** Every metric of the relay by name, labels and meaning. What a label can say is bounded by the code, the catalogue or the routes, never by callers, mailboxes or tenants. */

import { type MetricMakers, metricMakers, type PromClient } from './metric-makers.ts';
import { addOutboxGauges, type OutboxSources, outboxCounters } from './outbox-metrics.ts';

/** Seconds. A submission may wait minutes for its mailbox and ten more for the reply to the final dot. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
/** Bytes, up to what Exchange Online takes at most. */
const BYTES = [1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864, 157_286_400];

/** What a gauge shows is asked for when it is read. */
export interface MetricSources extends OutboxSources {
  readonly connections: () => { readonly open: number; readonly busy: number; readonly waiting: number };
  readonly submissionsUnderWay: () => number;
  readonly health: () => {
    readonly tokenCache: { readonly status: 'ok' | 'away' };
    readonly tenants: WellAndFailing;
    readonly mailboxes: WellAndFailing;
  };
  readonly bodies: () => { readonly bytes: number; readonly waiting: number };
}

interface WellAndFailing {
  readonly total: number;
  readonly failing: readonly unknown[];
}

/**
 * Makes the metrics in a registry of their own.
 *
 * @param version of the relay
 */
export function relayMetrics(prom: PromClient, version: string, sources: MetricSources) {
  const registry = new prom.Registry();
  // Of the process and of Node.js, under the names that everybody's dashboards know.
  prom.collectDefaultMetrics({ register: registry });
  const makers = metricMakers(prom, registry);
  const made = { ...counters(makers), ...histograms(makers), ...outboxCounters(makers) };
  addGauges(makers, sources);
  addOutboxGauges(makers, sources);
  new prom.Gauge({
    name: 'exo_relay_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  }).set({ version, node_version: process.versions.node }, 1);
  return { registry, ...made };
}

function counters({ counter }: MetricMakers) {
  return {
    requests: counter<'route' | 'method' | 'status'>(
      'http_requests_total',
      'Requests that were answered, by route, method and status.',
      ['route', 'method', 'status'],
    ),
    requestFailures: counter<'failure'>(
      'http_request_failures_total',
      'Requests that were answered with a problem, by its code.',
      ['failure'],
    ),
    submissions: counter<'outcome'>(
      'submissions_total',
      'Attempts to submit a message that have ended: submitted, failed, or in_doubt.',
      ['outcome'],
    ),
    submissionFailures: counter<'failure'>(
      'submission_failures_total',
      'Attempts to submit a message that have failed, by the code of the failure.',
      ['failure'],
    ),
    recipientsAccepted: counter('recipients_accepted_total', 'Recipients that Exchange Online took.'),
    recipientsRejected: counter<'failure'>(
      'recipients_rejected_total',
      'Recipients that Exchange Online refused while it took others of the same message, by the code of the failure.',
      ['failure'],
    ),
    tokenRequests: counter<'outcome'>('token_requests_total', 'Token requests to Entra ID: acquired or failed.', [
      'outcome',
    ]),
    tokenFailures: counter<'failure'>(
      'token_request_failures_total',
      'Token requests that have failed, by the code of the failure.',
      ['failure'],
    ),
    tokensServed: counter<'from'>(
      'tokens_served_total',
      'Tokens that were used, by where they came from: memory, redis or entra.',
      ['from'],
    ),
    tokenCacheLosses: counter('token_cache_losses_total', 'How often Redis went away from the token cache.'),
    connectionsOpened: counter('smtp_connections_opened_total', 'Connections that were opened and authenticated.'),
    connectionsClosed: counter<'reason'>(
      'smtp_connections_closed_total',
      'Connections that have ended, by reason: server, failed, idle, displaced, stopping or cut.',
      ['reason'],
    ),
  };
}

function histograms({ histogram }: MetricMakers) {
  return {
    requestSeconds: histogram<'route'>(
      'http_request_duration_seconds',
      'From the arrival of a request to the end of its answer, by route.',
      SECONDS,
      ['route'],
    ),
    submissionSeconds: histogram<'outcome'>(
      'submission_duration_seconds',
      'A whole attempt to submit a message: token, connection, waiting for one, and transaction.',
      SECONDS,
      ['outcome'],
    ),
    stageSeconds: histogram<'stage'>(
      'stage_duration_seconds',
      'Stages of the way: token (a request to Entra ID), connect (TCP to AUTH), envelope (MAIL to DATA), content, final_dot (until the reply).',
      SECONDS,
      ['stage'],
    ),
    messageBytes: histogram('message_size_bytes', 'Size of the messages that were accepted, composed.', BYTES),
  };
}

function addGauges({ gauge, gaugeBy }: MetricMakers, sources: MetricSources): void {
  const wellAndFailing = ({ total, failing }: WellAndFailing) => ({
    ok: total - failing.length,
    failing: failing.length,
  });
  gaugeBy(
    'state',
    'smtp_connections',
    'Connections to Exchange Online: busy (also while being opened) or idle.',
    () => {
      const { open, busy } = sources.connections();
      return { busy, idle: open - busy };
    },
  );
  gauge('submissions_waiting', 'Submissions that wait for a connection.', () => sources.connections().waiting);
  gauge('submissions_under_way', 'Submissions whose attempt has begun and not ended.', sources.submissionsUnderWay);
  gauge('http_bodies_in_flight_bytes', 'Bytes of request bodies in memory.', () => sources.bodies().bytes);
  gauge('http_bodies_waiting', 'Request bodies that wait for room, unread.', () => sources.bodies().waiting);
  gauge('token_cache_up', 'Whether the token cache works: 0 while its Redis is away.', () =>
    Number(sources.health().tokenCache.status === 'ok'),
  );
  gaugeBy('state', 'tenants', 'Tenants, by whether their last token request failed.', () =>
    wellAndFailing(sources.health().tenants),
  );
  gaugeBy('state', 'mailboxes', 'Mailboxes, by whether their last attempt failed for a cause of their own.', () =>
    wellAndFailing(sources.health().mailboxes),
  );
}
