/** An outbox in a process of its own, which can be killed or run out of disk; run as a program it is that process. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { FailureError } from '../../../src/domain/failure.ts';
import type { Fill } from '../../../src/ports/outbox.ts';
import { openIn } from './data-folder.ts';
import { entryOf, finished, submissionOf } from './submissions.ts';

/** Bytes to enqueue, and whether they are submitted and dropped again; null to be told how full it is. */
type Ask = { readonly bytes: number; readonly drops?: boolean } | null;

interface Answer {
  /** What was enqueued; the failure's code when it was refused. */
  readonly id: string | null;
  readonly refused: string | null;
  readonly fill: Fill;
}

export class OutboxProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @param through a command that starts the process in its own way */
  static async start(folder: string, through: readonly string[] = []): Promise<OutboxProcess> {
    const [command = process.execPath, ...parameters] = [...through, process.execPath, import.meta.filename, folder];
    const child = spawn(command, parameters, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    return new OutboxProcess(child);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async ask(ask: Ask): Promise<Answer> {
    const answered: Promise<Answer[]> = once(this.#child, 'message');
    this.#child.send({ ask });
    const [answer] = await answered;
    if (answer === undefined) throw new Error('There was no answer');
    return answer;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

async function run(folder: string): Promise<void> {
  // A write beyond the limit of a file's size then fails, and does not end the process (man 2 setrlimit).
  process.on('SIGXFSZ', () => {});
  const outbox = await openIn(folder);
  process.on('message', async ({ ask }: { ask: Ask }) => {
    const entry = ask && entryOf(submissionOf(), ask.bytes);
    let refused: string | null = null;
    try {
      if (entry) await outbox.enqueue(entry);
      if (entry && ask?.drops) {
        await outbox.record({ submission: finished(entry.submission, 'submitted'), dropContent: true });
      }
    } catch (error) {
      refused = error instanceof FailureError ? error.failure.code : String(error);
    }
    process.send?.({ id: entry?.submission.id ?? null, refused, fill: outbox.fill } satisfies Answer);
  });
  process.send?.('open');
}

const [, program, folder] = process.argv;
if (program === import.meta.filename && folder !== undefined) await run(folder);
