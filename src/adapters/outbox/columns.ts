/** A submission in the columns of its row: what its line, a listing and the sweep need without reading its record. */

import { isFinal, type Priority, type Submission, type SubmissionStatus } from '../../domain/submission.ts';
import type { Usage, Waiting } from '../../ports/outbox.ts';
import type { ChangedRow, NewRow, UsageRow, UsedRow, WaitingRow } from './operations.ts';
import { encodeRecord } from './record.ts';

/** @param content where its content will be */
export function newRow(submission: Submission, size: number, content: number): NewRow {
  return [
    submission.id,
    submission.revision,
    submission.status,
    submission.client,
    submission.tenant,
    submission.mailbox,
    submission.from,
    submission.priority,
    submission.retry ? 1 : 0,
    pending(submission),
    size,
    submission.acceptedAt,
    submission.nextAttemptAt ?? submission.acceptedAt,
    submission.expiresAt,
    finished(submission),
    submission.idempotencyKey,
    content,
    encodeRecord(submission),
  ];
}

export function changedRow(submission: Submission): ChangedRow {
  return [
    submission.revision,
    submission.status,
    submission.priority,
    submission.retry ? 1 : 0,
    pending(submission),
    submission.nextAttemptAt ?? submission.acceptedAt,
    submission.expiresAt,
    finished(submission),
    encodeRecord(submission),
  ];
}

export function usageRow({ at, mailbox, tenant, recipients, external }: Usage): UsageRow {
  return [at, mailbox, tenant, recipients, external];
}

export function usageOf([at, mailbox, tenant, recipients, external]: UsedRow): Usage {
  return { at, mailbox, tenant, recipients, external };
}

export function waitingOf(row: WaitingRow): Waiting {
  return {
    id: row[1],
    revision: row[2],
    client: row[3],
    tenant: row[4],
    mailbox: row[5],
    from: row[6],
    priority: row[7] as Priority,
    status: row[8] as SubmissionStatus,
    acceptedAt: row[9],
    dueAt: row[10],
    expiresAt: row[11],
    retry: row[12] === 1,
    recipients: row[13],
    size: row[14],
    markedAt: row[15],
  };
}

/** The next attempt names no others. */
function pending({ recipients }: Submission): number {
  let count = 0;
  for (const { state } of recipients) if (state === 'pending') count += 1;
  return count;
}

function finished(submission: Submission): number | null {
  return isFinal(submission) ? (submission.finishedAt ?? submission.acceptedAt) : null;
}
