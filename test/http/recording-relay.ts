/** The real server before a relay that accepts for real and submits to nobody; what was submitted and told is kept for the tests. */

import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { mimeComposer } from '../../src/adapters/mime/compose.ts';
import { makeApiKey } from '../../src/commands/key.ts';
import type { Client } from '../../src/domain/client.ts';
import { type Route, Routing } from '../../src/domain/routing.ts';
import type { Relay } from '../../src/http/send.ts';
import { buildServer, type ServerOptions } from '../../src/http/server.ts';
import { accept, type Submission } from '../../src/relay/accept.ts';
import { clientWith } from '../domain/clients.ts';
import { recordingEvents, type Told } from '../events.ts';

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
  },
  sendAs: [],
  maxRecipients: 500,
  maxMessageBytes: 35 * 1024 * 1024,
};

/** A message that nothing is wrong with. */
export const message = {
  from: MAILBOX,
  to: 'jane@fabrikam.example',
  subject: 'Invoice 4711',
  text: 'Thank you for your order.',
};

export interface RecordingRelay {
  readonly server: FastifyInstance;
  readonly key: string;
  /** In the order of submission. */
  readonly submissions: Submission[];
  readonly told: Told[];
  /** POST /send with the API key; a text or bytes go out as they are, anything else as JSON. */
  post(body: unknown, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
}

/**
 * @param deliver what becomes of a submission; by default every recipient is accepted
 * @param client what its client is besides one that may do everything
 * @param options of the server
 */
export function recordingRelay({
  deliver = acceptAll,
  requestTimeout = 5_000,
  client = {},
  options = {},
}: {
  deliver?: Relay['deliver'];
  requestTimeout?: number;
  client?: Partial<Client>;
  options?: Partial<ServerOptions>;
} = {}): RecordingRelay {
  const { key, sha256 } = makeApiKey();
  const clients: readonly Client[] = [clientWith({ keySha256: [sha256], ...client })];
  const submissions: Submission[] = [];
  const { events, all: told } = recordingEvents();
  let ids = 0;
  const newId = () => `01J${String(++ids).padStart(23, '0')}`;
  const relay: Relay = {
    accept: (request, by) =>
      accept(request, by, {
        routing: new Routing([route]),
        composer: mimeComposer,
        clock: { now: () => new Date('2026-03-02T08:00:00Z') },
        events,
        newId,
      }),
    deliver: (submission) => {
      submissions.push(submission);
      return deliver(submission);
    },
  };
  const server = buildServer({ clients, relay, events, newId, requestTimeout, ...options });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url: '/send',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  return { server, key, submissions, told, post };
}

/** The fields and messages of a problem's errors, as `field: message`. */
export function errorsOf(response: LightMyRequestResponse): string[] {
  const errors: { field: string; message: string }[] = response.json().errors;
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

const acceptAll: Relay['deliver'] = async (submission) => ({
  submission,
  accepted: submission.envelope.forwardPaths,
  rejected: [],
  reply: { code: 250, enhanced: '2.0.0', text: 'OK [Hostname=smtp.example]' },
});
