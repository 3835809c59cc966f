/** The line of a mailbox or a tenant as operators see it: what waits, what it may still use today, and why it is paused. */

import type { BudgetState, LineState, MailboxState, PauseState, TenantState } from '../relay/relay.ts';
import { explanation } from './problem.ts';
import { timeOf } from './submission-view.ts';

export function mailboxOf(state: MailboxState) {
  const { mailbox, tenant, connections, messagesPerMinute, recipientsPerDay } = state;
  return {
    mailbox,
    tenant,
    ...lineOf(state),
    limits: {
      connections: budgetOf(connections),
      messages_per_minute: budgetOf(messagesPerMinute),
      recipients_per_day: budgetOf(recipientsPerDay),
    },
    pauses: state.pauses.map(pauseOf),
  };
}

export function tenantOf(state: TenantState) {
  const { tenant, mailboxes, externalRecipientsPerDay } = state;
  return {
    tenant,
    mailboxes,
    ...lineOf(state),
    limits: { external_recipients_per_day: externalRecipientsPerDay && budgetOf(externalRecipientsPerDay) },
    pauses: state.pauses.map(pauseOf),
  };
}

function lineOf({ status, queued, deferred, sending, oldest, nextAttemptAt }: LineState) {
  return { status, queued, deferred, sending, oldest: timeOf(oldest), next_attempt_at: timeOf(nextAttemptAt) };
}

function budgetOf({ limit, used, left, nextAt }: BudgetState) {
  return { limit, used, left, next_at: timeOf(nextAt) };
}

function pauseOf({ about, name, failure, since, until, probes }: PauseState) {
  return { about, name, failure: explanation(failure), since: timeOf(since), until: timeOf(until), probes };
}
