/** How to come to grief on the way to Entra ID or Exchange Online, code by code, where no scenario of a sandbox does it. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { type ConnectProxyOptions, startConnectProxy } from '../adapters/entra/connect-proxy.ts';
import { RelayInProcess, type RoutedTenant } from './relay-in-process.ts';
import type { Answer } from './relay-process.ts';

export const MAILBOX = 'billing@contoso.example';

/** One way into trouble; the sandbox is at its best. */
export interface Trouble {
  readonly stage: string;
  readonly provoke: (sandbox: Sandbox) => Promise<Answer>;
}

/** Sends one message, once, through a relay of its own. */
async function sendThrough(
  sandbox: Sandbox,
  {
    route = {},
    settings = {},
    to = 'jane@fabrikam.example',
  }: { route?: Partial<RoutedTenant>; settings?: Record<string, string>; to?: string },
): Promise<Answer> {
  const tenant = { ...sandbox, mailboxes: [MAILBOX], ...route };
  await using relay = await RelayInProcess.start([tenant], { EXTRA_CA_FILE: sandbox.caFile, ...settings });
  return await relay.send({ from: MAILBOX, to, subject: 'Invoice', text: 'Hello', retry: false });
}

async function throughProxy(sandbox: Sandbox, options: ConnectProxyOptions): Promise<Answer> {
  await using proxy = await startConnectProxy(options);
  return await sendThrough(sandbox, { settings: { HTTPS_PROXY: proxy.url } });
}

/** By code; several ways into the same have a word after the code. */
export const waysIntoTrouble: Readonly<Record<string, Trouble>> = {
  'connection-refused where no submission server listens': {
    stage: 'connect',
    provoke: async (sandbox) => sendThrough(sandbox, { route: { smtpPort: await closedPort() } }),
  },
  'connection-refused where no token endpoint listens': {
    stage: 'token',
    provoke: async (sandbox) =>
      sendThrough(sandbox, { route: { authorityHost: `https://localhost:${await closedPort()}` } }),
  },
  'connection-timeout where the reply to DATA does not come': {
    stage: 'data',
    provoke: (sandbox) =>
      sendThrough(sandbox, { settings: { SMTP_DATA_TIMEOUT: '0.2' }, to: 'connection-timeout@fabrikam.example' }),
  },
  'submission-in-doubt where the reply to the final dot does not come': {
    stage: 'data',
    provoke: (sandbox) =>
      sendThrough(sandbox, {
        settings: { SMTP_FINAL_REPLY_TIMEOUT: '0.2' },
        to: 'no-reply-to-final-dot@fabrikam.example',
      }),
  },
  'proxy-unreachable where no proxy listens': {
    stage: 'token',
    provoke: async (sandbox) =>
      sendThrough(sandbox, { settings: { HTTPS_PROXY: `http://127.0.0.1:${await closedPort()}` } }),
  },
  'proxy-refused by a proxy that makes no tunnel': {
    stage: 'token',
    provoke: (sandbox) => throughProxy(sandbox, { refusal: '403 Forbidden' }),
  },
  'proxy-authentication-required by a proxy that wants a password': {
    stage: 'token',
    provoke: (sandbox) => throughProxy(sandbox, { credentials: `relay:${crypto.randomUUID()}` }),
  },
};

/** A host that does not exist: without any name server the answer is that nobody could be asked. */
export function sendToNoHost(sandbox: Sandbox): Promise<Answer> {
  return sendThrough(sandbox, { route: { smtpHost: 'no-such-host.invalid' } });
}

/** The codes that are provoked so. */
export const troublesOnTheWay: ReadonlySet<string> = new Set([
  'dns-host-not-found',
  ...Object.keys(waysIntoTrouble).map(codeIn),
]);

/** The code at the beginning of the name of a way. */
export function codeIn(way: string): string {
  return way.split(' ', 1)[0] ?? way;
}

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('A server on TCP has a port');
  return address.port;
}
