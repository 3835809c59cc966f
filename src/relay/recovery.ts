/** What a relay finds when it starts: what waits goes back into its line, and of an attempt that a dead process left behind nobody knows more than its mark says. */

import { type Instant, isFinal, type Submission } from '../domain/submission.ts';
import { interrupted } from '../domain/submission-progress.ts';
import type { Outbox, Waiting } from '../ports/outbox.ts';
import type { Clock, Events } from '../ports.ts';
import type { InDoubt } from './attempt.ts';
import { factsOf } from './deliver.ts';
import type { Lines } from './lines.ts';
import { goesBefore, type Place, placeOf, standingOf } from './place.ts';

export interface RecoveryUse {
  readonly outbox: Outbox;
  readonly lines: Lines;
  readonly clock: Clock;
  readonly inDoubt: InDoubt;
  /** Told of what nobody can know any more: an operator has to find out. */
  readonly events: Pick<Events, 'submissionInDoubt' | 'submissionFinished'>;
  /** Milliseconds over which recipients are counted. */
  readonly day: number;
}

export interface Recovered {
  /** How many are back in their lines. */
  readonly waiting: number;
  /** How many were in the middle of an attempt. */
  readonly interrupted: number;
}

const RECORDS_AT_ONCE = 100;

/** Fills budgets and lines from the outbox. Nothing goes before all is known: what was used, and what goes first. */
export async function recover(use: RecoveryUse): Promise<Recovered> {
  const { outbox, lines, clock, day } = use;
  const now = clock.now().getTime();
  for await (const used of outbox.usedSince(now - day)) for (const usage of used) lines.count(usage);
  const places: Place[] = [];
  const marked: { readonly id: string; readonly markedAt: Instant; readonly order: number }[] = [];
  for await (const found of outbox.unfinished()) {
    const external = await externalIn(found, use);
    for (const each of found) {
      const { id, markedAt } = each;
      if (markedAt !== null) marked.push({ id, markedAt, order: lines.nextOrder() });
      // Its caller has gone without an answer, and wanted nothing to be kept.
      else if (!each.retry) await outbox.forget(id, each.revision);
      else places.push(placeOf({ ...each, external: external.get(id) }, lines.nextOrder()));
    }
  }
  for (const { id, markedAt, order } of marked) {
    const next = await resumed(id, markedAt, now, use);
    if (next && !isFinal(next)) places.push(placeOf(standingOf(next, lines.lineOf(next).route), order));
  }
  places.sort((one, other) => (goesBefore(one, other) ? -1 : 1));
  for (const place of places) lines.add(place);
  return { waiting: places.length, interrupted: marked.length };
}

/** By id, how many recipients outside its tenant wait; only where they are limited, because a record has to be read for it. */
async function externalIn(found: readonly Waiting[], { outbox, lines }: RecoveryUse): Promise<Map<string, number>> {
  const external = new Map<string, number>();
  const limited = found.filter(({ tenant, markedAt }) => markedAt === null && lines.externalOf(tenant) !== null);
  for (let at = 0; at < limited.length; at += RECORDS_AT_ONCE) {
    const read = limited.slice(at, at + RECORDS_AT_ONCE).map(({ id }) => outbox.find(id));
    for (const submission of await Promise.all(read)) {
      if (submission) external.set(submission.id, standingOf(submission, lines.lineOf(submission).route).external ?? 0);
    }
  }
  return external;
}

async function resumed(id: string, markedAt: Instant, now: Instant, use: RecoveryUse): Promise<Submission | null> {
  const { outbox, lines, inDoubt } = use;
  const submission = await outbox.find(id);
  if (!submission) return null;
  const next = interrupted(submission, markedAt, now, inDoubt);
  const { mailbox, tenant } = submission;
  const { recipients, external = recipients } = standingOf(submission, lines.lineOf(submission).route);
  // Exchange Online may have counted it, and nobody knows whether it did.
  const usage = { mailbox, tenant, at: now, recipients, external };
  await outbox.record({ submission: next, usage });
  lines.count(usage);
  tellDoubt(next, now, use);
  return next;
}

function tellDoubt(submission: Submission, now: Instant, { events }: RecoveryUse): void {
  const { status, lastFailure, scheduledAt, acceptedAt } = submission;
  if (status !== 'in-doubt' || !lastFailure) return;
  const facts = factsOf(submission);
  events.submissionInDoubt({ ...facts, failure: lastFailure, cause: null });
  events.submissionFinished({ ...facts, status, ageMilliseconds: now - (scheduledAt ?? acceptedAt) });
}
