/** What clients may see of submissions, and what operators may do with them. What a client may not see is not there. */

import { type Client, mayUseTenant } from '../domain/client.ts';
import { type Failure, FailureError, failure } from '../domain/failure.ts';
import { isFinal, type Submission } from '../domain/submission.ts';
import { matches } from '../domain/submission-filter.ts';
import { canceled, retriedNow } from '../domain/submission-progress.ts';
import { DEFAULT_EXPIRES_IN } from '../domain/submission-schedule.ts';
import type { Change, Outbox, Page, SubmissionFilter } from '../ports/outbox.ts';
import type { Clock, Events } from '../ports.ts';
import { factsOf } from './deliver.ts';
import type { FreshContents } from './fresh-contents.ts';
import type { Lines } from './lines.ts';
import { type Place, placeOf, standingOf } from './place.ts';
import type { Present } from './present.ts';
import type { RetriedMany, Submissions } from './relay.ts';

export interface SubmissionsUse {
  readonly outbox: Outbox;
  readonly lines: Lines;
  readonly fresh: FreshContents;
  readonly present: Present;
  readonly clock: Clock;
  readonly events: Events;
  /** Told of a change on disk. */
  readonly onWritten: (submission: Submission, before: Submission) => void;
  readonly onForgotten: (submission: Submission) => void;
}

/** So many a request of many looks at. */
const MOST_AT_ONCE = 1_000;
const PAGE = 100;
/** So many refusals it names. */
const MOST_REFUSED = 100;

/** Makes the operations. */
export function submissionsOf(use: SubmissionsUse): Submissions {
  const found = async (id: string, client: Client): Promise<Submission> => {
    const submission = await use.outbox.find(id);
    if (!submission || !maySee(client, submission)) throw new FailureError(unknown(id));
    return submission;
  };
  return {
    find: async (id, client) => use.present(await found(id, client)),
    list: async (filter, after, limit, client) => await listed(within(filter, client), after, limit, use),
    cancel: async (id, client) => {
      const submission = await found(id, client);
      if (isFinal(submission)) throw new FailureError(about(submission, 'submission-final'));
      return await outOfLine(submission, use, async () => {
        const next = canceled(submission, use.clock.now().getTime());
        // What may have been submitted is still an operator's to try again.
        await written({ submission: next, dropContent: next.status === 'canceled' }, submission, use);
        return next;
      });
    },
    retry: async (id, client) => await retry(await found(id, client), use),
    forget: async (id, client) => {
      const submission = await found(id, client);
      await outOfLine(submission, use, async () => {
        if (!(await use.outbox.forget(id, submission.revision)))
          throw new FailureError(about(submission, 'submission-sending'));
        use.onForgotten(submission);
      });
    },
    retryMany: async (filter, after, client) => await retryMany(within(filter, client), after, use),
  };
}

/** An attempt under way is known to its line alone; the record says `queued` or `deferred` until it is over. */
async function listed(
  filter: SubmissionFilter,
  after: string | null,
  limit: number,
  use: SubmissionsUse,
): Promise<Page> {
  const { outbox, lines, present } = use;
  const { statuses, ...others } = filter;
  if (!statuses?.includes('sending')) {
    const { submissions, next } = await outbox.list(filter, after, limit);
    const shown = submissions.map(present);
    return { submissions: statuses ? shown.filter(({ status }) => statuses.includes(status)) : shown, next };
  }
  if (statuses.length > 1) {
    const stored = [...new Set([...statuses, 'queued', 'deferred'] as const)];
    const { submissions, next } = await outbox.list({ ...others, statuses: stored }, after, limit);
    return { submissions: submissions.map(present).filter(({ status }) => statuses.includes(status)), next };
  }
  const ids = [...lines.places].filter(({ stand }) => stand === 'attempt').map(({ id }) => id);
  const found = await Promise.all(ids.map((id) => outbox.find(id)));
  const sending = found
    .filter((submission) => submission !== null)
    .map(present)
    .filter((submission) => submission.status === 'sending' && matches(submission, others))
    .sort((one, other) => other.acceptedAt - one.acceptedAt);
  // No more than there are connections.
  return { submissions: sending.slice(0, limit), next: null };
}

async function retry(submission: Submission, use: SubmissionsUse): Promise<Submission> {
  if (submission.status === 'submitted') throw new FailureError(about(submission, 'submission-submitted'));
  const next = retriedNow(submission, use.clock.now().getTime(), DEFAULT_EXPIRES_IN * 1_000);
  await outOfLine(submission, use, async () => await written({ submission: next }, submission, use));
  use.lines.add(placeOf(standingOf(next, use.lines.lineOf(next).route), use.lines.nextOrder()));
  return use.present(next);
}

async function retryMany(filter: SubmissionFilter, after: string | null, use: SubmissionsUse): Promise<RetriedMany> {
  // Of those that failed or are in doubt somebody was told so, and may have sent them again: they are to be named.
  const statuses = filter.statuses ?? ['deferred'];
  const refused: { id: string; failure: Failure }[] = [];
  let retried = 0;
  let seen = 0;
  let next = after;
  do {
    const page = await use.outbox.list({ ...filter, statuses }, next, PAGE);
    for (const submission of page.submissions) {
      try {
        await retry(submission, use);
        retried += 1;
      } catch (error) {
        if (!(error instanceof FailureError)) throw error;
        if (refused.length < MOST_REFUSED) refused.push({ id: submission.id, failure: error.failure });
      }
    }
    seen += page.submissions.length;
    next = page.next;
  } while (next !== null && seen < MOST_AT_ONCE);
  return { retried, refused, next };
}

/** Does something with a submission that nothing else may happen to meanwhile; it stands where it stood when that fails. */
async function outOfLine<T>(submission: Submission, use: SubmissionsUse, work: () => Promise<T>): Promise<T> {
  const { lines, fresh } = use;
  const place = lines.placeOf(submission.id);
  if (place && !lines.remove(place)) throw new FailureError(about(submission, 'submission-sending'));
  try {
    const done = await work();
    if (place) fresh.take(place);
    return done;
  } catch (error) {
    if (place) lines.add(again(place));
    throw error;
  }
}

function again(place: Place): Place {
  return { ...place, stand: 'line' };
}

async function written(change: Change, before: Submission, use: SubmissionsUse): Promise<void> {
  if (!(await use.outbox.record(change))) throw new FailureError(await whyNot(before, use));
  use.onWritten(change.submission, before);
  if (isFinal(change.submission)) {
    const { status, acceptedAt } = change.submission;
    const ageMilliseconds = use.clock.now().getTime() - acceptedAt;
    if (status === 'canceled') use.events.submissionFinished({ ...factsOf(before), status, ageMilliseconds });
  }
}

/** Why a change was not taken: something else has changed it, or nothing of it can be submitted any more. */
async function whyNot(submission: Submission, { outbox }: SubmissionsUse): Promise<Failure> {
  const present = await outbox.find(submission.id);
  return about(submission, present?.revision === submission.revision ? 'content-gone' : 'submission-sending');
}

/** A client sees its own, an operator those of its tenants. */
function maySee(client: Client, { client: owner, tenant }: Submission): boolean {
  return mayUseTenant(client, tenant) && (owner === client.name || client.scopes.includes('operate'));
}

function within(filter: SubmissionFilter, client: Client): SubmissionFilter {
  const tenants = client.tenants ?? undefined;
  return client.scopes.includes('operate') ? { ...filter, tenants } : { ...filter, tenants, client: client.name };
}

function unknown(id: string): Failure {
  return failure('not-found', { detail: `There is no submission ${id}, or this client may not see it.` });
}

type Refusal = 'submission-final' | 'submission-sending' | 'submission-submitted' | 'content-gone';

function about({ id, status, messageId }: Submission, code: Refusal): Failure {
  return failure(code, { detail: `Submission ${id} ${standOf(status, code)}.`, messageId });
}

function standOf(status: Submission['status'], code: Refusal): string {
  // The record says `queued` or `deferred` until the attempt is over.
  if (code === 'submission-sending') return 'is being submitted at this moment';
  return code === 'content-gone' ? `is ${status}, and its content is gone` : `is ${status}`;
}
