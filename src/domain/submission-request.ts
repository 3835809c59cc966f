/** What a caller asks for: a message, and how it is to be submitted. */

import type { Message } from './message.ts';
import type { Instant, Priority } from './submission.ts';

/** Delivery status notifications as RFC 3461 lets a submission ask for them. */
export interface DsnRequest {
  /** For every recipient (NOTIFY, §4.1); `never` stands alone. */
  readonly notify: readonly DsnOccasion[];
  /** What of the message comes back with a notification (RET, §4.3); null leaves it to the server. */
  readonly ret: 'full' | 'headers' | null;
}

export const dsnOccasions = ['never', 'success', 'failure', 'delay'] as const;
export type DsnOccasion = (typeof dsnOccasions)[number];

/** A label of the caller's own, by which submissions are found again. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

export interface SubmissionRequest {
  readonly message: Message;
  /** The mailbox to submit as, where the caller does not leave it to `from`. */
  readonly mailbox: string | null;
  /** For MAIL FROM; null for the address of From. */
  readonly returnPath: string | null;
  /** Null to ask for nothing, which leaves it at a notification of failure (RFC 3461 §4.1). */
  readonly dsn: DsnRequest | null;
  readonly tags: readonly Tag[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly priority: Priority;
  /** When it is to be submitted; null for at once. */
  readonly scheduledAt: Instant | null;
  /** Seconds from acceptance, or from `scheduledAt`, after which it is given up; null for the default. */
  readonly expiresIn: number | null;
  /** False: one attempt, now. */
  readonly retry: boolean;
}
