/** Routing files of relays that are measured: one mailbox, or a crowd of them. */

import { randomUUID } from 'node:crypto';
import type { FarSide } from './sink.ts';
import type { Sizes } from './sizes.ts';

/** A routing file without its clients. */
export interface RoutingDocument {
  readonly apps: object;
  readonly tenants: Readonly<Record<string, object>>;
}

/** What is measured is the relay and not its patience: no message waits for a limit of Exchange Online. */
export const EVERY_LIMIT_OFF = {
  MAILBOX_MESSAGES_PER_MINUTE: '1000000',
  MAILBOX_RECIPIENTS_PER_DAY: '100000000',
  OUTBOX_MAX_SUBMISSIONS: '10000000',
} as const;

/** As Exchange Online has them: 30 messages a minute go out, whatever comes in. */
export const LIMITS_OF_EXCHANGE = { OUTBOX_MAX_SUBMISSIONS: '10000000' } as const;

export const TENANT = 'contoso';
export const CLIENT = 'erp';

export function oneMailbox(farSide: FarSide): RoutingDocument {
  const { tenantId, mailbox } = farSide;
  return { apps: apps(farSide), tenants: { [TENANT]: tenant(farSide, tenantId, { [mailbox]: {} }) } };
}

/** A second mailbox of the same tenant, without a limit of its own. */
export function besideAMailbox(farSide: FarSide, other: string): RoutingDocument {
  const { tenantId, mailbox } = farSide;
  const limits = { messages_per_minute: 1_000_000, recipients_per_day: 100_000_000 };
  return { apps: apps(farSide), tenants: { [TENANT]: tenant(farSide, tenantId, { [mailbox]: {}, [other]: limits }) } };
}

/** Many tenants with several mailboxes each; those that the far side knows come first. */
export function crowd(farSide: FarSide, { tenants, mailboxesPerTenant }: Sizes): RoutingDocument {
  const entries = Array.from({ length: tenants }, (_, number) => {
    const known = farSide.tenants[number];
    const first = known?.mailbox ?? `billing@customer-${number}.example`;
    const domain = first.slice(first.indexOf('@'));
    const others = Array.from({ length: mailboxesPerTenant - 1 }, (_, other) => `mailbox-${other}${domain}`);
    const mailboxes = Object.fromEntries([first, ...others].map((mailbox) => [mailbox, {}]));
    return [`customer-${number}`, tenant(farSide, known?.tenantId ?? randomUUID(), mailboxes)] as const;
  });
  return { apps: apps(farSide), tenants: Object.fromEntries(entries) };
}

function apps({ clientId }: FarSide): object {
  return { erp: { client_id: clientId, credential: { secret: { env: 'ERP_CLIENT_SECRET' } } } };
}

function tenant({ authorityHost, smtpPort }: FarSide, tenantId: string, mailboxes: object): object {
  return {
    tenant_id: tenantId,
    app: 'erp',
    authority_host: authorityHost,
    smtp_host: 'localhost',
    smtp_port: smtpPort,
    mailboxes,
  };
}
