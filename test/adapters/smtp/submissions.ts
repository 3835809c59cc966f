/** Transactions and clients for tests against servers on loopback. */

import { randomUUID } from 'node:crypto';
import type { Deadlines } from '../../../src/adapters/smtp/deadline.ts';
import { SmtpSubmissionClient, type SubmissionClientOptions } from '../../../src/adapters/smtp/submission-client.ts';
import { trustContext } from '../../../src/adapters/trust.ts';
import type { Envelope } from '../../../src/domain/envelope.ts';
import type { Route } from '../../../src/domain/routing.ts';
import type { AccessToken, Transaction } from '../../../src/ports.ts';
import { recordingEvents } from '../../events.ts';
import { authority } from './scripted-server.ts';

export const trust = trustContext([authority.certificate]);

export const envelope: Envelope = {
  reversePath: 'billing@contoso.example',
  forwardPaths: ['jane@fabrikam.example'],
  dsn: null,
  internationalized: false,
};

export const content = Buffer.from('Subject: Invoice\r\n\r\nHello\r\n');

export const token: AccessToken = {
  value: `${randomUUID()}.${randomUUID()}`,
  acquiredAt: new Date(),
  expiresAt: new Date(),
  claims: null,
};

export function routeTo(port: number, mailbox = envelope.reversePath, tenantName = 'contoso'): Route {
  const tenant = {
    name: tenantName,
    tenantId: randomUUID(),
    clientId: randomUUID(),
    authorityHost: 'https://localhost',
    scope: 'https://outlook.office365.com/.default',
    smtpHost: 'localhost',
    smtpPort: port,
    externalRecipientsPerDay: null,
    domains: [],
  };
  return {
    mailbox,
    tenant,
    sendAs: [],
    maxRecipients: 500,
    maxMessageBytes: 1_000_000,
    maxConnections: 3,
    messagesPerMinute: 30,
    recipientsPerDay: 10_000,
  };
}

export function transaction(
  port: number,
  given: Partial<Transaction> & { readonly mailbox?: string } = {},
): Transaction {
  const { mailbox, ...rest } = given;
  return {
    route: routeTo(port, mailbox),
    envelope,
    content,
    token: async () => token,
    begun: () => {},
    beforeFinalDot: async () => {},
    ...rest,
  };
}

export interface TestClient extends AsyncDisposable {
  readonly client: SmtpSubmissionClient;
  readonly told: ReturnType<typeof recordingEvents>['told'];
}

/** A client that is cut at the end of the test. */
export function submissionClient(
  options: Omit<Partial<SubmissionClientOptions>, 'deadlines'> & { readonly deadlines?: Partial<Deadlines> } = {},
): TestClient {
  const { events, told } = recordingEvents();
  const client = new SmtpSubmissionClient({ ehloName: 'relay.contoso.example', trust, events, ...options });
  return {
    client,
    told,
    [Symbol.asyncDispose]: async () => {
      client.cut();
      await client.close();
    },
  };
}
