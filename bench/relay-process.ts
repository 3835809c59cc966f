/** exo-relay as in production: bin/exo-relay.js with settings in the environment, its log at `info` into a pipe that is read and thrown away. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { makeApiKey } from '../src/commands/key.ts';
import { EVERY_LIMIT_OFF, oneMailbox, type RoutingDocument } from './routing.ts';
import type { FarSide } from './sink.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CHECKOUT = resolve(import.meta.dirname, '..');

export interface RelayProcess extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  readonly authorization: string;
  /** Asks what was loaded with `--import`; there is nobody else to answer. */
  ask<Answer>(question: object): Promise<Answer>;
}

export interface RelayOptions {
  /** What it is called in the results. */
  readonly name?: string;
  /** Folder of the sources; this one's when absent. */
  readonly checkout?: string;
  /** Arguments of Node.js, such as those that turn its profiler on. */
  readonly nodeArguments?: readonly string[];
  /** A program with arguments that runs it, such as strace. */
  readonly under?: readonly string[];
  /** Its outbox, which stays; one of its own that goes with it when absent. */
  readonly dataFolder?: string;
  /** Who sends through what; one mailbox and one client when absent. */
  readonly routing?: RoutingDocument;
  /** In place of those that lift every limit of a mailbox. */
  readonly limits?: Readonly<Record<string, string>>;
}

/** Starts a relay; it is listening when this resolves. */
export async function startRelayProcess(farSide: FarSide, options: RelayOptions = {}): Promise<RelayProcess> {
  const { under = [], nodeArguments = [], limits = EVERY_LIMIT_OFF, routing = oneMailbox(farSide) } = options;
  const { key, sha256 } = makeApiKey();
  // In an empty folder, so that no .env of the developer's plays a part.
  const folder = temporaryFolder();
  const cwd = folder.path;
  const file = join(cwd, 'relay.yaml');
  const clients = { erp: { key_sha256: sha256, may_send_as: ['*'], rate: '1000000/s' } };
  writeFileSync(file, stringify({ ...routing, clients }));
  const launcher = join(options.checkout ?? CHECKOUT, 'bin/exo-relay.js');
  const [program = process.execPath, ...programArguments] = [...under, process.execPath, ...nodeArguments, launcher];
  const child = spawn(program, programArguments, {
    cwd,
    env: {
      RELAY_CONFIG: file,
      ERP_CLIENT_SECRET: farSide.clientSecret,
      EXTRA_CA_FILE: farSide.caFile,
      DATA_DIR: options.dataFolder ?? join(cwd, 'data'),
      PORT: '0',
      LOG_LEVEL: 'info',
      ...limits,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let pid = child.pid ?? 0;
  // It is told to stop below; this is for a benchmark that does not come that far.
  const kill = (): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, 'SIGKILL');
  };
  process.once('exit', kill);
  const url = await listening(child);
  if (under.length > 0) pid = onlyChildOf(pid);
  return {
    pid,
    url,
    authorization: `Bearer ${key}`,
    ask: async <Answer>(question: object) => {
      child.send(question);
      const [answer] = await once(child, 'message');
      return answer as Answer;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        process.kill(pid, 'SIGTERM');
        await exited;
      }
      process.off('exit', kill);
      folder[Symbol.dispose]();
    },
  };
}

/** proc_tid_children(5). */
function onlyChildOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim());
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
