/** A relay as a process of its own, as in production; its log is read line by line. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type ApiKey, makeApiKey } from '../../src/commands/key.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../bin/exo-relay.js');

export interface ProcessOptions {
  /** That of a routing file's client; made up when absent. */
  readonly apiKey?: ApiKey;
  /** A program and its options, to which the command that starts the relay is appended. */
  readonly under?: readonly string[];
  /** Told of each line of its log, also before it has started. */
  readonly onLine?: (line: LogLine) => void;
}

export interface LogLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** The members of receipts, of submissions and of problems; an answer has those of one of them. */
export interface AnswerBody {
  readonly id: string;
  readonly status: string | number;
  readonly message_id: string;
  readonly mailbox: string;
  readonly accepted: string[];
  readonly rejected: { readonly recipient: string; readonly failure: AnswerBody }[];
  readonly reply: { readonly code: number; readonly enhanced: string | null; readonly text: string };
  /** How many in an answer of POST /send, which ones in a submission. */
  readonly attempts: number | readonly AttemptView[];
  readonly last_failure: AnswerBody | null;
  readonly next_attempt_at: string | null;
  readonly recipients: readonly { readonly address: string; readonly state: string }[];
  readonly data: readonly AnswerBody[];
  readonly instance: string;
  readonly type: string;
  readonly title: string;
  readonly code: string;
  readonly detail: string;
  readonly stage: string;
  readonly about: string;
  readonly retryable: boolean;
  readonly retry_after: number | null;
  readonly request_id: string;
  readonly smtp: { readonly command: string; readonly code: number; readonly enhanced: string | null };
  readonly entra: { readonly code: string; readonly trace_id: string; readonly correlation_id: string };
  readonly remedy: { readonly summary: string; readonly steps: string[]; readonly powershell: string[] };
}

/** One attempt of a submission. */
export interface AttemptView {
  readonly outcome: string;
  readonly stage: string | null;
  readonly failure: AnswerBody | null;
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
  static async start(
    settings: Readonly<Record<string, string>>,
    { apiKey = makeApiKey(), under = [], onLine = () => {} }: ProcessOptions = {},
  ): Promise<RelayProcess> {
    const { key, sha256 } = apiKey;
    // In an empty folder, so that no .env of the developer's plays a part.
    const cwd = mkdtempSync(join(tmpdir(), 'exo-relay-journey-'));
    // A routing file has clients of its own.
    const client = 'RELAY_CONFIG' in settings ? {} : { API_KEY_SHA256: sha256 };
    const env = { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'debug', ...client, ...settings };
    const [program, ...args] = [...under, process.execPath, LAUNCHER];
    const child = spawn(program ?? process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const log: LogLine[] = [];
    let printed = '';
    child.stderr.on('data', (chunk) => {
      printed += chunk;
    });
    const started = Promise.withResolvers<string>();
    const lines = createInterface(child.stdout).on('line', (text) => {
      const line: LogLine = JSON.parse(text);
      log.push(line);
      onLine(line);
      if (line.event === 'relay-started') started.resolve(String(line.url));
    });
    child.once('exit', (code) => started.reject(new Error(`The relay ended with ${code}: ${printed}`)));
    return new RelayProcess(child, lines, key, log, await started.promise);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether the process lives. */
  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** POST /send with the relay's API key. */
  send(message: object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('POST', '/send', message, headers);
  }

  /** Any request with the relay's API key. */
  async ask(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const json = body && { 'content-type': 'application/json' };
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...json, ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  }

  /** The state of a submission, once it is one of these. */
  async settled(id: string, ...statuses: readonly string[]): Promise<AnswerBody> {
    for (;;) {
      const { body } = await this.ask('GET', `/submissions/${id}`);
      if (statuses.includes(String(body.status))) return body;
      await delay(20);
    }
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
    if (this.isRunning) await this.stop();
  }
}
