/** Mailboxes and tenants as a relay tells of them, and a desk that has one of each. */

import { FailureError, failure } from '../../src/domain/failure.ts';
import type { LineDesk, LineState, MailboxState, TenantState } from '../../src/relay/relay.ts';
import { ACCEPTED } from './outcomes.ts';

const line: LineState = {
  status: 'paused',
  queued: 3,
  deferred: 2,
  sending: 1,
  oldest: ACCEPTED,
  nextAttemptAt: ACCEPTED + 60_000,
  pauses: [
    {
      about: 'mailbox',
      name: 'billing@contoso.example',
      failure: failure('smtp-auth-disabled-for-mailbox', { values: { mailbox: 'billing@contoso.example' } }),
      since: ACCEPTED,
      until: ACCEPTED + 60_000,
      probes: 4,
    },
  ],
};
const unused = (limit: number) => ({ limit, used: 0, left: limit, nextAt: null });

export const mailboxState: MailboxState = {
  ...line,
  mailbox: 'billing@contoso.example',
  tenant: 'default',
  connections: unused(3),
  messagesPerMinute: { limit: 30, used: 30, left: 0, nextAt: ACCEPTED + 2_000 },
  recipientsPerDay: unused(10_000),
};

export const tenantState: TenantState = {
  ...line,
  tenant: 'default',
  mailboxes: 1,
  externalRecipientsPerDay: unused(5_000),
};

/** @param asked whatever is resumed, in order */
export function linesOf(asked: string[] = []): LineDesk {
  const resumed = { status: 'idle', pauses: [] } as const;
  return {
    mailboxes: () => [mailboxState],
    tenants: () => [tenantState, { ...tenantState, tenant: 'fabrikam', externalRecipientsPerDay: null }],
    resumeMailbox: (address) => {
      asked.push(address);
      if (address !== mailboxState.mailbox)
        throw new FailureError(failure('not-found', { detail: 'No such mailbox.' }));
      return { ...mailboxState, ...resumed };
    },
    resumeTenant: (name) => {
      asked.push(name);
      if (name !== tenantState.tenant) throw new FailureError(failure('not-found', { detail: 'No such tenant.' }));
      return { ...tenantState, ...resumed };
    },
  };
}
