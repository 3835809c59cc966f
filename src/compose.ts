/** The composition root: a configuration becomes a running relay, by hand; what is opened here is closed here, in reverse order. */

import { EntraAccessTokens } from './adapters/entra/access-tokens.ts';
import { noTokenCache, type TokenCache } from './adapters/entra/token-cache.ts';
import { openRedisTokenCache } from './adapters/entra/token-cache-redis.ts';
import { fanOut } from './adapters/events/fan-out.ts';
import { Metrics } from './adapters/events/metrics.ts';
import { logDestination, pinoEvents } from './adapters/events/pino-events.ts';
import { digest } from './adapters/ids/digest.ts';
import { ulids } from './adapters/ids/ulids.ts';
import { mimeComposer } from './adapters/mime/compose.ts';
import { openSqliteOutbox, type SqliteOutbox } from './adapters/outbox/sqlite-outbox.ts';
import { SmtpSubmissionClient } from './adapters/smtp/submission-client.ts';
import { trustContext } from './adapters/trust.ts';
import type { Config } from './config/config.ts';
import { version } from './config/version.ts';
import { Routing } from './domain/routing.ts';
import { buildServer } from './http/server.ts';
import type { Clock, Events, SubmissionClient } from './ports.ts';
import { type AssembledRelay, assembleRelay } from './relay/assembly.ts';
import { Health } from './relay/health.ts';
import type { Windows } from './relay/mailbox-line.ts';

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
  /** Shorter ones, for a server that counts in shorter ones. */
  readonly windows?: Windows;
}

/** Milliseconds for which a replica that asks for a token is waited for beyond the time its request may take. */
const GRACE = 5_000;

/** Milliseconds of the windows in which Exchange Online counts. */
const EXCHANGE_WINDOWS: Windows = { minute: 60_000, day: 24 * 60 * 60_000 };

/** Before the time to stop is up, what still runs is cut: as long as this, for its callers to be told. In milliseconds. */
const TO_TELL_CALLERS = 2_000;

/** What is to be closed of a relay that did not come to run, the last first: a thread that is left would keep the process, and its folder from the next. */
type Opened = (() => Promise<void> | void)[];

/**
 * Starts a relay.
 *
 * @throws what keeps it from running, such as EADDRINUSE; nothing stays open then
 */
export async function startRelay(config: Config, overrides: Overrides = {}): Promise<RunningRelay> {
  const opened: Opened = [];
  try {
    return await start(config, overrides, opened);
  } catch (error) {
    // The error that counts is that of the start.
    for (const close of opened.toReversed()) await Promise.resolve(close()).catch(() => {});
    throw error;
  }
}

async function start(config: Config, overrides: Overrides, toClose: Opened): Promise<RunningRelay> {
  const { routes, credentials, clients, http } = config;
  const clock = overrides.clock ?? { now: () => new Date() };
  const health = new Health(routes, clock, config.redis ? 'redis' : 'memory');
  const metrics = new Metrics(version(), {
    connections: () => client.counts,
    submissionsUnderWay: () => relay.figures.underWay,
    health: () => health.state,
    clock,
    statuses: () => relay.figures.byStatus,
    fill: () => outbox.fill,
    lines: () => relay.figures.lines,
  });
  const events = fanOut([
    overrides.events ?? pinoEvents(config.log.level, await logDestination(process.stdout)),
    health,
    metrics,
  ]);
  // Its thread starts while the rest is made.
  const opening = openOutbox(config, events);
  toClose.push(async () => (await opening).close());
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
  toClose.push(() => tokens.close());
  const client = new SmtpSubmissionClient({ ...config.smtp, trust, events });
  const routing = new Routing(routes);
  const opened = performance.now();
  const outbox = await opening;
  const relay = await assembleRelay({
    outbox,
    routing,
    composer: mimeComposer,
    tokens,
    client,
    clock,
    events,
    newId,
    digest,
    random: Math.random,
    inDoubt: config.outbox.inDoubt,
    maxAttempts: config.smtp.maxConnections,
    windows: overrides.windows ?? EXCHANGE_WINDOWS,
    retention: { records: config.outbox.recordRetention, contents: config.outbox.contentRetention },
  });
  toClose.push(() => relay.stop());
  const milliseconds = Math.round(performance.now() - opened);
  events.outboxOpened({ folder: config.outbox.folder, ...relay.recovered, milliseconds });
  const server = buildServer({
    clients,
    relay,
    events,
    newId,
    clock,
    health,
    connections: () => client.counts,
    fill: () => outbox.fill,
    metrics,
    metricsTokenSha256: http.metricsTokenSha256,
    tls: http.tls,
    trustProxy: http.trustProxy,
    maxMessageBytes: Math.max(...routes.map(({ maxMessageBytes }) => maxMessageBytes)),
    maxBodyBytesInFlight: http.maxBodyBytesInFlight,
  });

  const listening = await server.listen({ host: http.host, port: http.port });
  // Not before it is certain that this relay runs.
  relay.begin();
  // Fastify knows of TLS only where it makes the server itself.
  const url = http.tls ? listening.replace(/^http:/, 'https:') : listening;
  if (!http.tls && !isLoopback(http.host)) events.listeningInClear({ host: http.host });
  events.relayStarted({ url, mailboxes: routes.map(({ mailbox }) => mailbox) });
  return {
    url,
    events,
    close: async () => {
      const finish = async () => {
        // Who waits for what has not begun is told that it is held.
        relay.stop();
        await server.close();
        await relay.settled();
        await client.close();
        await outbox.close();
      };
      await finishedInTime(finish(), config.shutdownDeadline, () => cut(client, relay, events));
      await tokens.close();
      events.relayStopped();
    },
  };
}

function openOutbox({ outbox, shutdownDeadline }: Config, events: Events): Promise<SqliteOutbox> {
  const { folder, maxSubmissions, maxBytes } = outbox;
  const opening = openSqliteOutbox({
    folder,
    maxSubmissions,
    maxBytes,
    lockPatience: shutdownDeadline + GRACE,
    waiting: () => events.outboxAwaited({ folder }),
    events,
  });
  // Its error is looked at when it is waited for.
  opening.catch(() => {});
  return opening;
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

function cut(client: SubmissionClient, relay: AssembledRelay, events: Events): void {
  const submissions = relay.figures.underWay;
  if (submissions > 0) events.relayStopCut({ submissions });
  client.cut();
  relay.giveUp();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
