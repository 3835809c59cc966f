/** An outbox that forgets everything with its process: it keeps the contract but for being durable, for tests of what lies above it. */

import { Admission } from '../../../src/adapters/outbox/admission.ts';
import { unavailable } from '../../../src/adapters/outbox/outbox-failures.ts';
import { readCursor, writeCursor } from '../../../src/adapters/outbox/page-cursor.ts';
import { count, GONE, IN_ROW, noTotals } from '../../../src/adapters/outbox/totals.ts';
import { isFinal, pendingRecipients, type Submission } from '../../../src/domain/submission.ts';
import { matchesColumns, matchesRecord } from '../../../src/domain/submission-filter.ts';
import type {
  Change,
  Claimed,
  Enqueued,
  NewSubmission,
  Outbox,
  Retention,
  SubmissionFilter,
  Usage,
  Waiting,
} from '../../../src/ports/outbox.ts';

interface Held {
  readonly seq: number;
  submission: Submission;
  content: Uint8Array | null;
  markedAt: number | null;
}

export class MemoryOutbox implements Outbox {
  readonly #held = new Map<string, Held>();
  readonly #claims = new Map<string, { id: string; bodySha256: string; at: number }>();
  readonly #bounds: { readonly maxSubmissions: number; readonly maxBytes: number };
  #usage: Usage[] = [];
  #seq = 0;
  #isClosed = false;
  /** For tests of what happens meanwhile: every write fails while it is set. */
  isFailing = false;

  constructor(bounds: { maxSubmissions?: number; maxBytes?: number } = {}) {
    this.#bounds = { maxSubmissions: bounds.maxSubmissions ?? 1_000_000, maxBytes: bounds.maxBytes ?? 2 ** 40 };
  }

  get #admission(): Admission {
    return new Admission(this.#bounds, () => this.#totals());
  }

  get fill() {
    return { ...this.#admission.fill, failing: this.isFailing };
  }

  async enqueue({ submission, content, claim }: NewSubmission): Promise<Enqueued> {
    this.#admission.enter(content.length);
    this.#write();
    const key = claim && keyOf(submission.client, claim.key);
    const earlier = claim && this.#claimed(submission.client, claim.key);
    if (earlier) return { kind: 'claimed', ...earlier };
    if (claim && key) {
      this.#claims.set(key, { id: submission.id, bodySha256: claim.bodySha256, at: submission.acceptedAt });
    }
    this.#held.set(submission.id, { seq: this.#seq++, submission, content: Uint8Array.from(content), markedAt: null });
    this.#keepWithinBounds();
    return { kind: 'held' };
  }

  async load(id: string) {
    this.#open();
    const held = this.#held.get(id);
    return held ? { submission: held.submission, content: held.content } : null;
  }

  async find(id: string) {
    this.#open();
    return this.#held.get(id)?.submission ?? null;
  }

  async claimed(client: string, key: string) {
    this.#open();
    return this.#claimed(client, key);
  }

  async mark(id: string, attemptStartedAt: number) {
    this.#write();
    const held = this.#held.get(id);
    if (!held) throw unavailable('has no such submission');
    held.markedAt = attemptStartedAt;
  }

  async record({ submission, dropContent, freeKey, usage }: Change): Promise<boolean> {
    this.#write();
    const held = this.#held.get(submission.id);
    if (held?.submission.revision !== submission.revision - 1) return false;
    if (held.content === null && !isFinal(submission)) return false;
    held.submission = submission;
    held.markedAt = null;
    if (dropContent) held.content = null;
    if (freeKey) this.#free(submission.id);
    if (usage) this.#usage.push(usage);
    this.#keepWithinBounds();
    return true;
  }

  async forget(id: string, revision: number): Promise<boolean> {
    this.#write();
    if (this.#held.get(id)?.submission.revision !== revision) return false;
    this.#free(id);
    return this.#held.delete(id);
  }

  async list(filter: SubmissionFilter, after: string | null, limit: number) {
    this.#open();
    const place = after === null ? null : readCursor(after);
    const found = [...this.#held.values()]
      .filter(({ submission }) => matchesColumns(submission, filter) && matchesRecord(submission, filter))
      .sort((one, other) => other.submission.acceptedAt - one.submission.acceptedAt || other.seq - one.seq)
      .filter(
        ({ submission: { acceptedAt: at }, seq }) => !place || at < place[0] || (at === place[0] && seq < place[1]),
      );
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      submissions: page.map(({ submission }) => submission),
      next: last && found.length > limit ? writeCursor([last.submission.acceptedAt, last.seq]) : null,
    };
  }

  async *unfinished(): AsyncIterable<readonly Waiting[]> {
    this.#open();
    const waiting = [...this.#held.values()].filter(({ submission }) => !isFinal(submission));
    waiting.sort((one, other) => one.submission.acceptedAt - other.submission.acceptedAt || one.seq - other.seq);
    if (waiting.length > 0) yield waiting.map(waitingOf);
  }

  async *usedSince(instant: number): AsyncIterable<readonly Usage[]> {
    this.#open();
    const used = this.#usage.filter(({ at }) => at >= instant).sort((one, other) => one.at - other.at);
    if (used.length > 0) yield used;
  }

  async counts() {
    return this.#totals().records;
  }

  async sweep({ finishedBefore, contentOfFinishedBefore, claimedBefore, usedBefore }: Retention): Promise<number> {
    this.#write();
    let gone = 0;
    for (const [id, held] of this.#held) {
      const { finishedAt } = held.submission;
      if (!isFinal(held.submission) || finishedAt === null) continue;
      if (finishedAt < contentOfFinishedBefore) held.content = null;
      if (finishedAt >= finishedBefore) continue;
      this.#free(id);
      this.#held.delete(id);
      gone += 1;
    }
    for (const [key, { id, at }] of this.#claims) {
      const held = this.#held.get(id);
      if (at < claimedBefore && held && isFinal(held.submission)) this.#claims.delete(key);
    }
    this.#usage = this.#usage.filter(({ at }) => at >= usedBefore);
    return gone;
  }

  async close() {
    this.#isClosed = true;
  }

  [Symbol.asyncDispose]() {
    return this.close();
  }

  #open() {
    if (this.#isClosed) throw unavailable('is closed');
  }

  #write() {
    this.#open();
    if (this.isFailing) throw unavailable('could not be written');
  }

  #claimed(client: string, key: string): Claimed | null {
    const claim = this.#claims.get(keyOf(client, key));
    const held = claim && this.#held.get(claim.id);
    return held ? { submission: held.submission, bodySha256: claim.bodySha256 } : null;
  }

  #free(of: string) {
    for (const [key, { id }] of this.#claims) if (id === of) this.#claims.delete(key);
  }

  #totals() {
    const totals = noTotals();
    for (const { submission, content } of this.#held.values()) {
      const size = content?.length ?? 0;
      count(totals, { status: submission.status, size, content: content ? IN_ROW : GONE });
    }
    return totals;
  }

  #keepWithinBounds() {
    const retained = [...this.#held.values()].filter((held) => held.content && isFinal(held.submission));
    retained.sort((one, other) => (one.submission.finishedAt ?? 0) - (other.submission.finishedAt ?? 0));
    for (const held of retained) {
      const { submissions, bytes } = this.#totals();
      if (submissions <= this.#bounds.maxSubmissions && bytes <= this.#bounds.maxBytes) return;
      held.content = null;
    }
  }
}

function keyOf(client: string, key: string): string {
  return JSON.stringify([client, key]);
}

function waitingOf({ submission, markedAt }: Held): Waiting {
  const { id, revision, client, tenant, mailbox, from, priority, status, acceptedAt, expiresAt, retry, size } =
    submission;
  const recipients = pendingRecipients(submission).length;
  const dueAt = submission.nextAttemptAt ?? acceptedAt;
  const place = { id, revision, client, tenant, mailbox, from, priority, status, acceptedAt, dueAt, expiresAt };
  return { ...place, retry, recipients, size, markedAt };
}
