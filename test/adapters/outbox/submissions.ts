/** Submissions to store, each with an id of its own. */

import { ulids } from '../../../src/adapters/ids/ulids.ts';
import { failure } from '../../../src/domain/failure.ts';
import type { Submission, SubmissionStatus } from '../../../src/domain/submission.ts';
import type { NewSubmission, Usage } from '../../../src/ports/outbox.ts';

export const START = Date.parse('2026-03-02T08:00:00Z');
export const SECOND = 1_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const newId = ulids(() => new Date());

/** @param given what matters to the test */
export function submissionOf(given: Partial<Submission> = {}): Submission {
  const id = newId();
  const acceptedAt = given.acceptedAt ?? START;
  return {
    id,
    revision: 1,
    requestId: id,
    client: 'erp',
    tenant: 'contoso',
    mailbox: 'billing@contoso.com',
    from: 'billing@contoso.com',
    messageId: `<${id}@contoso.com>`,
    envelope: { reversePath: 'billing@contoso.com', dsn: null, internationalized: false },
    recipients: [{ address: 'ada@example.com', state: 'pending', failure: null }],
    tags: [{ name: 'kind', value: 'invoice' }],
    metadata: { order: '4711 “ü”' },
    priority: 'normal',
    retry: true,
    size: 4,
    acceptedAt,
    scheduledAt: null,
    expiresAt: acceptedAt + DAY,
    status: 'queued',
    nextAttemptAt: acceptedAt,
    attemptCount: 0,
    attempts: [],
    lastFailure: null,
    reply: null,
    finishedAt: null,
    idempotencyKey: null,
    ...given,
  };
}

export function contentOf(length = 4): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => index % 251));
}

export function entryOf(submission: Submission, bytes = submission.size): NewSubmission {
  return { submission: { ...submission, size: bytes }, content: contentOf(bytes), claim: null };
}

export function claimedEntry(submission: Submission, key: string, body = 'a'): NewSubmission {
  const bodySha256 = body.repeat(64);
  return { ...entryOf({ ...submission, idempotencyKey: key }), claim: { key, bodySha256 } };
}

/** The same one, a change later. */
export function changed(submission: Submission, change: Partial<Submission>): Submission {
  return { ...submission, revision: submission.revision + 1, ...change };
}

export function finished(submission: Submission, status: SubmissionStatus, finishedAt = START + SECOND): Submission {
  return changed(submission, {
    status,
    finishedAt,
    nextAttemptAt: null,
    attemptCount: 1,
    recipients: submission.recipients.map((each) => ({
      ...each,
      state: status === 'failed' ? 'rejected' : 'accepted',
    })),
    lastFailure: status === 'failed' ? failure('send-as-denied', { detail: 'Denied.' }) : null,
  });
}

export function usageOf(at: number, given: Partial<Usage> = {}): Usage {
  return { mailbox: 'billing@contoso.com', tenant: 'contoso', at, recipients: 3, external: 1, ...given };
}

/** All pieces one behind the other. */
export async function allOf<T>(pieces: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const piece of pieces) all.push(...piece);
  return all;
}
