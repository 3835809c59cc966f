/** How many submissions are in each status, and since when the oldest: what waits is counted in its lines, what is final is counted as it becomes so. */

import {
  type Instant,
  isFinal,
  type Submission,
  type SubmissionStatus,
  submissionStatuses,
} from '../domain/submission.ts';
import type { Outbox, Page } from '../ports/outbox.ts';
import type { Lines } from './lines.ts';
import type { StatusFigures } from './relay.ts';

/** Records read at once. */
const PAGE = 100;

export class Figures {
  readonly #lines: Lines;
  readonly #final = new Map<SubmissionStatus, number>();
  /** In doubt, by id: few, and an operator wants to know since when. */
  #inDoubt = new Map<string, Instant>();

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** Begins with what the outbox knows. */
  async count(outbox: Pick<Outbox, 'counts' | 'list'>): Promise<void> {
    const doubtful = new Map<string, Instant>();
    let next: string | null = null;
    do {
      const page: Page = await outbox.list({ statuses: ['in-doubt'] }, next, PAGE);
      for (const { id, finishedAt, acceptedAt } of page.submissions) doubtful.set(id, finishedAt ?? acceptedAt);
      next = page.next;
    } while (next !== null);
    const counts = await outbox.counts();
    for (const status of submissionStatuses) this.#final.set(status, counts[status]);
    this.#inDoubt = doubtful;
  }

  /** @param before null for what has just come */
  changed(after: Submission, before: Submission | null): void {
    if (before && isFinal(before)) this.#add(before, -1);
    if (isFinal(after)) this.#add(after, 1);
  }

  forgotten(submission: Submission): void {
    if (isFinal(submission)) this.#add(submission, -1);
  }

  get byStatus(): StatusFigures {
    const figures = Object.fromEntries(
      submissionStatuses.map((status) => [
        status,
        { count: this.#final.get(status) ?? 0, oldest: null as Instant | null },
      ]),
    ) as Record<SubmissionStatus, { count: number; oldest: Instant | null }>;
    for (const status of ['queued', 'deferred', 'sending'] as const) figures[status].count = 0;
    for (const { stand, status, acceptedAt } of this.#lines.places) {
      const figure = figures[stand === 'attempt' ? 'sending' : status];
      figure.count += 1;
      figure.oldest = Math.min(figure.oldest ?? acceptedAt, acceptedAt);
    }
    for (const since of this.#inDoubt.values()) {
      figures['in-doubt'].oldest = Math.min(figures['in-doubt'].oldest ?? since, since);
    }
    return figures;
  }

  #add({ id, status, finishedAt, acceptedAt }: Submission, by: 1 | -1): void {
    this.#final.set(status, Math.max(0, (this.#final.get(status) ?? 0) + by));
    if (status !== 'in-doubt') return;
    if (by === 1) this.#inDoubt.set(id, finishedAt ?? acceptedAt);
    else this.#inDoubt.delete(id);
  }
}
