/** The far side, a process of its own: a submission server that takes everything at once, and the sandbox's token endpoint beside it. */

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificateAuthority, serverContext } from '../src/sandbox/certificates.ts';
import { createDirectory } from '../src/sandbox/directory.ts';
import { listenOnLocalhost } from '../src/sandbox/loopback.ts';
import { startTokenEndpoint } from '../src/sandbox/token-endpoint.ts';
import { createTokenIssuer, EXCHANGE_ONLINE, SMTP_ROLE } from '../src/sandbox/token-issuer.ts';
import { answerEach, ready } from './child.ts';
import { type SinkCounts, SinkSession } from './sink-session.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Where it is, and what a client needs to use it. */
export interface FarSide {
  readonly smtpPort: number;
  readonly authorityHost: string;
  /** PEM. */
  readonly ca: string;
  readonly caFile: string;
  readonly mailbox: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** For clients that bring their token with them. */
  readonly token: string;
  /** All it knows, that of the mailbox first: one app may send for each. */
  readonly tenants: readonly { readonly tenantId: string; readonly mailbox: string }[];
}

/** Tenants that may send. */
const TENANTS = 30;

const clientId = randomUUID();
const directory = createDirectory(Array.from({ length: TENANTS }, () => ({ clientId })));
const [principal] = directory.principals;
if (!principal) throw new Error('A directory has at least one app');
const [authority, issuer] = await Promise.all([createCertificateAuthority(), createTokenIssuer(directory)]);
const caFile = join(temporaryFolder().path, 'ca.pem');
writeFileSync(caFile, authority.certificate);

const tokenEndpoint = await startTokenEndpoint({
  directory,
  issuer,
  authority,
  fault: undefined,
  preferredPort: 0,
  onTokenRequest: () => {},
});

const counts: SinkCounts = { connections: 0, messages: 0, bytes: 0, broken: 0 };
const context = serverContext(await authority.issue('valid'));
const { port } = await listenOnLocalhost((socket) => new SinkSession(socket, context, counts), 0);

answerEach(() => counts);
ready<FarSide>({
  smtpPort: port,
  authorityHost: `https://localhost:${tokenEndpoint.port}`,
  ca: authority.certificate,
  caFile,
  mailbox: `billing@${principal.domain}`,
  tenantId: principal.tenantId,
  clientId: principal.clientId,
  clientSecret: principal.clientSecret,
  token: await issuer.issue(principal, { audience: EXCHANGE_ONLINE, roles: [SMTP_ROLE], lifetime: 24 * 3600 }),
  tenants: directory.principals.map(({ tenantId, domain }) => ({ tenantId, mailbox: `billing@${domain}` })),
});
