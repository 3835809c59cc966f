/** Makes the attempts, and writes what became of each: the final dot goes out after its mark is on disk, and whoever waits hears of an outcome after that is. */

import { dispositionOf, isInDoubt } from '../domain/disposition.ts';
import { countExternal } from '../domain/external-recipients.ts';
import { type Failure, FailureError, failure } from '../domain/failure.ts';
import { consequenceOf } from '../domain/pause.ts';
import { retryDelay } from '../domain/retry-schedule.ts';
import type { Route } from '../domain/routing.ts';
import { type Instant, isFinal, pendingRecipients, type Submission } from '../domain/submission.ts';
import { type AttemptResult, afterAttempt } from '../domain/submission-progress.ts';
import type { Change, Outbox, Usage } from '../ports/outbox.ts';
import type { Clock, Events } from '../ports.ts';
import { type DeliverUse, type Delivery, deliver, factsOf } from './deliver.ts';
import type { FreshContents } from './fresh-contents.ts';
import type { Place } from './place.ts';
import { free } from './spent-bytes.ts';

/** How an attempt ended, as far as the line needs to know. */
export interface AttemptEnd {
  /** What Exchange Online took; null when it took nothing. */
  readonly usage: Usage | null;
  /** Why nothing was submitted; null when something was. */
  readonly failure: Failure | null;
}

/** What an operator has decided for attempts whose outcome nobody knows. */
export type InDoubt = 'hold' | 'repeat';

export interface AttemptUse extends DeliverUse {
  readonly outbox: Outbox;
  readonly fresh: FreshContents;
  readonly clock: Clock;
  readonly events: Events;
  readonly random: () => number;
  readonly inDoubt: InDoubt;
  /** Whether the content of what failed is kept for an operator. */
  readonly keepsFailed: boolean;
  /** Whether a caller waits who was told nothing yet. */
  readonly isAwaited: (id: string) => boolean;
  /** Told once the change is on disk; the place is to go, and a new one to be made of what goes on. */
  readonly onWritten: (place: Place, submission: Submission) => void;
  /** Told when the end of an attempt could not be written; it is written again. */
  readonly onUnwritten: (place: Place) => void;
  /** Told of a defect that keeps the end of an attempt from being written. */
  readonly onUndecided: (submission: Submission) => void;
  /** Told of a place whose record could not be read, or is no longer there or to be tried. */
  readonly onUntried: (place: Place, why: 'gone' | 'unread') => void;
  /** Told of what is not kept, once it is gone. */
  readonly onForgotten: (place: Place, submission: Submission, failure: Failure) => void;
}

/** Milliseconds before a change is written again that could not be. */
const WRITE_AGAIN = { first: 200, most: 5_000 };
const nothing: AttemptEnd = { usage: null, failure: null };

export class Attempts {
  readonly #use: AttemptUse;
  readonly #writing = new Set<Promise<void>>();
  readonly #deciding = new Set<string>();
  readonly #stop = new AbortController();

  constructor(use: AttemptUse) {
    this.#use = use;
  }

  /** Makes an attempt; resolves when its transaction is over, which is before its end is written. */
  async run(place: Place, route: Route): Promise<AttemptEnd> {
    const { outbox, fresh, clock } = this.#use;
    const startedAt = clock.now().getTime();
    const held = fresh.take(place) ?? (await outbox.load(place.id).catch(() => 'unread' as const));
    if (held === null || held === 'unread' || isFinal(held.submission)) {
      this.#use.onUntried(place, held === 'unread' ? 'unread' : 'gone');
      return nothing;
    }
    const { submission, content } = held;
    const named = pendingRecipients(submission);
    if (!content) {
      const failed = { startedAt, endedAt: startedAt, named, accepted: [], rejected: [], reply: null };
      this.#settle(place, submission, null, {
        ...failed,
        failure: failure('content-gone', { messageId: submission.messageId }),
      });
      return nothing;
    }
    let mark: Promise<void> | null = null;
    let dotMayBeSent = false;
    const begun = () => {
      mark ??= outbox.mark(place.id, startedAt);
      // It is waited for before the final dot, if it comes to that.
      mark.catch(() => {});
    };
    const delivery: Delivery = {
      submission,
      route,
      content,
      recipients: named,
      begun,
      beforeFinalDot: async () => {
        begun();
        await mark;
        dotMayBeSent = true;
      },
    };
    const outcome = await deliver(delivery, this.#use).catch(asFailure);
    const isFailed = 'code' in outcome;
    // After a failure some of it may still be on its way into a socket.
    if (!isFailed) free(content);
    const endedAt = clock.now().getTime();
    const accepted = isFailed ? [] : outcome.accepted;
    const why = isFailed ? outcome : null;
    // Exchange Online may have counted what it may have taken.
    const counted = why && isInDoubt(why) ? named : accepted;
    const usage: Usage | null = dotMayBeSent
      ? {
          mailbox: place.mailbox,
          tenant: place.tenant,
          at: endedAt,
          recipients: counted.length,
          external: countExternal(counted, route.tenant),
        }
      : null;
    this.#settle(place, submission, usage, {
      startedAt,
      endedAt,
      named,
      accepted,
      rejected: outcome.rejected,
      reply: isFailed ? null : outcome.reply,
      failure: why,
    });
    return { usage, failure: why };
  }

  /** Whether the outcome of an attempt is being written: whoever waits hears of that, and of nothing before. */
  isWriting(id: string): boolean {
    return this.#deciding.has(id);
  }

  /** Writes a change until it is written, or the relay stops. @returns whether it is */
  write(change: Change): Promise<boolean> {
    return this.#followed(this.#persist(() => this.#use.outbox.record(change)));
  }

  /** Forgets one that nobody attempts until it is forgotten, or the relay stops. @param onTrouble told when it has to be tried again */
  forget({ id, revision }: Submission, onTrouble: () => void): Promise<boolean> {
    return this.#followed(this.#persist(() => this.#use.outbox.forget(id, revision), onTrouble));
  }

  /** Resolves when the end of every attempt is written; what cannot be written in time is found by its mark at the next start. */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing);
  }

  /** Writes nothing again that cannot be written. */
  stop(): void {
    this.#stop.abort();
  }

  #settle(place: Place, before: Submission, usage: Usage | null, facts: AttemptResult): void {
    // What is not written is known by its mark, and nobody tries it again before the next start.
    this.#followed(this.#written(place, before, usage, facts)).catch((error: unknown) => {
      if (error instanceof FailureError) return;
      this.#use.events.requestBroke({ requestId: before.requestId, cause: error });
      this.#use.onUndecided(before);
    });
  }

  /** Nobody closes the outbox before it is over. */
  #followed<T>(work: Promise<T>): Promise<T> {
    const writing: Promise<void> = work.then(ignored, ignored).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
    return work;
  }

  async #written(place: Place, before: Submission, usage: Usage | null, facts: AttemptResult): Promise<void> {
    const { outbox, keepsFailed, isAwaited, onWritten, onUnwritten } = this.#use;
    let next = before;
    const decide = async (): Promise<boolean> => {
      // Anew each time: what was awaited first may have been answered with 202 meanwhile, and is held now.
      const awaited = isAwaited(before.id);
      next = this.#after(before, facts, awaited);
      const isNothingSubmitted = next.status === 'failed';
      if (!before.retry && isNothingSubmitted) return false;
      this.#deciding.add(before.id);
      const change = {
        submission: next,
        dropContent: next.status === 'submitted' || (isNothingSubmitted && !keepsFailed),
        freeKey: awaited && isNothingSubmitted,
        ...(usage && { usage }),
      };
      await outbox.record(change).finally(() => this.#deciding.delete(before.id));
      return true;
    };
    if (!(await this.#persist(decide, () => onUnwritten(place)))) return await this.#forgotten(place, before, next);
    this.#tell(next, facts);
    onWritten(place, next);
  }

  /** Nothing is kept. Its caller is told at the first try: nobody attempts it any more, whether or not it can be forgotten now. */
  async #forgotten(place: Place, before: Submission, failed: Submission): Promise<void> {
    const { onForgotten } = this.#use;
    const told = () => onForgotten(place, failed, failed.lastFailure ?? failure('internal-error'));
    await this.forget(before, told);
    told();
  }

  #after(before: Submission, facts: AttemptResult, awaited: boolean): Submission {
    const retryAt = (failure: Failure | null, attempts: number) => this.#retryAt(failure, attempts);
    return afterAttempt(before, facts, { awaited, inDoubt: this.#use.inDoubt, retryAt });
  }

  async #persist<T>(write: () => Promise<T>, onTrouble: () => void = () => {}): Promise<T> {
    for (let wait = WRITE_AGAIN.first; ; wait = Math.min(wait * 2, WRITE_AGAIN.most)) {
      try {
        return await write();
      } catch (error) {
        onTrouble();
        if (!(error instanceof FailureError) || this.#stop.signal.aborted) throw error;
        await this.#pause(wait);
      }
    }
  }

  #retryAt(failure: Failure | null, attempts: number): Instant {
    const now = this.#use.clock.now().getTime();
    return failure && isAwaitedByLine(failure) ? now : now + retryDelay(failure, attempts, this.#use.random());
  }

  #tell(submission: Submission, { failure, startedAt, endedAt }: AttemptResult): void {
    const { events } = this.#use;
    const facts = factsOf(submission);
    if (submission.status === 'in-doubt' && failure) events.submissionInDoubt({ ...facts, failure, cause: null });
    if (submission.status === 'deferred' && submission.lastFailure) {
      events.submissionDeferred({
        ...facts,
        failure: submission.lastFailure,
        cause: null,
        nextAttemptAt: new Date(submission.nextAttemptAt ?? endedAt),
        milliseconds: endedAt - startedAt,
      });
    }
  }

  #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end);
    });
  }
}

/** What holds up all of a sender, mailbox or tenant is waited for by its line. One refusal of several that are counted holds up nobody yet. */
function isAwaitedByLine(failure: Failure): boolean {
  const { kind } = consequenceOf(failure);
  return dispositionOf(failure, { awaited: false }) === 'held' && kind !== 'none' && kind !== 'count';
}

function ignored(): void {}

/** Deliveries fail with nothing else. */
function asFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  throw error;
}
