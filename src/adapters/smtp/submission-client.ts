/** The SMTP submission client (RFC 6409): STARTTLS required, XOAUTH2 with the mailbox as user, connections reused; one call is one transaction at most. */

import type { SecureContext } from 'node:tls';
import { type Route, tenantValues } from '../../domain/routing.ts';
import type {
  AccessToken,
  ConnectionEnd,
  Events,
  SubmissionClient,
  Transaction,
  TransactionResult,
} from '../../ports.ts';
import { type Deadlines, standardDeadlines } from './deadline.ts';
import { type ConnectionCounts, MailboxConnections } from './mailbox-connections.ts';
import { SubmissionConnection } from './submission-connection.ts';

const MAX_CONNECTIONS = 100;
const MAX_WAIT = 120_000;
const MAX_WAITING = 1_000;

export interface SubmissionClientOptions {
  /** Given in EHLO. */
  readonly ehloName: string;
  readonly trust: SecureContext;
  readonly events: Events;
  /** Those not given are the standard ones. */
  readonly deadlines?: Partial<Deadlines>;
  /** Connections in the whole process; 100 unless told. */
  readonly maxConnections?: number;
  /** Milliseconds that a transaction waits for a connection; 120,000 unless told. */
  readonly maxWait?: number;
  /** Transactions that may wait for a connection of one mailbox; 1,000 unless told. */
  readonly maxWaiting?: number;
}

export class SmtpSubmissionClient implements SubmissionClient {
  readonly #options: SubmissionClientOptions;
  readonly #deadlines: Deadlines;
  readonly #connections: MailboxConnections;

  constructor(options: SubmissionClientOptions) {
    this.#options = options;
    this.#deadlines = { ...standardDeadlines, ...options.deadlines };
    this.#connections = new MailboxConnections(options.events, {
      idle: this.#deadlines.idle,
      maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
      maxWait: options.maxWait ?? MAX_WAIT,
      maxWaiting: options.maxWaiting ?? MAX_WAITING,
    });
  }

  /** For health. */
  get counts(): ConnectionCounts {
    return this.#connections.counts;
  }

  submit(transaction: Transaction): Promise<TransactionResult> {
    const { route, token } = transaction;
    const { mailbox, tenant, maxConnections } = route;
    const server = `${tenant.smtpHost}:${tenant.smtpPort}`;
    const line = { mailbox, tenant: tenant.name, server, maxConnections };
    return this.#connections.use(
      line,
      { token, connection: (acquired, onEnd) => this.#connection(route, acquired, onEnd) },
      (connection) => connection.submit(transaction),
    );
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  cut(): void {
    this.#connections.cut();
  }

  #connection(
    { mailbox, tenant }: Route,
    token: AccessToken,
    onEnd: (reason: ConnectionEnd) => void,
  ): SubmissionConnection {
    const { ehloName, trust } = this.#options;
    const objectId = token.claims?.objectId;
    return new SubmissionConnection(
      {
        server: { host: tenant.smtpHost, port: tenant.smtpPort, ehloName, trust },
        authentication: { user: mailbox, token: token.value },
        deadlines: this.#deadlines,
        values: { ...tenantValues(tenant), mailbox, ...(objectId && { object_id: objectId }) },
      },
      onEnd,
    );
  }
}
