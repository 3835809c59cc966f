/** `POST /send`: a message is accepted, held durably and, for a caller who waits, followed to its outcome. Nothing is answered that is not on disk. */

import { FailureError, failure } from '../domain/failure.ts';
import { isFinal, type Submission } from '../domain/submission.ts';
import type { SubmissionRequest } from '../domain/submission-request.ts';
import { scheduleOf } from '../domain/submission-schedule.ts';
import type { Claimed, IdempotencyClaim, Outbox } from '../ports/outbox.ts';
import type { Clock } from '../ports.ts';
import { type AcceptUse, type Asking, accept } from './accept.ts';
import type { FreshContents } from './fresh-contents.ts';
import type { Lines } from './lines.ts';
import { placeOf, standingOf } from './place.ts';
import type { Present } from './present.ts';
import type { Send, SendOptions, SendOutcome } from './relay.ts';
import type { Waiters } from './waiters.ts';

export interface SendUse extends AcceptUse {
  readonly outbox: Outbox;
  readonly lines: Lines;
  readonly waiters: Waiters;
  readonly fresh: FreshContents;
  readonly present: Present;
  readonly clock: Clock;
  /** Looks whether a caller who waits can be answered already. */
  readonly reconsider: (id: string) => void;
}

/** Makes the operation; keys of requests that are under way are known to it alone. */
export function sender(use: SendUse): Send {
  const running = new Map<string, string>();
  return async (request, by, options) => {
    const { claim } = options;
    if (claim === null) return await send(request, by, options, use);
    const key = `${by.client.name}\n${claim.key}`;
    const underWay = running.get(key);
    if (underWay !== undefined) throw new FailureError(underWay === claim.bodySha256 ? inUse(claim) : reused(claim));
    running.set(key, claim.bodySha256);
    try {
      const claimed = await use.outbox.claimed(by.client.name, claim.key);
      return claimed ? await replayed(claimed, claim, use) : await send(request, by, options, use);
    } finally {
      running.delete(key);
    }
  };
}

async function send(request: SubmissionRequest, by: Asking, options: SendOptions, use: SendUse): Promise<SendOutcome> {
  const { outbox, lines, waiters, fresh, clock } = use;
  const { wait, claim } = options;
  const schedule = scheduleOf(request, { now: clock.now().getTime(), respondAsync: wait === 0 });
  if ('code' in schedule) throw new FailureError(schedule);
  const { submission, content } = await accept(request, by, { schedule, claim }, use);
  options.composed?.();
  const makePlace = () => placeOf(standingOf(submission, lines.lineOf(submission).route), lines.nextOrder());
  const enqueued = await outbox.enqueue({ submission, content, claim }).catch((error: unknown) => {
    // Whoever repeats the request is told 202 if it is held; if it is not, the place is found empty when its turn comes.
    if (isUnknown(error)) lines.add(makePlace());
    throw error;
  });
  if (enqueued.kind === 'claimed') return await replayed(enqueued, claim, use);
  options.held?.();
  const place = makePlace();
  fresh.keep(place, submission, content);
  const outcome = wait > 0 ? waiters.wait(submission, clock.now().getTime(), wait) : null;
  lines.add(place);
  if (!outcome) return { kind: 'pending', submission: use.present(submission), replayed: false };
  use.reconsider(submission.id);
  return await outcome;
}

function isUnknown(error: unknown): boolean {
  return error instanceof FailureError && error.failure.code === 'acceptance-unknown';
}

/** The answer to an earlier request, as it is now; one that proves that nothing was submitted is given once, and frees the key. */
async function replayed(claimed: Claimed, claim: IdempotencyClaim | null, use: SendUse): Promise<SendOutcome> {
  const { submission, bodySha256 } = claimed;
  if (claim === null || bodySha256 !== claim.bodySha256) throw new FailureError(reused(claim));
  // Its caller was told that nothing is kept of it, and it is about to be forgotten: nobody would submit it.
  if (!submission.retry && !isFinal(submission)) throw new FailureError(inUse(claim));
  const outcome = outcomeOf(submission, use.present);
  if (submission.status === 'failed') {
    const next: Submission = { ...submission, revision: submission.revision + 1 };
    await use.outbox.record({ submission: next, freeKey: true });
  }
  return { ...outcome, replayed: true };
}

/** What a caller is told of a submission as it is. */
export function outcomeOf(submission: Submission, present: Present): SendOutcome {
  const replayed = false;
  if (submission.status === 'submitted') return { kind: 'submitted', submission, replayed };
  if (!isFinal(submission)) return { kind: 'pending', submission: present(submission), replayed };
  const { messageId, status } = submission;
  const why = {
    canceled: failure('submission-canceled', { messageId }),
    'in-doubt': submission.lastFailure ?? failure('submission-in-doubt', { messageId }),
    failed: submission.lastFailure ?? failure('submission-expired', { messageId }),
  }[status as 'canceled' | 'in-doubt' | 'failed'];
  return { kind: 'failed', submission, failure: why, replayed };
}

function inUse({ key }: IdempotencyClaim) {
  return failure('idempotency-key-in-use', {
    errors: [{ field: 'Idempotency-Key', message: `the first request with ${key} is still running` }],
  });
}

function reused(claim: IdempotencyClaim | null) {
  return failure('idempotency-key-reused', {
    errors: [
      {
        field: 'Idempotency-Key',
        message: `${claim?.key ?? ''} stands for another message; take a new key for this one`,
      },
    ],
  });
}
