/** What becomes of each recipient by an attempt. A doubt is never lost: only its acceptance or an operator ends it. */

import { dispositionOf, isInDoubt, isOfThisMessage } from './disposition.ts';
import { entryOf, type Failure, type RefusedRecipient } from './failure.ts';
import type { SmtpReply } from './smtp-reply.ts';
import type { Instant, RecipientState, Submission } from './submission.ts';

/** An attempt as it ended. */
export interface AttemptResult {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** Recipients that it named, or would have had it come that far. */
  readonly named: readonly string[];
  /** Recipients for which the message was taken. */
  readonly accepted: readonly string[];
  readonly rejected: readonly RefusedRecipient[];
  /** The reply after the final dot; null when it did not come that far. */
  readonly reply: SmtpReply | null;
  /** Why the message was taken for nobody; null when it was for somebody. */
  readonly failure: Failure | null;
}

export interface Judgement {
  /** Whether the caller still waits for the first attempt, and nobody was told 202. */
  readonly awaited: boolean;
  /** What follows from a doubt: an operator decides, or it is tried again with the same Message-ID. */
  readonly inDoubt: 'hold' | 'repeat';
}

/** All recipients after an attempt, in their order. Those that it did not name are as they were. */
export function recipientsAfter(
  { recipients, retry }: Pick<Submission, 'recipients' | 'retry'>,
  attempt: AttemptResult,
  { awaited, inDoubt }: Judgement,
): readonly RecipientState[] {
  const accepted = new Set(attempt.accepted);
  const failureOf = failuresOf(attempt);
  // Where the message was taken for somebody, the mailbox can send: for the others it is held and not refused.
  const isAwaited = awaited && attempt.failure !== null;
  return recipients.map((recipient) => {
    const { address, state } = recipient;
    if (state !== 'pending') return recipient;
    if (accepted.has(address)) return { address, state: 'accepted', failure: null };
    const failure = failureOf(address);
    if (failure === null) return recipient;
    const disposition = dispositionOf(failure, { awaited: isAwaited });
    if (disposition === 'in-doubt') {
      return { address, state: inDoubt === 'repeat' && retry ? 'pending' : 'in-doubt', failure };
    }
    const isOver = disposition === 'final' || !retry || isTriedEnough(recipient, failure);
    return isOver ? givenUp(recipient, failure) : stillPending(recipient, failure);
  });
}

/** A pending recipient that is not tried again: refused, or in doubt if it ever was. */
export function givenUp({ address, failure: before }: RecipientState, failure: Failure): RecipientState {
  return before !== null && isInDoubt(before)
    ? { address, state: 'in-doubt', failure: before }
    : { address, state: 'rejected', failure };
}

function stillPending(recipient: RecipientState, failure: Failure): RecipientState {
  const { address, failure: before } = recipient;
  if (before !== null && isInDoubt(before)) return { address, state: 'pending', failure: before };
  return { address, state: 'pending', failure, refusals: refusalsBefore(recipient, failure) + 1 };
}

/** Of a message or a recipient the catalogue says how often to try again; what hits others too waits for its cure. */
function isTriedEnough(recipient: RecipientState, failure: Failure): boolean {
  const { retry } = entryOf(failure.code);
  const atMost = typeof retry === 'object' ? retry.atMost : undefined;
  return atMost !== undefined && isOfThisMessage(failure) && refusalsBefore(recipient, failure) >= atMost;
}

function refusalsBefore({ failure: before, refusals = 0 }: RecipientState, { code }: Failure): number {
  return before?.code === code ? refusals : 0;
}

/** With what an attempt failed for an address: its own refusal, or that of the whole; null for one it did not name. */
export function failuresOf({ named, rejected, failure }: AttemptResult): (address: string) => Failure | null {
  const ofAll = failure && { ...failure, rejected: [] };
  const all = new Map<string, Failure | null>(named.map((address) => [address, ofAll]));
  for (const refused of [...(failure?.rejected ?? []), ...rejected]) all.set(refused.recipient, refused.failure);
  return (address) => all.get(address) ?? null;
}
