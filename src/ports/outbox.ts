/** Where accepted submissions live: durable before anything is answered. Types only; what each adapter must keep is its contract suite. */

import type { Instant, Priority, Submission, SubmissionStatus } from '../domain/submission.ts';
import type { SubmissionFilter } from '../domain/submission-filter.ts';

export type { SubmissionFilter } from '../domain/submission-filter.ts';

/** An idempotency key of a client, and the submission it stands for. */
export interface IdempotencyClaim {
  readonly key: string;
  /** SHA-256 of the canonical body, hexadecimal. */
  readonly bodySha256: string;
}

/** A submission on its way in, with all that must appear together or not at all. */
export interface NewSubmission {
  readonly submission: Submission;
  /** The composed message. */
  readonly content: Uint8Array;
  readonly claim: IdempotencyClaim | null;
}

/** What an enqueued message met: it is held now, or its key was claimed before, by this body or another. */
export type Enqueued = { readonly kind: 'held' } | ({ readonly kind: 'claimed' } & Claimed);

export interface Claimed {
  readonly submission: Submission;
  readonly bodySha256: string;
}

/** One change of a submission, and what belongs to it: all of it, or nothing. Undoes the mark of an attempt. */
export interface Change {
  /** Its revision is one more than that which is stored. */
  readonly submission: Submission;
  /** Whether the content can go: nothing will be submitted any more, and no operator may ask for it. */
  readonly dropContent?: boolean;
  /** The key can be used again: nothing was submitted under it. */
  readonly freeKey?: boolean;
  /** What the attempt used of the mailbox's budgets. */
  readonly usage?: Usage | undefined;
}

/** One message that Exchange Online took, as its limits count it. */
export interface Usage {
  readonly mailbox: string;
  readonly tenant: string;
  readonly at: Instant;
  /** Recipients that were accepted; of these those outside the tenant. */
  readonly recipients: number;
  readonly external: number;
}

/** As much of an unfinished submission as its place in a line needs. */
export interface Waiting {
  readonly id: string;
  readonly revision: number;
  readonly client: string;
  readonly tenant: string;
  readonly mailbox: string;
  readonly from: string;
  readonly priority: Priority;
  readonly status: SubmissionStatus;
  readonly acceptedAt: Instant;
  readonly dueAt: Instant;
  readonly expiresAt: Instant;
  readonly retry: boolean;
  readonly recipients: number;
  readonly size: number;
  /** When the attempt started that is marked *dot may be sent* and has no end: a process died meanwhile. */
  readonly markedAt: Instant | null;
}

/** The newest first, fewer than were asked for where they are large. `next` is where the next page begins, null after the last. */
export interface Page {
  readonly submissions: readonly Submission[];
  readonly next: string | null;
}

/** How full it is, with what is not finished: contents that are retained give way to new ones. */
export interface Fill {
  readonly submissions: number;
  readonly bytes: number;
  readonly maxSubmissions: number;
  readonly maxBytes: number;
  /** Whether it can be written, as far as is known without trying. */
  readonly failing: boolean;
}

/** How many records are in each status. */
export type StatusCounts = Readonly<Record<SubmissionStatus, number>>;

/** What is kept no longer: instants before which. */
export interface Retention {
  /** Records that are final since before then go whole. */
  readonly finishedBefore: Instant;
  /** Contents of those that failed or are in doubt since before then go. */
  readonly contentOfFinishedBefore: Instant;
  /** Claims from before then go, once their submission is final. */
  readonly claimedBefore: Instant;
  /** Usage from before then counts no more. */
  readonly usedBefore: Instant;
}

export interface Outbox {
  /**
   * Takes a submission; it is on disk when this resolves.
   *
   * @throws FailureError `outbox-full`, or `outbox-unavailable` when it cannot be written: nothing is held then;
   *   `acceptance-unknown` when nobody can tell
   */
  enqueue(entry: NewSubmission): Promise<Enqueued>;
  /** A record with its content; content is null once it was dropped. Null for what is not there. */
  load(id: string): Promise<{ readonly submission: Submission; readonly content: Uint8Array | null } | null>;
  find(id: string): Promise<Submission | null>;
  /** What a client's key stands for; null when it is free. */
  claimed(client: string, key: string): Promise<Claimed | null>;
  /**
   * Marks that from now on the final dot of an attempt may be sent; on disk when this resolves.
   *
   * @throws FailureError `outbox-unavailable`: not marked, and the dot must not go out
   */
  mark(id: string, attemptStartedAt: Instant): Promise<void>;
  /**
   * Writes a change; on disk when this resolves. Only one of those who know the same revision succeeds.
   *
   * @returns false when another has changed it, it is forgotten, or it is to be submitted again and its content is
   *   gone: nothing was written
   * @throws FailureError `outbox-unavailable`: nothing was written
   */
  record(change: Change): Promise<boolean>;
  /** Removes a record with its content and claim. @returns whether it was there, at this revision */
  forget(id: string, revision: number): Promise<boolean>;
  /** A page of at most `limit` records. @param after the `next` of the page before; null for the first */
  list(filter: SubmissionFilter, after: string | null, limit: number): Promise<Page>;
  /** All that is not final, in pieces, in the order of acceptance. */
  unfinished(): AsyncIterable<readonly Waiting[]>;
  /** What was used since, in pieces, in the order of time. */
  usedSince(instant: Instant): AsyncIterable<readonly Usage[]>;
  counts(): Promise<StatusCounts>;
  /** Lets go of what is kept no longer. @returns how many records went */
  sweep(retention: Retention): Promise<number>;
  readonly fill: Fill;
  /** Writes what was asked for before, and ends. */
  close(): Promise<void>;
}
