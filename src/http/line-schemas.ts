/** The shapes of mailboxes and tenants in answers. */

import { Type } from 'typebox';
import { count, exactly, listOf, orNull, time } from './schema-parts.ts';

const Budget = Type.Object(
  {
    limit: count,
    used: count,
    left: count,
    next_at: orNull(time('When there is room for one more; null when there is now')),
  },
  { $id: 'Budget', description: "One of Exchange Online's limits, as it is used", ...exactly },
);

const Pause = Type.Object(
  {
    about: Type.Enum(['sender', 'mailbox', 'tenant']),
    name: Type.String({ description: 'Address of the sender or the mailbox, or name of the tenant' }),
    failure: Type.Ref('Failure'),
    since: time('When it was paused'),
    until: time('When one message is tried, to see whether it is cured'),
    probes: Type.Integer({ minimum: 0, description: 'How many were tried in vain since' }),
  },
  { $id: 'Pause', description: 'Why nothing is submitted at present', ...exactly },
);

const line = {
  status: Type.Enum(['idle', 'sending', 'waiting', 'paced', 'paused'], {
    description: 'Nothing waits; messages go out; it waits until the next is due; a limit is used up; it is paused',
  }),
  queued: count,
  deferred: count,
  sending: count,
  oldest: orNull(time('Acceptance of the oldest that is not final')),
  next_attempt_at: orNull(time('When the next may go; null when nothing waits')),
};
const pauses = Type.Array(Type.Ref('Pause'));

const MailboxLine = Type.Object(
  {
    mailbox: Type.String(),
    tenant: Type.String(),
    ...line,
    limits: Type.Object(
      {
        connections: Type.Ref('Budget'),
        messages_per_minute: Type.Ref('Budget'),
        recipients_per_day: Type.Ref('Budget'),
      },
      exactly,
    ),
    pauses,
  },
  { $id: 'MailboxLine', description: 'A mailbox, and the submissions that wait for it', ...exactly },
);

const TenantLine = Type.Object(
  {
    tenant: Type.String(),
    mailboxes: Type.Integer({ minimum: 0, description: 'How many' }),
    ...line,
    limits: Type.Object(
      { external_recipients_per_day: orNull(Type.Ref('Budget')) },
      { description: 'Null where the operator has set no such limit', ...exactly },
    ),
    pauses,
  },
  { $id: 'TenantLine', description: 'A tenant, and the submissions that wait for its mailboxes', ...exactly },
);

export const lineSchemas = [
  Budget,
  Pause,
  MailboxLine,
  TenantLine,
  listOf('MailboxLine', 'MailboxList'),
  listOf('TenantLine', 'TenantList'),
];
