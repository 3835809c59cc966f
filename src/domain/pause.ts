/** What a failure means for the messages behind it: which sender, mailbox or tenant pauses, or which budget is used up, and for how long. */

import { entryOf, type Failure, isRetryable, retryAfterSeconds } from './failure.ts';
import type { Instant } from './submission.ts';

/** What a pause holds back. */
export type Paused = 'sender' | 'mailbox' | 'tenant';

export interface Pause {
  readonly failure: Failure;
  readonly since: Instant;
  /** When one message is tried again. */
  readonly until: Instant;
  /** How many were tried in vain. */
  readonly probes: number;
}

/**
 * What follows from a failed attempt.
 * `pause`: nobody else needs to find out. `count`: one alone says little; so many of the same within the window pause.
 * `exhaust`: the limit of Exchange Online is reached, whatever the relay had counted.
 */
export type Consequence =
  | { readonly kind: 'none' }
  | { readonly kind: 'pause'; readonly of: Paused }
  | { readonly kind: 'count'; readonly of: Paused; readonly most: number; readonly window: number | 'until a success' }
  | { readonly kind: 'exhaust'; readonly budget: 'messages' | 'recipients' | 'external' };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Longer than Exchange Online watches, as far as anybody has found out. */
const REFUSALS_WINDOW = 10 * MINUTE;
/** Exchange Online suspends a mailbox after repeated identical refusals (550 5.2.251–255); nobody knows how many. */
const MOST_SENDER_REFUSALS = 3;
/** Wrong addresses come in lists, and are the fault of the caller. */
const MOST_RECIPIENT_REFUSALS = 20;
/** One lost connection is no outage. */
const MOST_CONNECTION_FAILURES = 3;

const budgets: Readonly<Record<string, 'messages' | 'recipients' | 'external'>> = {
  'concurrent-connections-limit': 'messages',
  'server-busy': 'messages',
  'recipient-rate-limit-exceeded': 'recipients',
  'tenant-external-recipient-limit': 'external',
};

/** Of those that repeated make Exchange Online suspend the mailbox (5.2.254, 5.2.255). */
const recipientRefusals: ReadonlySet<string> = new Set([
  'too-many-recipients',
  'recipient-not-found',
  'recipient-address-invalid',
]);

/** @param failure of an attempt that submitted nothing */
export function consequenceOf(failure: Failure): Consequence {
  const { about, responsible } = entryOf(failure.code);
  const budget = budgets[failure.code];
  // A defect that one message brings about must not hold back the others.
  if (failure.code === 'internal-error') return { kind: 'none' };
  if (budget) return { kind: 'exhaust', budget };
  if (recipientRefusals.has(failure.code) && failure.smtp) {
    return { kind: 'count', of: 'mailbox', most: MOST_RECIPIENT_REFUSALS, window: REFUSALS_WINDOW };
  }
  switch (about) {
    case 'sender':
      return responsible === 'caller'
        ? { kind: 'none' }
        : { kind: 'count', of: 'sender', most: MOST_SENDER_REFUSALS, window: REFUSALS_WINDOW };
    case 'tenant':
      return { kind: 'pause', of: 'tenant' };
    case 'mailbox':
      return { kind: 'pause', of: 'mailbox' };
    case 'network':
    case 'relay':
      return ofTheWay(failure);
    default:
      return { kind: 'none' };
  }
}

/** A way that does not lead to the server leads none of the messages there; what breaks in mid-transaction is of that message alone. */
function ofTheWay(failure: Failure): Consequence {
  const of = failure.stage === 'token' ? 'tenant' : 'mailbox';
  switch (failure.stage) {
    case 'token':
    case 'connect':
    case 'tls':
    case 'auth':
      return isRetryable(failure)
        ? { kind: 'count', of, most: MOST_CONNECTION_FAILURES, window: 'until a success' }
        : { kind: 'pause', of };
    default:
      return isRetryable(failure) ? { kind: 'none' } : { kind: 'pause', of };
  }
}

/** Refusals for lack of rights cost the server something, and a right takes minutes to be noticed; a lost way is back at any time. */
const FIRST = { right: MINUTE, way: 10_000 };
const LONGEST = HOUR;

/**
 * A pause that begins, or goes on because its probe failed: twice as long each time, an hour at most.
 *
 * @param before the pause as it was; null when it begins
 */
export function pauseAfter(failure: Failure, now: Instant, before: Pause | null): Pause {
  const probes = before ? before.probes + 1 : 0;
  const { about } = entryOf(failure.code);
  const first = about === 'network' ? FIRST.way : FIRST.right;
  const asked = (retryAfterSeconds(failure) ?? 0) * 1_000;
  const until = now + Math.max(Math.min(first * 2 ** probes, LONGEST), Math.min(asked, LONGEST));
  return { failure, since: before?.since ?? now, until, probes };
}
