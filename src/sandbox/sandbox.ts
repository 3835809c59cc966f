/** A practice Microsoft 365 on loopback: token endpoint, submission server and inbox, made at start and gone at the end. */

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from './certificates.ts';
import { Inbox } from './inbox.ts';
import { startInboxServer } from './inbox-server.ts';
import type { SubmissionFault, TokenFault } from './scenarios.ts';
import { startSubmissionServer } from './submission-server.ts';
import { startTokenEndpoint } from './token-endpoint.ts';
import { createTokenIssuer, EXCHANGE_ONLINE } from './token-issuer.ts';

export interface SandboxOptions {
  /** Preferred ports; 0 or absent is any free port, and so is one that is taken. */
  readonly tokenPort?: number;
  readonly submissionPort?: number;
  readonly inboxPort?: number;
  /** Made up when absent, like the next two. */
  readonly tenantId?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** The mailbox that may send; by default `billing@contoso.example`. */
  readonly mailbox?: string;
  /** Milliseconds before a 535; Exchange Online takes about 5,000. 0 when absent. */
  readonly authenticationFailureDelay?: number;
  /** A fault of the whole submission server. */
  readonly submissionFault?: SubmissionFault;
  /** A fault of the whole token endpoint. */
  readonly tokenFault?: TokenFault;
}

/** What has happened since the start. */
export interface SandboxCounts {
  readonly tokenRequests: number;
  readonly connections: number;
  readonly authenticationAttempts: number;
  readonly messages: number;
}

export interface Sandbox extends AsyncDisposable {
  /** `https://localhost:PORT` */
  readonly authorityHost: string;
  /** PEM file of the authority that signed the certificates; removed on close. */
  readonly caFile: string;
  readonly smtpHost: 'localhost';
  readonly smtpPort: number;
  readonly scope: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly mailbox: string;
  /** `http://127.0.0.1:PORT/` */
  readonly inboxUrl: string;
  readonly inbox: Inbox;
  readonly counts: SandboxCounts;
  close(): Promise<void>;
}

/**
 * Starts a sandbox. It never fails because a port is taken.
 *
 * @throws the error of the file system or of listening, after closing what was open
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const mailbox = options.mailbox ?? 'billing@contoso.example';
  const directory = {
    tenantId: (options.tenantId ?? randomUUID()).toLowerCase(),
    domain: mailbox.slice(mailbox.lastIndexOf('@') + 1).toLowerCase(),
    clientId: (options.clientId ?? randomUUID()).toLowerCase(),
    clientSecret: options.clientSecret ?? randomBytes(30).toString('base64url'),
  };
  const counts = { tokenRequests: 0, connections: 0, authenticationAttempts: 0, messages: 0 };
  const inbox = new Inbox();
  const [authority, issuer] = await Promise.all([
    createCertificateAuthority(),
    createTokenIssuer(directory.tenantId, directory.clientId),
  ]);

  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'exo-relay-sandbox-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.certificate);

  const tokenEndpoint = await startTokenEndpoint({
    directory,
    issuer,
    authority,
    fault: options.tokenFault,
    preferredPort: options.tokenPort ?? 0,
    onTokenRequest: () => {
      counts.tokenRequests += 1;
    },
  });
  opening.defer(() => tokenEndpoint.close());

  const submissionServer = await startSubmissionServer({
    mailbox,
    authority,
    tokens: issuer,
    fault: options.submissionFault,
    preferredPort: options.submissionPort ?? 0,
    authenticationFailureDelay: options.authenticationFailureDelay ?? 0,
    onConnection: () => {
      counts.connections += 1;
    },
    onAuthenticationAttempt: () => {
      counts.authenticationAttempts += 1;
    },
    onMessage: (message) => {
      counts.messages += 1;
      inbox.add(message);
    },
  });
  opening.defer(() => submissionServer.close());

  const inboxServer = await startInboxServer(inbox, options.inboxPort ?? 0);
  opening.defer(() => inboxServer.close());

  const open = opening.move();
  const close = (): Promise<void> => open.disposeAsync();
  return {
    authorityHost: `https://localhost:${tokenEndpoint.port}`,
    caFile,
    smtpHost: 'localhost',
    smtpPort: submissionServer.port,
    scope: `${EXCHANGE_ONLINE}/.default`,
    tenantId: directory.tenantId,
    clientId: directory.clientId,
    clientSecret: directory.clientSecret,
    mailbox,
    inboxUrl: `http://127.0.0.1:${inboxServer.port}/`,
    inbox,
    counts,
    close,
    [Symbol.asyncDispose]: close,
  };
}
