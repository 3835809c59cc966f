/** What the failure of an attempt means for the submission: the only place that decides between trying again, holding and giving up. */

import { entryOf, type Failure, retryAfterSeconds } from './failure.ts';

/**
 * - `retry`: it passes by itself; tried again by the schedule.
 * - `held`: it hits all that is sent this way until somebody cures it; deferred until then, or until it expires.
 * - `final`: never tried again by itself.
 * - `in-doubt`: it may have been submitted.
 */
export type Disposition = 'retry' | 'held' | 'final' | 'in-doubt';

/** A failure that lasts longer than this is nothing that a caller waits for, nor a line tries in passing. */
const LONG_SECONDS = 300;

/**
 * Judges a failure.
 *
 * A fact about the message or a recipient stays one, so it is final when it is permanent, as is a sender that the caller
 * has to change. Everything else is about what many messages share: mailbox, tenant, network, relay, or a right on the
 * sender. Where nobody was told 202 yet, the caller learns of it now and keeps the message. A submission that was
 * answered 202 has nobody else who keeps it, and is held: a secret that expires on Friday must not destroy the
 * weekend's invoices.
 *
 * @param awaited whether the caller still waits for the first attempt, and nobody was told 202
 */
export function dispositionOf(failure: Failure, { awaited }: { readonly awaited: boolean }): Disposition {
  if (isInDoubt(failure)) return 'in-doubt';
  const wait = retryAfterSeconds(failure);
  if (wait !== null && wait < LONG_SECONDS) return 'retry';
  if (isOfThisMessage(failure)) return wait === null ? 'final' : 'retry';
  return awaited ? 'final' : 'held';
}

/** Whether with this failure nobody knows if the message was submitted. */
export function isInDoubt({ code }: Pick<Failure, 'code'>): boolean {
  return code === 'submission-in-doubt';
}

/** Whether other messages of the mailbox are untouched by it. */
export function isOfThisMessage({ code }: Failure): boolean {
  const { about, responsible } = entryOf(code);
  return about === 'message' || about === 'recipient' || (about === 'sender' && responsible === 'caller');
}
