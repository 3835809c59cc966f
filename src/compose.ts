/** The composition root: a configuration becomes a running relay, by hand; what is opened here is closed here, in reverse order. */

import { ulid } from 'ulid';
import { EntraAccessTokens } from './adapters/entra/access-tokens.ts';
import { logDestination, pinoEvents } from './adapters/events/pino-events.ts';
import { mimeComposer } from './adapters/mime/compose.ts';
import { SmtpSubmissionClient } from './adapters/smtp/submission-client.ts';
import { trustContext } from './adapters/trust.ts';
import type { Config } from './config/config.ts';
import { Routing } from './domain/routing.ts';
import type { Relay } from './http/send.ts';
import { buildServer } from './http/server.ts';
import type { Clock, Events } from './ports.ts';
import { accept } from './relay/accept.ts';
import { deliver } from './relay/deliver.ts';

export interface RunningRelay {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly events: Events;
  /** Stops accepting, finishes what runs, ends the connections. */
  close(): Promise<void>;
}

/** What tests put in place of the outside world. */
export interface Overrides {
  readonly clock?: Clock;
  readonly events?: Events;
}

/**
 * Starts a relay.
 *
 * @throws the error of listening, such as EADDRINUSE
 */
export async function startRelay(config: Config, overrides: Overrides = {}): Promise<RunningRelay> {
  const { routes, credentials, clients, http } = config;
  const clock = overrides.clock ?? { now: () => new Date() };
  const events = overrides.events ?? pinoEvents(config.log.level, logDestination(process.stdout));
  const trust = trustContext(config.extraCertificateAuthorities);
  const newId = () => ulid(clock.now().getTime());

  const tokens = new EntraAccessTokens({ ...config.entra, credentials, trust, clock, events });
  const client = new SmtpSubmissionClient({ ehloName: config.smtp.ehloName, trust, events });
  const routing = new Routing(routes);
  const relay: Relay = {
    accept: (request, by) => accept(request, by, { routing, composer: mimeComposer, clock, events, newId }),
    deliver: (submission) => deliver(submission, { tokens, client, events }),
  };
  const server = buildServer({ clients, relay, events, newId });

  const url = await server.listen({ host: http.host, port: http.port });
  if (!isLoopback(http.host)) events.listeningInClear({ host: http.host });
  events.relayStarted({ url, mailboxes: routes.map(({ mailbox }) => mailbox) });
  return {
    url,
    events,
    close: async () => {
      await server.close();
      await client.close();
      tokens.close();
      events.relayStopped();
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
