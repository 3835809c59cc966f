/** exo-relay as in production: bin/exo-relay.js with settings in the environment, its log at `info` into a pipe that is read and thrown away. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { makeApiKey } from '../../src/commands/key.ts';
import type { FarSide } from '../sink.ts';
import { callersOf } from './post.ts';
import type { Way } from './way.ts';

const CHECKOUT = resolve(import.meta.dirname, '../..');

export interface RelayProcess extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  readonly authorization: string;
}

export interface RelayOptions {
  /** What it is called in the results. */
  readonly name?: string;
  /** Folder of the sources; this one's when absent. */
  readonly checkout?: string;
  /** Arguments of Node.js, such as those that turn its profiler on. */
  readonly nodeArguments?: readonly string[];
}

/** Starts a relay; it is listening when this resolves. */
export async function startRelayProcess(farSide: FarSide, options: RelayOptions = {}): Promise<RelayProcess> {
  const { key, sha256 } = makeApiKey();
  // In an empty folder, so that no .env of the developer's plays a part.
  const cwd = mkdtempSync(join(tmpdir(), 'exo-relay-bench-'));
  const launcher = join(options.checkout ?? CHECKOUT, 'bin/exo-relay.js');
  const child = spawn(process.execPath, [...(options.nodeArguments ?? []), launcher], {
    cwd,
    env: { ...settingsFor(farSide, cwd, sha256), PORT: '0', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // It is told to stop below; this is for a benchmark that does not come that far.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const url = await listening(child);
  return {
    pid: child.pid ?? 0,
    url,
    authorization: `Bearer ${key}`,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      process.off('exit', kill);
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

/** The relay as one of the ways. */
export async function relay(farSide: FarSide, options: RelayOptions = {}): Promise<Way> {
  const relayProcess = await startRelayProcess(farSide, options);
  const callers = callersOf(relayProcess.url, farSide.mailbox, relayProcess.authorization);
  return {
    name: options.name ?? 'exo-relay',
    pid: relayProcess.pid,
    submits: true,
    slow: false,
    submit: callers.submit,
    [Symbol.asyncDispose]: async () => {
      callers[Symbol.dispose]();
      await relayProcess[Symbol.asyncDispose]();
    },
  };
}

/** One tenant, one mailbox and one client, who is not held back: what is measured is the relay and not its rate. */
function settingsFor(farSide: FarSide, folder: string, keySha256: string) {
  const file = join(folder, 'relay.yaml');
  const tenant = {
    tenant_id: farSide.tenantId,
    app: 'erp',
    authority_host: farSide.authorityHost,
    smtp_host: 'localhost',
    smtp_port: farSide.smtpPort,
    mailboxes: { [farSide.mailbox]: {} },
  };
  writeFileSync(
    file,
    stringify({
      apps: { erp: { client_id: farSide.clientId, credential: { secret: { env: 'ERP_CLIENT_SECRET' } } } },
      tenants: { contoso: tenant },
      clients: { erp: { key_sha256: keySha256, may_send_as: ['*'], rate: '1000000/s' } },
    }),
  );
  return { RELAY_CONFIG: file, ERP_CLIENT_SECRET: farSide.clientSecret, EXTRA_CA_FILE: farSide.caFile };
}

/** Resolves with the URL that the log names, and lets the rest of the log go. */
async function listening(relay: ChildProcess): Promise<string> {
  const { stdout } = relay;
  if (!stdout) throw new Error('The relay has no standard output');
  const lines = createInterface(stdout);
  const started = Promise.withResolvers<string>();
  lines.on('line', (text) => {
    const line: { event?: string; url?: string } = JSON.parse(text);
    if (line.event === 'relay-started') started.resolve(String(line.url));
  });
  relay.once('exit', (code) => started.reject(new Error(`The relay ended with ${code}; why stands above.`)));
  const url = await started.promise;
  lines.close();
  stdout.resume();
  return url;
}
