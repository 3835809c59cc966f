/** A Redis of a test's own on a free port, to be stopped, killed, held still and started again; it ends with the test at the latest. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = 'redis-server';

/**
 * For the option `skip` of a test that needs a Redis: why it cannot run here, or false. In continuous integration nothing is skipped.
 */
export const withoutRedis: string | false =
  process.env.CI === 'true' || spawnSync(PROGRAM, ['--version']).status === 0
    ? false
    : `${PROGRAM} is not installed; "apt-get install redis-server" or "brew install redis" brings it`;

export interface RedisServerOptions {
  readonly password?: string;
  /** Further options of redis-server, in its own words; without any, nothing is kept over a restart. */
  readonly options?: readonly string[];
  /** PEM files; with them it speaks TLS, and nothing else. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #options: RedisServerOptions;
  readonly #folder: string;
  #child: ChildProcess | null = null;

  private constructor(port: number, options: RedisServerOptions) {
    this.port = port;
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'exo-relay-redis-'));
    process.once('exit', this.#end);
  }

  /** Starts a server and resolves once it takes commands. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.restart();
    return server;
  }

  get url(): string {
    const { password, tls } = this.#options;
    return `${tls ? 'rediss' : 'redis'}://${password ? `:${password}@` : ''}127.0.0.1:${this.port}`;
  }

  /** Starts it again after `stop` or `kill`, on the same port and in the same folder; resolves once it takes commands. */
  async restart(options: readonly string[] = []): Promise<void> {
    const child = spawn(PROGRAM, [...this.#arguments, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const started = Promise.withResolvers<void>();
    const printed: string[] = [];
    child.once('error', started.reject);
    child.once('close', (code) => started.reject(new Error(`${PROGRAM} ended with ${code}:\n${printed.join('\n')}`)));
    createInterface(child.stdout).on('line', (line) => {
      printed.push(line);
      if (line.includes('Ready to accept connections')) started.resolve();
    });
    await started.promise;
  }

  /** Ends it as an operator does, in order. */
  async stop(): Promise<void> {
    await this.#signal('SIGTERM');
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    await this.#signal('SIGKILL');
  }

  /** Holds it still: connections stay open, new ones are made by the system, and nothing is answered. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    process.off('exit', this.#end);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #arguments(): string[] {
    const { password, options, tls } = this.#options;
    const port = String(this.port);
    return [
      ...(tls
        ? ['--port', '0', '--tls-port', port, '--tls-cert-file', tls.certificate, '--tls-key-file', tls.key]
        : ['--port', port]),
      ...(tls ? ['--tls-auth-clients', 'no'] : []),
      ...['--bind', '127.0.0.1', '--dir', this.#folder],
      ...(password === undefined ? [] : ['--requirepass', password]),
      ...(options ?? ['--save', '', '--appendonly', 'no']),
    ];
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }

  readonly #end = (): void => void this.#child?.kill('SIGKILL');
}

/** A port that was free just now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no port');
  return address.port;
}
