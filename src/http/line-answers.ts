/** The answers of the mailboxes and tenants routes, as the OpenAPI document declares them. */

import { failure } from '../domain/failure.ts';
import type { LineState, MailboxState, TenantState } from '../relay/relay.ts';
import { answer, clientProblems } from './answers.ts';
import { mailboxOf, tenantOf } from './line-view.ts';

const SINCE = Date.parse('2026-03-02T07:00:00Z');
const UNTIL = SINCE + 300_000;

const line: LineState = {
  status: 'paused',
  queued: 3,
  deferred: 1,
  sending: 0,
  oldest: SINCE,
  nextAttemptAt: UNTIL,
  pauses: [
    {
      about: 'mailbox',
      name: 'billing@contoso.com',
      failure: failure('smtp-auth-disabled-for-mailbox', { values: { mailbox: 'billing@contoso.com' } }),
      since: SINCE,
      until: UNTIL,
      probes: 1,
    },
  ],
};

const mailbox: MailboxState = {
  ...line,
  mailbox: 'billing@contoso.com',
  tenant: 'contoso',
  connections: { limit: 3, used: 0, left: 3, nextAt: null },
  messagesPerMinute: { limit: 30, used: 2, left: 28, nextAt: null },
  recipientsPerDay: { limit: 10_000, used: 4_711, left: 5_289, nextAt: null },
};
const tenant: TenantState = { ...line, tenant: 'contoso', mailboxes: 2, externalRecipientsPerDay: null, pauses: [] };

const resumed = { status: 'sending', pauses: [] } as const;

export const mailboxesAnswers = {
  200: answer('The mailboxes.', 'MailboxList', { data: [mailboxOf(mailbox)] }),
  ...clientProblems(),
};
export const mailboxAnswers = {
  200: answer('The mailbox as it is now.', 'MailboxLine', mailboxOf({ ...mailbox, ...resumed })),
  ...clientProblems(['not-found']),
};
export const tenantsAnswers = {
  200: answer('The tenants.', 'TenantList', { data: [tenantOf(tenant)] }),
  ...clientProblems(),
};
export const tenantAnswers = {
  200: answer('The tenant as it is now.', 'TenantLine', tenantOf({ ...tenant, ...resumed })),
  ...clientProblems(['not-found']),
};
