/** A relay as a process of its own, as in production; its log is read line by line. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { makeApiKey } from '../../src/commands/key.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../bin/exo-relay.js');

export interface LogLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** The members of receipts and of problems; an answer has those of one of the two. */
export interface AnswerBody {
  readonly id: string;
  readonly status: string | number;
  readonly message_id: string;
  readonly mailbox: string;
  readonly accepted: string[];
  readonly rejected: { readonly recipient: string; readonly failure: AnswerBody }[];
  readonly reply: { readonly code: number; readonly enhanced: string | null; readonly text: string };
  readonly attempts: number;
  readonly type: string;
  readonly title: string;
  readonly code: string;
  readonly detail: string;
  readonly stage: string;
  readonly retryable: boolean;
  readonly request_id: string;
  readonly smtp: { readonly command: string; readonly code: number; readonly enhanced: string | null };
  readonly entra: { readonly code: string; readonly trace_id: string; readonly correlation_id: string };
  readonly remedy: { readonly summary: string; readonly steps: string[]; readonly powershell: string[] };
}

export class RelayProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly key: string;
  readonly #exited: Promise<number | null>;
  readonly log: LogLine[];
  readonly url: string;

  private constructor(child: ChildProcess, lines: Interface, key: string, log: LogLine[], url: string) {
    this.#child = child;
    this.#lines = lines;
    this.key = key;
    this.log = log;
    this.url = url;
    // On close, not on exit: by then everything it printed has been read.
    this.#exited = once(child, 'close').then(([code]) => code);
  }

  /** Starts a relay on any free port; rejects with what it printed when it does not start. */
  static async start(settings: Readonly<Record<string, string>>): Promise<RelayProcess> {
    const { key, sha256 } = makeApiKey();
    // In an empty folder, so that no .env of the developer's plays a part.
    const cwd = mkdtempSync(join(tmpdir(), 'exo-relay-journey-'));
    // A routing file has clients of its own.
    const client = 'RELAY_CONFIG' in settings ? {} : { API_KEY_SHA256: sha256 };
    const env = { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'debug', ...client, ...settings };
    const child = spawn(process.execPath, [LAUNCHER], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const log: LogLine[] = [];
    let printed = '';
    child.stderr.on('data', (chunk) => {
      printed += chunk;
    });
    const started = Promise.withResolvers<string>();
    const lines = createInterface(child.stdout).on('line', (text) => {
      const line: LogLine = JSON.parse(text);
      log.push(line);
      if (line.event === 'relay-started') started.resolve(String(line.url));
    });
    child.once('exit', (code) => started.reject(new Error(`The relay ended with ${code}: ${printed}`)));
    return new RelayProcess(child, lines, key, log, await started.promise);
  }

  /** POST /send with the relay's API key. */
  async send(message: object, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/send`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(message),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as AnswerBody };
  }

  /** Lines of one event. */
  events(name: string): LogLine[] {
    return this.log.filter(({ event }) => event === name);
  }

  /** Resolves with the first line of an event, past or to come. */
  async event(name: string): Promise<LogLine> {
    for (;;) {
      const [line] = this.events(name);
      if (line) return line;
      await once(this.#lines, 'line');
    }
  }

  /** Sends a signal and resolves with the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.stop();
  }
}
