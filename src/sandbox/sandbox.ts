/** A practice Microsoft 365 on loopback: token endpoint, submission server and inbox, made at start and gone at the end. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Administration } from './administration.ts';
import { createCertificateAuthority } from './certificates.ts';
import { SandboxClock } from './clock.ts';
import { controlRoutes } from './control/control-routes.ts';
import { createDirectory, type ServicePrincipal, type TenantOptions } from './directory.ts';
import { behaviourWith, type EntraBehaviour, type EntraControl } from './entra-behaviour.ts';
import { Inbox } from './inbox.ts';
import { startInboxServer } from './inbox-server.ts';
import { changedLimits, type LimitOptions, type Limits, NO_LIMITS } from './limits.ts';
import { MailboxLimits } from './mailbox-limits.ts';
import type { UseFigures } from './mailbox-use.ts';
import type { SubmissionFault, TokenFault } from './scenarios.ts';
import { ScriptedReplies } from './scripted-replies.ts';
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
  /** Several tenants, in the place of the one that the four above describe. */
  readonly tenants?: readonly TenantOptions[];
  /**
   * What each mailbox is held to. Absent, nothing is limited that depends on time or on other connections;
   * `EXCHANGE_LIMITS` are Exchange Online's. A mailbox may have limits of its own (`TenantOptions`).
   */
  readonly limits?: LimitOptions;
  /** The time by which limits, secrets, certificates and tokens end; the machine's when absent. */
  readonly clock?: SandboxClock;
  /** Milliseconds before a 535; Exchange Online takes about 5,000. 0 when absent. */
  readonly authenticationFailureDelay?: number;
  /** A command for the inbox page to show while it is empty; null when there is none yet. */
  readonly firstMessage?: () => string | null;
  /** A fault of the whole submission server. */
  readonly submissionFault?: SubmissionFault;
  /** A fault of the whole token endpoint. */
  readonly tokenFault?: TokenFault;
}

/** What has happened since the start. */
export interface SandboxCounts {
  readonly tokenRequests: number;
  /** By the name a tenant was asked with, in lower case. */
  readonly tokenRequestsByTenant: ReadonlyMap<string, number>;
  readonly connections: number;
  readonly authenticationAttempts: number;
  readonly messages: number;
}

/** What a relay needs to know of a tenant. */
export interface SandboxTenant {
  readonly tenantId: string;
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The first of its mailboxes. */
  readonly mailbox: string;
}

export interface Sandbox extends AsyncDisposable {
  /** `https://localhost:PORT` */
  readonly authorityHost: string;
  /** PEM file of the authority that signed the certificates; removed on close. */
  readonly caFile: string;
  readonly smtpHost: 'localhost';
  readonly smtpPort: number;
  readonly scope: string;
  /** Of the first tenant, like the next three. */
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly mailbox: string;
  readonly tenants: readonly SandboxTenant[];
  readonly entra: EntraControl;
  /** Switches, rights and credentials, which may change while it runs. */
  readonly administration: Administration;
  readonly clock: SandboxClock;
  /** What the submission server is to answer next. */
  readonly script: ScriptedReplies;
  /** `http://127.0.0.1:PORT/` */
  readonly inboxUrl: string;
  readonly inbox: Inbox;
  readonly counts: SandboxCounts;
  /** The limits of a mailbox, and the use that was made of it. */
  limits(mailbox?: string): UseFigures & { readonly limits: Limits };
  /**
   * Changes the limits of a mailbox, or of all that have none of their own; whoever waits is judged again.
   *
   * @throws RangeError when a limit is none
   */
  changeLimits(changes: LimitOptions, mailbox?: string): void;
  /** Everything as it was at the start, and nothing caught or counted; tokens stay as good as they are. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * Starts a sandbox. It never fails because a port is taken.
 *
 * @throws the error of the file system or of listening, after closing what was open
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const directory = createDirectory(options.tenants ?? [onlyTenant(options)]);
  const { clock = new SandboxClock() } = options;
  const limits = new MailboxLimits(changedLimits(NO_LIMITS, options.limits ?? {}), limitsByMailbox(options), clock);
  const script = new ScriptedReplies(clock);
  const tokenRequestsByTenant = new Map<string, number>();
  const counts = { tokenRequests: 0, tokenRequestsByTenant, connections: 0, authenticationAttempts: 0, messages: 0 };
  const inbox = new Inbox();
  const [authority, issuer] = await Promise.all([createCertificateAuthority(), createTokenIssuer(directory, clock)]);

  await using opening = new AsyncDisposableStack();
  const closing = new AbortController();
  opening.defer(() => closing.abort());
  const folder = await mkdtemp(join(tmpdir(), 'exo-relay-sandbox-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.certificate);

  const tokenEndpoint = await startTokenEndpoint({
    directory,
    clock,
    issuer,
    authority,
    fault: options.tokenFault,
    preferredPort: options.tokenPort ?? 0,
    onTokenRequest: (tenant) => {
      const name = tenant.toLowerCase();
      counts.tokenRequests += 1;
      tokenRequestsByTenant.set(name, (tokenRequestsByTenant.get(name) ?? 0) + 1);
    },
  });
  opening.defer(() => tokenEndpoint.close());

  const submissionServer = await startSubmissionServer({
    authority,
    tokens: issuer,
    limits,
    script,
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
    onRefusal: (refusal) => inbox.addRefusal(refusal),
  });
  opening.defer(() => submissionServer.close());

  const tenants = directory.principals.map(factsOf);
  const [first] = tenants;
  if (!first) throw new Error('A directory has at least one tenant');
  const where = {
    authorityHost: `https://localhost:${tokenEndpoint.port}`,
    caFile,
    smtpHost: 'localhost' as const,
    smtpPort: submissionServer.port,
    scope: `${EXCHANGE_ONLINE}/.default`,
    tenantId: first.tenantId,
    clientId: first.clientId,
    clientSecret: first.clientSecret,
    mailbox: first.mailbox,
  };
  const controlled = {
    directory,
    administration: new Administration(directory, clock, closing.signal),
    limits,
    clock,
    entra: {
      get behaviour() {
        return tokenEndpoint.behaviour;
      },
      behave: (behaviour: EntraBehaviour = {}) => tokenEndpoint.behave(behaviour),
      revoke: issuer.revoke,
    },
    script,
    inbox,
    counts,
    settings: () => where,
    reset: () => {
      controlled.administration.reset();
      script.clear();
      clock.reset();
      limits.reset();
      tokenEndpoint.behave(behaviourWith(options.tokenFault));
      tokenRequestsByTenant.clear();
      Object.assign(counts, { tokenRequests: 0, connections: 0, authenticationAttempts: 0, messages: 0 });
      inbox.clear();
    },
  };
  const inboxServer = await startInboxServer(inbox, options.inboxPort ?? 0, {
    firstMessage: options.firstMessage,
    extend: (server) => controlRoutes(server, controlled),
  });
  opening.defer(() => inboxServer.close());

  const open = opening.move();
  const close = (): Promise<void> => open.disposeAsync();
  return {
    ...where,
    tenants,
    entra: controlled.entra,
    administration: controlled.administration,
    clock,
    script,
    limits: (mailbox = first.mailbox) => ({ limits: limits.of(mailbox), ...limits.figures(mailbox) }),
    changeLimits: (changes, mailbox) => limits.change(changes, mailbox),
    reset: controlled.reset,
    inboxUrl: `http://127.0.0.1:${inboxServer.port}/`,
    inbox,
    counts,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function onlyTenant({ tenantId, clientId, clientSecret, mailbox }: SandboxOptions): TenantOptions {
  return {
    ...(tenantId !== undefined && { tenantId }),
    ...(clientId !== undefined && { clientId }),
    ...(clientSecret !== undefined && { clientSecret }),
    ...(mailbox !== undefined && { mailboxes: { [mailbox]: {} } }),
  };
}

function limitsByMailbox({ tenants = [] }: SandboxOptions): Map<string, LimitOptions> {
  const mailboxes = tenants.flatMap((tenant) => Object.entries(tenant.mailboxes ?? {}));
  return new Map(mailboxes.flatMap(([address, { limits }]) => (limits ? [[address.toLowerCase(), limits]] : [])));
}

function factsOf({ tenantId, domain, clientId, clientSecret, rights }: ServicePrincipal): SandboxTenant {
  const [mailbox = ''] = rights.keys();
  return { tenantId, domain, clientId, clientSecret, mailbox };
}
