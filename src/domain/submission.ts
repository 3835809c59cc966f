/** A submission (RFC 6409): our record of one accepted message, all of it but the content. Instants are whole milliseconds since the epoch, so that a record is stored as it is. */

import type { Envelope } from './envelope.ts';
import type { Failure } from './failure.ts';
import type { SmtpReply } from './smtp-reply.ts';
import type { Tag } from './submission-request.ts';

/** "submitted" means that Exchange Online answered 250: whether it delivers, nobody can know here. */
export const submissionStatuses = [
  'queued',
  'sending',
  'deferred',
  'submitted',
  'failed',
  'in-doubt',
  'canceled',
] as const;
export type SubmissionStatus = (typeof submissionStatuses)[number];

/** Order within the line of a mailbox. */
export const priorities = ['high', 'normal', 'bulk'] as const;
export type Priority = (typeof priorities)[number];

/** Milliseconds since the epoch, whole. */
export type Instant = number;

/** One recipient, settled by itself: an attempt names only those that are pending. */
export interface RecipientState {
  readonly address: string;
  readonly state: 'pending' | 'accepted' | 'rejected' | 'in-doubt';
  /** With what it was refused, for now (pending) or for good (rejected). */
  readonly failure: Failure | null;
  /** How often in a row it was refused for now with a failure of this code. */
  readonly refusals?: number;
}

/** One SMTP transaction that was tried, or how far it came. */
export interface Attempt {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly outcome: 'submitted' | 'deferred' | 'failed' | 'in-doubt';
  /** The reply after the final dot; null when it did not come that far. */
  readonly reply: SmtpReply | null;
  /** Null when every recipient it named was accepted. Names its stage. */
  readonly failure: Failure | null;
  /** What the server calls the transaction: the `[host timestamp id]` at the end of its reply. */
  readonly serverTail: string | null;
}

export interface Submission {
  readonly id: string;
  /** Counts the changes: whoever writes must know the last one. */
  readonly revision: number;
  readonly requestId: string;
  /** Name of the client it belongs to. */
  readonly client: string;
  /** Names in the routing; what they mean now is looked up for each attempt. */
  readonly tenant: string;
  readonly mailbox: string;
  /** Addr-spec of From. */
  readonly from: string;
  /** With angle brackets, as in the header. */
  readonly messageId: string;
  readonly envelope: Omit<Envelope, 'forwardPaths'>;
  readonly recipients: readonly RecipientState[];
  readonly tags: readonly Tag[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly priority: Priority;
  /** False: one attempt, and nothing is kept of what is not possible now. */
  readonly retry: boolean;
  /** Bytes of the composed message. */
  readonly size: number;
  readonly acceptedAt: Instant;
  /** When the caller wants it submitted; null for at once. */
  readonly scheduledAt: Instant | null;
  readonly expiresAt: Instant;
  readonly status: SubmissionStatus;
  /** When it is due; null once nothing more happens by itself. */
  readonly nextAttemptAt: Instant | null;
  /** How often was it tried, those attempts included that are not listed any more. */
  readonly attemptCount: number;
  /** The first and the latest ones, in order. */
  readonly attempts: readonly Attempt[];
  /** Why it is not submitted yet, or never will be. */
  readonly lastFailure: Failure | null;
  /** The latest positive reply to a final dot. */
  readonly reply: SmtpReply | null;
  /** When it became submitted, failed, canceled or in-doubt. */
  readonly finishedAt: Instant | null;
  /** The caller's own; null when it gave none. */
  readonly idempotencyKey: string | null;
}

/** Whether nothing more happens to it by itself. */
export function isFinal({ status }: Pick<Submission, 'status'>): boolean {
  return status === 'submitted' || status === 'failed' || status === 'in-doubt' || status === 'canceled';
}

/** Addresses that the next attempt names. */
export function pendingRecipients({ recipients }: Pick<Submission, 'recipients'>): string[] {
  return recipients.filter(({ state }) => state === 'pending').map(({ address }) => address);
}
