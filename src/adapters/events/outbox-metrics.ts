/** Metrics of what the relay holds and of what keeps it from going out. No label says whose it is. */

import type { Instant, SubmissionStatus } from '../../domain/submission.ts';
import type { Fill } from '../../ports/outbox.ts';
import type { BudgetName, Clock, PauseFacts } from '../../ports.ts';
import type { MetricMakers } from './metric-makers.ts';

/** Seconds, up to the longest that a submission may wait. */
const AGES = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200, 604_800];

export interface OutboxSources {
  readonly clock: Clock;
  /** How many are in each status, and since when the oldest is. */
  readonly statuses: () => Readonly<
    Record<SubmissionStatus, { readonly count: number; readonly oldest: Instant | null }>
  >;
  readonly fill: () => Fill;
  readonly lines: () => {
    /** How many of each are paused. */
    readonly paused: Readonly<Record<PauseFacts['about'], number>>;
    /** Mailboxes for which something waits, and whose budget is used up. */
    readonly paced: number;
    /** Used of each budget, from 0 to 1, where the most is used of it. */
    readonly budgetUse: {
      readonly messagesPerMinute: number;
      readonly recipientsPerDay: number;
      readonly externalRecipientsPerDay: number;
    };
  };
}

export function outboxCounters({ counter, histogram }: MetricMakers) {
  return {
    submissionsAccepted: counter('submissions_accepted_total', 'Submissions that the relay took over.'),
    submissionsFinished: counter<'status'>(
      'submissions_finished_total',
      'Submissions to which nothing more happens by itself: submitted, failed, canceled or in_doubt.',
      ['status'],
    ),
    submissionAge: histogram(
      'submission_age_seconds',
      'From when a submission was accepted, or was due, until it was submitted.',
      AGES,
    ),
    attemptsDeferred: counter('attempts_deferred_total', 'Attempts that another one follows.'),
    pauses: counter<'about'>('pauses_total', 'Pauses that have begun, of a sender, a mailbox or a tenant.', ['about']),
    inDoubt: counter('in_doubt_total', 'Attempts of which nobody can know whether Exchange Online took the message.'),
  };
}

export function addOutboxGauges({ gauge, gaugeBy }: MetricMakers, sources: OutboxSources): void {
  const { clock, statuses, fill, lines } = sources;
  gaugeBy('state', 'outbox_submissions', 'Submissions on record, by status.', () => {
    const figures = Object.entries(statuses()).map(([status, { count }]) => [labelOf(status), count]);
    return Object.fromEntries(figures);
  });
  gaugeBy(
    'state',
    'outbox_oldest_seconds',
    'Age of the oldest submission in a status, since acceptance or since it is in doubt; 0 when there is none.',
    () => {
      const now = clock.now().getTime();
      const { queued, sending, deferred, 'in-doubt': inDoubt } = statuses();
      const age = ({ oldest }: { oldest: Instant | null }) => (oldest === null ? 0 : Math.max(now - oldest, 0) / 1_000);
      return { queued: age(queued), sending: age(sending), deferred: age(deferred), in_doubt: age(inDoubt) };
    },
  );
  gauge('outbox_held_submissions', 'Submissions that count against the most that may wait.', () => fill().submissions);
  gauge('outbox_max_submissions', 'Submissions that may wait at once.', () => fill().maxSubmissions);
  gauge('outbox_bytes', 'Bytes of the contents of submissions that are not finished.', () => fill().bytes);
  gauge('outbox_max_bytes', 'Bytes of contents that may be held.', () => fill().maxBytes);
  gauge('outbox_failing', 'Whether the outbox cannot be written: 1 while nothing is accepted for it.', () =>
    Number(fill().failing),
  );
  gaugeBy('about', 'paused', 'Senders, mailboxes and tenants that are paused.', () => ({ ...lines().paused }));
  gauge('mailboxes_paced', 'Mailboxes for which something waits, and whose budget is used up.', () => lines().paced);
  gaugeBy('budget', 'budget_used_ratio_max', 'Used of a budget, 0 to 1, where the most is used of it.', () => {
    const { messagesPerMinute, recipientsPerDay, externalRecipientsPerDay } = lines().budgetUse;
    return {
      messages_per_minute: messagesPerMinute,
      recipients_per_day: recipientsPerDay,
      external_recipients_per_day: externalRecipientsPerDay,
    } satisfies Record<BudgetName, number>;
  });
}

/** A status as labels write it. */
export function labelOf(status: string): string {
  return status.replaceAll('-', '_');
}
