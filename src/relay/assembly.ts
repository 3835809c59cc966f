/** Puts the parts of the relay together: what is accepted is held by the outbox, stands in a line, is attempted, and whoever waits is told. */

import { failure } from '../domain/failure.ts';
import { type Instant, isFinal, type Submission } from '../domain/submission.ts';
import { expired } from '../domain/submission-progress.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { AcceptUse } from './accept.ts';
import { Attempts, type InDoubt } from './attempt.ts';
import { type DeliverUse, factsOf } from './deliver.ts';
import { FewAtOnce } from './few-at-once.ts';
import { Figures } from './figures.ts';
import { FreshContents } from './fresh-contents.ts';
import { keepHouse } from './housekeeping.ts';
import { lineDesk } from './line-desk.ts';
import { Lines } from './lines.ts';
import type { Windows } from './mailbox-line.ts';
import { type Place, placeOf, standingOf } from './place.ts';
import { presentBy } from './present.ts';
import { type Recovered, recover } from './recovery.ts';
import type { LineDesk, LineFigures, Send, StatusFigures, Submissions } from './relay.ts';
import { outcomeOf, sender } from './send.ts';
import { submissionsOf } from './submissions.ts';
import { Waiters } from './waiters.ts';

export interface RelayUse extends AcceptUse, DeliverUse {
  readonly outbox: Outbox;
  readonly inDoubt: InDoubt;
  /** Attempts at once in the whole process. */
  readonly maxAttempts: number;
  readonly windows: Windows;
  /** Milliseconds for which records, and contents of what failed, are kept. */
  readonly retention: { readonly records: number; readonly contents: number };
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** A relay that takes messages and submits them. */
export interface AssembledRelay {
  readonly send: Send;
  readonly submissions: Submissions;
  readonly lines: LineDesk;
  readonly figures: RelayFigures;
  readonly recovered: Recovered;
  /** Begins to submit what stands in the lines. */
  begin(): void;
  /** Begins nothing any more, and answers who waits for what has not begun: the outbox keeps it. */
  stop(): void;
  /** Resolves when what had begun is over and written. */
  settled(): Promise<void>;
  /** Gives up writing what cannot be written. */
  giveUp(): void;
}

/** For metrics and health. */
export interface RelayFigures {
  /** Attempts whose transaction is under way. */
  readonly underWay: number;
  readonly byStatus: StatusFigures;
  readonly lines: LineFigures;
}

/** Bytes of messages that have just come, kept in memory until their turn. */
const FRESH_BYTES = 16 * 1024 * 1024;
/** Milliseconds until a record is read again that could not be. */
const READ_AGAIN = 5_000;
/** Records of what has expired that are read and written at once: after a long rest all that waited may have. */
const EXPIRIES_AT_ONCE = 20;

/** Assembles a relay, with all that its outbox held. */
export async function assembleRelay(use: RelayUse): Promise<AssembledRelay> {
  const { outbox, clock, events, windows, retention } = use;
  const now = (): Instant => clock.now().getTime();
  let isStopped = false;
  let isGivenUp = false;
  const fresh = new FreshContents(FRESH_BYTES);
  const waiters: Waiters = new Waiters((submission) => endPatience(submission));
  const attempts: Attempts = new Attempts({
    ...use,
    fresh,
    keepsFailed: retention.contents > 0,
    isAwaited: (id) => waiters.has(id),
    onWritten: (place, submission) => changed(place, submission),
    onForgotten: (place, submission, why) => {
      lines.leave(place);
      waiters.tell(place.id, { kind: 'failed', submission, failure: why, replayed: false });
    },
    onUnwritten: ({ id }) => {
      const waiter = waiters.of(id);
      if (waiter && (waiter.isOver || isGivenUp)) endPatience(waiter.submission);
    },
    onUndecided: (submission) => {
      const why = failure('submission-in-doubt', { messageId: submission.messageId });
      waiters.tell(submission.id, { kind: 'failed', submission, failure: why, replayed: false });
    },
    onUntried: (place, why) => {
      lines.leave(place);
      if (why === 'unread') lines.add({ ...place, stand: 'line', dueAt: now() + READ_AGAIN });
    },
  });
  const lines: Lines = new Lines({
    ...use,
    attempt: (place, route) => attempts.run(place, route),
    canRecord: () => !outbox.fill.failing,
    onExpired: (place) => {
      fresh.take(place);
      expiries.add(place);
    },
    onPause: () => {
      for (const id of waiters.ids) reconsider(id);
    },
  });
  const expiries = new FewAtOnce<Place>(EXPIRIES_AT_ONCE, (place) => expire(place));
  const figures = new Figures(lines);
  const present = presentBy(lines);

  /** A change is on disk. */
  const changed = (place: Place, submission: Submission): void => {
    lines.leave(place);
    figures.changed(submission, null);
    if (!isFinal(submission)) {
      waiters.changed(submission);
      lines.add(placeOf(standingOf(submission, lines.lineOf(place).route), place.order));
      reconsider(submission.id);
    } else {
      finished(submission);
      waiters.tell(submission.id, outcomeOf(submission, present));
    }
  };
  const finished = (submission: Submission): void => {
    const { status, scheduledAt, acceptedAt, lastFailure } = submission;
    const ageMilliseconds = now() - (scheduledAt ?? acceptedAt);
    const failure = status === 'failed' ? lastFailure?.code : undefined;
    if (isFinalStatus(status)) events.submissionFinished({ ...factsOf(submission), status, failure, ageMilliseconds });
  };
  /** Answers a caller for whom nothing can happen in time. */
  const reconsider = (id: string): void => {
    const waiter = waiters.of(id);
    const place = lines.placeOf(id);
    if (!waiter || !place || place.stand === 'attempt') return;
    if (isStopped || waiter.isOver || lines.earliest(place) > waiter.until) endPatience(waiter.submission);
  };
  const endPatience = (submission: Submission): void => {
    const place = lines.placeOf(submission.id);
    if (attempts.isWriting(submission.id)) return;
    if (submission.retry) {
      waiters.tell(submission.id, { kind: 'pending', submission: present(submission), replayed: false });
    } else if (place && place.stand !== 'attempt') void withdraw(place, submission);
    // Past the final dot it is awaited to its end, and nobody knows from here whether it is.
  };
  /** Nothing is kept of what is to have one attempt, and cannot have it now. */
  const withdraw = async (place: Place, submission: Submission): Promise<void> => {
    const why = whyNotNow(place, submission);
    if (!lines.remove(place)) return;
    fresh.take(place);
    const told = () => waiters.tell(submission.id, { kind: 'failed', submission, failure: why, replayed: false });
    // What cannot be forgotten now is forgotten later, at the next start at the latest: nobody attempts it any more.
    await attempts.forget(submission, told).catch(() => {});
    told();
  };
  const whyNotNow = (place: Place, { messageId }: Submission) => {
    const { mailbox } = place;
    if (isStopped) return failure('shutting-down', { messageId });
    const pause = lines.pauses.stateFor(place);
    const seconds = Math.ceil((lines.earliest(place) - now()) / 1_000);
    const occurrence = {
      messageId,
      values: { mailbox },
      retryAfter: Number.isFinite(seconds) && seconds > 0 ? seconds : null,
    };
    if (!pause) return failure('mailbox-paced', occurrence);
    const detail = `The ${pause.about} ${pause.name} pauses after ${pause.failure.code}: ${pause.failure.detail ?? ''}`;
    return failure('mailbox-paused', { ...occurrence, detail: detail.replace(/: $/, '.') });
  };
  const expire = async (place: Place): Promise<void> => {
    const submission = await outbox.find(place.id).catch(() => 'unread' as const);
    // The next start finds it.
    if (isStopped) return;
    if (submission === 'unread') return lines.add({ ...place, stand: 'line', dueAt: now() + READ_AGAIN });
    // An operator may have been quicker, and have given it a new life.
    if (!submission || isFinal(submission) || submission.expiresAt > now()) return;
    const next = expired(submission, now());
    if (!(await attempts.write({ submission: next, dropContent: retention.contents === 0 }).catch(() => false))) return;
    events.submissionExpired(factsOf(next));
    changed(place, next);
  };

  const recovered = await recover({ ...use, lines, day: windows.day });
  await figures.count(outbox);
  const housekeeping = keepHouse({ ...use, lines, onSwept: () => figures.count(outbox) });
  const changes = {
    onWritten: (after: Submission, before: Submission) => {
      figures.changed(after, before);
      waiters.changed(after);
    },
    onForgotten: (submission: Submission) => {
      figures.forgotten(submission);
      const gone = failure('submission-canceled', { messageId: submission.messageId });
      waiters.tell(submission.id, { kind: 'failed', submission, failure: gone, replayed: false });
    },
  };
  const desk = submissionsOf({ ...use, lines, fresh, present, ...changes });
  return {
    send: sender({ ...use, lines, waiters, fresh, present, reconsider }),
    submissions: {
      ...desk,
      cancel: async (id, client) => {
        const submission = await desk.cancel(id, client);
        waiters.tell(id, outcomeOf(submission, present));
        return submission;
      },
    },
    lines: lineDesk({ ...use, lines }),
    figures: {
      get underWay() {
        return lines.running;
      },
      get byStatus() {
        return figures.byStatus;
      },
      get lines() {
        return lines.figures;
      },
    },
    recovered,
    begin: () => lines.open(),
    stop: () => {
      isStopped = true;
      housekeeping.stop();
      void lines.close();
      for (const id of waiters.ids) reconsider(id);
    },
    settled: async () => {
      await lines.close();
      await attempts.settled();
    },
    giveUp: () => {
      isGivenUp = true;
      attempts.stop();
    },
  };
}

function isFinalStatus(status: Submission['status']): status is 'submitted' | 'failed' | 'in-doubt' | 'canceled' {
  return isFinal({ status });
}
