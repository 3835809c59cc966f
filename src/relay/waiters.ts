/** The callers who wait for the outcome of their submission: each is answered once, by the outcome or by the end of its patience. */

import type { Submission } from '../domain/submission.ts';
import type { SendOutcome } from './relay.ts';

type Answer = SendOutcome;

interface Waiter {
  /** The record as it was written last. */
  submission: Submission;
  readonly until: number;
  /** Whether it has waited as long as it would. */
  isOver: boolean;
  readonly timer: NodeJS.Timeout;
  readonly answer: (answer: Answer) => void;
}

export class Waiters {
  readonly #waiting = new Map<string, Waiter>();
  readonly #onImpatient: (submission: Submission) => void;

  /** @param onImpatient told when a caller has waited as long as it would; it is to be answered or to be let wait on */
  constructor(onImpatient: (submission: Submission) => void) {
    this.#onImpatient = onImpatient;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** The ids of what is waited for. */
  get ids(): string[] {
    return [...this.#waiting.keys()];
  }

  /** @param milliseconds of patience */
  wait(submission: Submission, now: number, milliseconds: number): Promise<Answer> {
    return new Promise((answer) => {
      const { id } = submission;
      const timer = setTimeout(() => {
        const waiter = this.#waiting.get(id);
        if (!waiter) return;
        waiter.isOver = true;
        this.#onImpatient(waiter.submission);
      }, milliseconds);
      this.#waiting.set(id, { submission, until: now + milliseconds, isOver: false, timer, answer });
    });
  }

  /** Whether nobody was told yet that the relay keeps it. */
  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** Until when its caller waits, and for what; null when nobody does. */
  of(id: string): Pick<Waiter, 'submission' | 'until' | 'isOver'> | null {
    return this.#waiting.get(id) ?? null;
  }

  /** A change that answers nobody yet. */
  changed(submission: Submission): void {
    const waiter = this.#waiting.get(submission.id);
    if (waiter) waiter.submission = submission;
  }

  /** Answers who waits, if anybody does. */
  tell(id: string, answer: Answer): void {
    const waiter = this.#waiting.get(id);
    if (!waiter) return;
    clearTimeout(waiter.timer);
    this.#waiting.delete(id);
    waiter.answer(answer);
  }
}
