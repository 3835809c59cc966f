/** The SMTP submission client (RFC 6409): STARTTLS required, XOAUTH2 with the mailbox as user, connections reused; one call is one transaction at most. */

import type { SecureContext } from 'node:tls';
import { type Route, tenantValues } from '../../domain/routing.ts';
import type { AccessToken, Events, SubmissionClient, Transaction, TransactionResult } from '../../ports.ts';
import { type Deadlines, standardDeadlines } from './deadline.ts';
import { MailboxConnections } from './mailbox-connections.ts';
import { SubmissionConnection } from './submission-connection.ts';

export interface SubmissionClientOptions {
  /** Given in EHLO. */
  readonly ehloName: string;
  readonly trust: SecureContext;
  readonly events: Events;
  readonly deadlines?: Deadlines;
}

export class SmtpSubmissionClient implements SubmissionClient {
  readonly #options: SubmissionClientOptions;
  readonly #deadlines: Deadlines;
  readonly #connections: MailboxConnections;

  constructor(options: SubmissionClientOptions) {
    this.#options = options;
    this.#deadlines = options.deadlines ?? standardDeadlines;
    this.#connections = new MailboxConnections(options.events, this.#deadlines.idle);
  }

  submit(transaction: Transaction): Promise<TransactionResult> {
    const { route, token, envelope, content } = transaction;
    const { mailbox, tenant } = route;
    const line = { mailbox, server: `${tenant.smtpHost}:${tenant.smtpPort}` };
    return this.#connections.use(
      line,
      async () => this.#open(route, await token()),
      (connection) => connection.submit(envelope, content),
    );
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  cut(): void {
    void this.#connections.close();
  }

  #open({ mailbox, tenant }: Route, token: AccessToken): Promise<SubmissionConnection> {
    const { ehloName, trust } = this.#options;
    return SubmissionConnection.open({
      host: tenant.smtpHost,
      port: tenant.smtpPort,
      ehloName,
      trust,
      authentication: { user: mailbox, pass: token.value },
      deadlines: this.#deadlines,
      values: { ...tenantValues(tenant), mailbox },
    });
  }
}
