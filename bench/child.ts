/** Processes of the benchmark's own: each says once that it is ready, then answers one question at a time. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly pid: number;

  private constructor(process: ChildProcess, pid: number) {
    this.#process = process;
    this.pid = pid;
  }

  /**
   * Starts a file of this folder and waits until it is ready.
   *
   * @param given for its `given()`
   * @returns the process, and what it said when it was ready
   */
  static async start<Ready>(file: string, given: object = {}): Promise<{ child: Child; ready: Ready }> {
    const process = fork(join(import.meta.dirname, file), [JSON.stringify(given)], { env: {}, execArgv: [] });
    const ready = (await nextMessage(process)) as Ready;
    return { child: new Child(process, process.pid ?? 0), ready };
  }

  async ask<Answer>(question: object): Promise<Answer> {
    const answer = nextMessage(this.#process);
    this.#process.send(question);
    return (await answer) as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}

async function nextMessage(process: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const exited = once(process, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`A process of the benchmark ended with ${code}; what it said stands above.`);
  });
  exited.catch(() => {});
  try {
    const [message] = await Promise.race([once(process, 'message', { signal: over.signal }), exited]);
    return message;
  } finally {
    over.abort();
  }
}

/** What the process was started with. */
export function given<Given>(): Given {
  return JSON.parse(process.argv[2] ?? '{}') as Given;
}

/** Says that this process is ready. */
export function ready<Ready extends object>(what: Ready): void {
  process.send?.(what);
}

/** Answers questions until the benchmark lets go of this process, and ends then. */
export function answerEach<Question>(answer: (question: Question) => object | Promise<object>): void {
  process.on('message', async (question: Question) => process.send?.(await answer(question)));
  process.once('disconnect', () => process.exit());
}
