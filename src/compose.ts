/** The composition root: a configuration becomes a running relay, by hand; what is opened here is closed here, in reverse order. */

import { EntraAccessTokens } from './adapters/entra/access-tokens.ts';
import { noTokenCache, type TokenCache } from './adapters/entra/token-cache.ts';
import { openRedisTokenCache } from './adapters/entra/token-cache-redis.ts';
import { fanOut } from './adapters/events/fan-out.ts';
import { Metrics } from './adapters/events/metrics.ts';
import { logDestination, pinoEvents } from './adapters/events/pino-events.ts';
import { ulids } from './adapters/ids/ulids.ts';
import { mimeComposer } from './adapters/mime/compose.ts';
import { SmtpSubmissionClient } from './adapters/smtp/submission-client.ts';
import { trustContext } from './adapters/trust.ts';
import type { Config } from './config/config.ts';
import { version } from './config/version.ts';
import { Routing } from './domain/routing.ts';
import type { Relay } from './http/send.ts';
import { buildServer } from './http/server.ts';
import type { Clock, Events, SubmissionClient } from './ports.ts';
import { accept } from './relay/accept.ts';
import { deliver } from './relay/deliver.ts';
import { Health } from './relay/health.ts';
import { UnderWay } from './relay/under-way.ts';

export interface RunningRelay {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly events: Events;
  /** Stops accepting, finishes what runs, ends the connections; in the time that the configuration gives. */
  close(): Promise<void>;
}

/** What tests put in place of the outside world. */
export interface Overrides {
  readonly clock?: Clock;
  readonly events?: Events;
}

/** Milliseconds for which a replica that asks for a token is waited for beyond the time its request may take. */
const GRACE = 5_000;

/** Before the time to stop is up, what still runs is cut: as long as this, for its callers to be told. In milliseconds. */
const TO_TELL_CALLERS = 2_000;

/**
 * Starts a relay.
 *
 * @throws the error of listening, such as EADDRINUSE
 */
export async function startRelay(config: Config, overrides: Overrides = {}): Promise<RunningRelay> {
  const { routes, credentials, clients, http } = config;
  const clock = overrides.clock ?? { now: () => new Date() };
  const health = new Health(routes, clock, config.redis ? 'redis' : 'memory');
  const metrics = new Metrics(version(), {
    connections: () => client.counts,
    submissionsUnderWay: () => underWay.size,
    health: () => health.state,
  });
  const events = fanOut([
    overrides.events ?? pinoEvents(config.log.level, await logDestination(process.stdout)),
    health,
    metrics,
  ]);
  const trust = trustContext(config.extraCertificateAuthorities);
  const newId = ulids(() => clock.now());

  const cache: TokenCache = config.redis
    ? await openRedisTokenCache({
        ...config.redis,
        patience: config.entra.requestDeadline + GRACE,
        trust,
        clock,
        events,
      })
    : noTokenCache;
  const tokens = new EntraAccessTokens({
    ...config.entra,
    httpsProxy: config.entra.httpsProxy?.reveal() ?? null,
    credentials,
    trust,
    cache,
    clock,
    events,
  });
  const client = new SmtpSubmissionClient({ ...config.smtp, trust, events });
  const routing = new Routing(routes);
  const underWay = new UnderWay();
  const relay: Relay = {
    accept: (request, by) => accept(request, by, { routing, composer: mimeComposer, clock, events, newId }),
    deliver: (submission) => underWay.run(() => deliver(submission, { tokens, client, events })),
  };
  const server = buildServer({
    clients,
    relay,
    events,
    newId,
    clock,
    health,
    connections: () => client.counts,
    metrics,
    metricsTokenSha256: http.metricsTokenSha256,
    tls: http.tls,
    trustProxy: http.trustProxy,
    maxMessageBytes: Math.max(...routes.map(({ maxMessageBytes }) => maxMessageBytes)),
    maxBodyBytesInFlight: http.maxBodyBytesInFlight,
  });

  const listening = await server.listen({ host: http.host, port: http.port }).catch(async (error: unknown) => {
    await tokens.close();
    throw error;
  });
  // Fastify knows of TLS only where it makes the server itself.
  const url = http.tls ? listening.replace(/^http:/, 'https:') : listening;
  if (!http.tls && !isLoopback(http.host)) events.listeningInClear({ host: http.host });
  events.relayStarted({ url, mailboxes: routes.map(({ mailbox }) => mailbox) });
  return {
    url,
    events,
    close: async () => {
      const finish = async () => {
        await server.close();
        await underWay.settled();
        await client.close();
      };
      await finishedInTime(finish(), config.shutdownDeadline, () => cut(client, underWay, events));
      await tokens.close();
      events.relayStopped();
    },
  };
}

/** Waits for work, cuts it shortly before the deadline, and waits no longer than that. */
async function finishedInTime(work: Promise<void>, deadline: number, cut: () => void): Promise<void> {
  const { promise: timeIsUp, resolve } = Promise.withResolvers<void>();
  const timers = [setTimeout(cut, Math.max(deadline - TO_TELL_CALLERS, deadline / 2)), setTimeout(resolve, deadline)];
  try {
    await Promise.race([work, timeIsUp]);
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

function cut(client: SubmissionClient, underWay: UnderWay, events: Events): void {
  if (underWay.size > 0) events.relayStopCut({ submissions: underWay.size });
  client.cut();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
