/** A place in the line of a mailbox: as much of a submission as has to be known to decide whose turn it is; a hundred thousand of them fit into memory. */

import { countExternal } from '../domain/external-recipients.ts';
import type { Route } from '../domain/routing.ts';
import { type Instant, type Priority, pendingRecipients, type Submission } from '../domain/submission.ts';
import type { Waiting } from '../ports/outbox.ts';

export interface Place {
  readonly id: string;
  readonly client: string;
  readonly tenant: string;
  readonly mailbox: string;
  readonly from: string;
  readonly priority: Priority;
  readonly acceptedAt: Instant;
  readonly expiresAt: Instant;
  readonly recipients: number;
  /** Those outside the tenant; all of them as long as nobody has counted. */
  readonly external: number;
  readonly retry: boolean;
  /** Order of acceptance. */
  readonly order: number;
  /** An operator can have it tried sooner. */
  dueAt: Instant;
  readonly status: 'queued' | 'deferred';
  /** Where it is: in its line, aside because its sender is paused, with an attempt, or no longer here. */
  stand: 'line' | 'aside' | 'attempt' | 'gone';
  /** Record and content of one that has just come, as long as there is memory for them. */
  fresh: { readonly submission: Submission; readonly content: Uint8Array } | null;
}

/** What a place is made of. */
export type Standing = Omit<Waiting, 'revision' | 'size' | 'markedAt'> & { readonly external?: number | undefined };

const ranks: Readonly<Record<Priority, number>> = { high: 0, normal: 1, bulk: 2 };

/** Whether one goes before another, when both are due: by priority, due time, acceptance. */
export function goesBefore(one: Place, other: Place): boolean {
  const byRank = ranks[one.priority] - ranks[other.priority];
  if (byRank !== 0) return byRank < 0;
  return isDueBefore(one, other);
}

export function isDueBefore(one: Place, other: Place): boolean {
  return one.dueAt === other.dueAt ? one.order < other.order : one.dueAt < other.dueAt;
}

/** A place for a submission that waits. */
export function placeOf(waiting: Standing, order: number, fresh: Place['fresh'] = null): Place {
  const { id, client, tenant, mailbox, from, priority, acceptedAt, dueAt, expiresAt, retry, recipients } = waiting;
  const status = waiting.status === 'deferred' ? 'deferred' : 'queued';
  return {
    id,
    client,
    tenant,
    mailbox,
    from,
    priority,
    acceptedAt,
    dueAt,
    expiresAt,
    retry,
    recipients,
    external: waiting.external ?? recipients,
    status,
    order,
    stand: 'line',
    fresh,
  };
}

/** What of a record its place is made of. @param route null where nobody knows it */
export function standingOf(submission: Submission, route: Route | null): Standing {
  const pending = pendingRecipients(submission);
  const dueAt = submission.nextAttemptAt ?? submission.acceptedAt;
  const external = route ? countExternal(pending, route.tenant) : pending.length;
  return { ...submission, dueAt, recipients: pending.length, external };
}
