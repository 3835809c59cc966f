/** The real server before a relay that judges messages and submits to nobody; what it was given and told is kept for the tests. */

import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { mimeComposer } from '../../src/adapters/mime/compose.ts';
import { makeApiKey } from '../../src/commands/key.ts';
import type { Client } from '../../src/domain/client.ts';
import { type Route, Routing } from '../../src/domain/routing.ts';
import { buildServer, type ServerOptions } from '../../src/http/server.ts';
import type { Relay, SendOptions, SendOutcome } from '../../src/relay/relay.ts';
import { clientWith } from '../domain/clients.ts';
import { recordingEvents, type Told } from '../events.ts';
import { type Held, judged } from './held.ts';
import { submitted } from './outcomes.ts';

export const MAILBOX = 'billing@contoso.example';

export const route: Route = {
  mailbox: MAILBOX,
  tenant: {
    name: 'default',
    tenantId: 'contoso.example',
    clientId: '11111111-1111-1111-1111-111111111111',
    authorityHost: 'https://login.example',
    scope: 'https://outlook.example/.default',
    smtpHost: 'smtp.example',
    smtpPort: 587,
    externalRecipientsPerDay: null,
    domains: [],
  },
  sendAs: [],
  maxRecipients: 500,
  maxMessageBytes: 35 * 1024 * 1024,
  maxConnections: 3,
  messagesPerMinute: 30,
  recipientsPerDay: 10_000,
};

/** A message that nothing is wrong with. */
export const message = {
  from: MAILBOX,
  to: 'jane@fabrikam.example',
  subject: 'Invoice 4711',
  text: 'Thank you for your order.',
};

/** What becomes of a message. */
export type Deliver = (held: Held, options: SendOptions) => Promise<SendOutcome>;

export interface RecordingRelay {
  readonly server: FastifyInstance;
  readonly key: string;
  /** What was held, in order. */
  readonly submissions: Held[];
  /** How each of these was asked for. */
  readonly options: SendOptions[];
  readonly told: Told[];
  /** POST /send with the API key; a text or bytes go out as they are, anything else as JSON. */
  post(body: unknown, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** Anything else with the API key. */
  ask(method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown): Promise<LightMyRequestResponse>;
}

/**
 * @param deliver what becomes of a message; by default every recipient is accepted
 * @param relay what is behind the other routes; nothing by default
 * @param client what its client is besides one that may do everything
 * @param options of the server
 */
export function recordingRelay({
  deliver = async (held) => submitted(held),
  relay = {},
  requestTimeout = 5_000,
  client = {},
  options = {},
}: {
  deliver?: Deliver;
  relay?: { submissions?: Partial<Relay['submissions']>; lines?: Partial<Relay['lines']> };
  requestTimeout?: number;
  client?: Partial<Client>;
  options?: Partial<ServerOptions>;
} = {}): RecordingRelay {
  const { key, sha256 } = makeApiKey();
  const clients: readonly Client[] = [clientWith({ keySha256: [sha256], ...client })];
  const recorded: Pick<RecordingRelay, 'submissions' | 'options'> = { submissions: [], options: [] };
  const { events, all: told } = recordingEvents();
  let ids = 0;
  const newId = () => `01J${String(++ids).padStart(23, '0')}`;
  const routing = new Routing([route]);
  const send: Relay['send'] = async (request, by, options) => {
    const held = await judged(request, by, { routing, composer: mimeComposer, newId });
    options.composed?.();
    recorded.submissions.push(held);
    recorded.options.push(options);
    return await deliver(held, options);
  };
  const parts: Relay = {
    send,
    submissions: { ...noSubmissions, ...relay.submissions },
    lines: { ...noLines, ...relay.lines },
  };
  const server = buildServer({ clients, relay: parts, events, newId, requestTimeout, ...options });
  const authorization = `Bearer ${key}`;
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url: '/send',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  const ask: RecordingRelay['ask'] = (method, url, body) =>
    server.inject({ method, url, headers: { authorization }, ...(body !== undefined && { payload: Object(body) }) });
  return { server, key, ...recorded, told, post, ask };
}

/** The fields and messages of a problem's errors, as `field: message`. */
export function errorsOf(response: LightMyRequestResponse): string[] {
  const errors: { field: string; message: string }[] = response.json().errors;
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

const unexpected = () => {
  throw new Error('The test did not expect to be asked for this');
};
const noSubmissions: Relay['submissions'] = {
  find: unexpected,
  list: unexpected,
  cancel: unexpected,
  retry: unexpected,
  forget: unexpected,
  retryMany: unexpected,
};
const noLines: Relay['lines'] = {
  mailboxes: unexpected,
  tenants: unexpected,
  resumeMailbox: unexpected,
  resumeTenant: unexpected,
};
