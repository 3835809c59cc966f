/** A token endpoint or a submission server for each fault, and one of each without, under one authority: cheaper than a sandbox each. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '../../src/sandbox/certificates.ts';
import { SandboxClock } from '../../src/sandbox/clock.ts';
import { createDirectory } from '../../src/sandbox/directory.ts';
import { NO_LIMITS } from '../../src/sandbox/limits.ts';
import { MailboxLimits } from '../../src/sandbox/mailbox-limits.ts';
import type { ServerScenario } from '../../src/sandbox/scenario.ts';
import { ScriptedReplies } from '../../src/sandbox/scripted-replies.ts';
import {
  type SubmissionFault,
  submissionFaults,
  type TokenFault,
  tokenFaults,
} from '../../src/sandbox/server-scenarios.ts';
import { startSubmissionServer } from '../../src/sandbox/submission-server.ts';
import { startTokenEndpoint } from '../../src/sandbox/token-endpoint.ts';
import { createTokenIssuer } from '../../src/sandbox/token-issuer.ts';
import type { RoutedTenant } from './relay-in-process.ts';

/** A tenant whose way leads through one fault. */
export interface FaultyRoute {
  readonly scenario: ServerScenario;
  readonly of: 'submission' | 'tokens';
  readonly mailbox: string;
}

const mailboxAt = (of: FaultyRoute['of'], { name }: ServerScenario) => `${of}-${name}@contoso.example`;

/** All of them, known before any server runs. */
export const faultyRoutes: readonly FaultyRoute[] = [
  ...submissionFaults.map(
    (scenario) => ({ scenario, of: 'submission', mailbox: mailboxAt('submission', scenario) }) as const,
  ),
  ...tokenFaults.map((scenario) => ({ scenario, of: 'tokens', mailbox: mailboxAt('tokens', scenario) }) as const),
];

export interface FaultyServers extends AsyncDisposable {
  readonly caFile: string;
  /** The tenant of a route. */
  tenantOf(route: FaultyRoute): RoutedTenant;
}

/** Starts them all. */
export async function startFaultyServers(): Promise<FaultyServers> {
  const directory = createDirectory([
    { mailboxes: Object.fromEntries(faultyRoutes.map(({ mailbox }) => [mailbox, {}])) },
  ]);
  const [principal] = directory.principals;
  if (!principal) throw new Error('A directory has at least one tenant');
  const [authority, issuer] = await Promise.all([createCertificateAuthority(), createTokenIssuer(directory)]);
  const caFile = join(mkdtempSync(join(tmpdir(), 'exo-relay-faults-')), 'ca.pem');
  writeFileSync(caFile, authority.certificate);
  await using opening = new AsyncDisposableStack();
  const clock = new SandboxClock();

  const submissionPort = async (fault: SubmissionFault | undefined): Promise<number> => {
    const server = await startSubmissionServer({
      authority,
      tokens: issuer,
      fault,
      preferredPort: 0,
      authenticationFailureDelay: 0,
      script: new ScriptedReplies(clock),
      limits: new MailboxLimits(NO_LIMITS, new Map(), clock),
      onConnection: () => {},
      onAuthenticationAttempt: () => {},
      onMessage: () => {},
      onRefusal: () => {},
    });
    opening.defer(() => server.close());
    return server.port;
  };
  const tokenPort = async (fault: TokenFault | undefined): Promise<number> => {
    const endpoint = await startTokenEndpoint({
      directory,
      issuer,
      authority,
      fault,
      preferredPort: 0,
      onTokenRequest: () => {},
    });
    opening.defer(() => endpoint.close());
    return endpoint.port;
  };
  const [submission, tokens, ...faulty] = await Promise.all([
    submissionPort(undefined),
    tokenPort(undefined),
    ...submissionFaults.map(({ name }) => submissionPort(name)),
    ...tokenFaults.map(({ name }) => tokenPort(name)),
  ]);

  const open = opening.move();
  const { tenantId, clientId, clientSecret } = principal;
  return {
    caFile,
    tenantOf: (route) => {
      const port = faulty[faultyRoutes.indexOf(route)] ?? 0;
      return {
        tenantId,
        clientId,
        clientSecret,
        authorityHost: `https://localhost:${route.of === 'tokens' ? port : tokens}`,
        smtpHost: 'localhost',
        smtpPort: route.of === 'submission' ? port : submission,
        mailboxes: [route.mailbox],
      };
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
