/** Which mailbox of which tenant submits a message: decided by `from` alone, before anything else is done with it. */

import type { Values } from './catalogue/entry.ts';
import { type Failure, failure } from './failure.ts';
import { sameAddress } from './mailbox.ts';

/** A Microsoft 365 tenant, as far as sending through it needs to be known. The credential itself stays with the token adapter. */
export interface Tenant {
  /** Its name in the relay's configuration. */
  readonly name: string;
  /** Directory (tenant) id or a verified domain. */
  readonly tenantId: string;
  /** Application (client) id of the app registration. */
  readonly clientId: string;
  /** Origin of the authority: `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  readonly scope: string;
  readonly smtpHost: string;
  readonly smtpPort: number;
}

/** A mailbox the relay may submit as, and its tenant. */
export interface Route {
  readonly mailbox: string;
  readonly tenant: Tenant;
}

/**
 * Finds the mailbox for a sender.
 *
 * @param from addr-spec of the message's From
 * @returns the route, or the failure `sender-not-allowed`, which names the senders that would do
 */
export function routeFor(from: string, routes: readonly Route[]): Route | Failure {
  const found = routes.find(({ mailbox }) => sameAddress(mailbox, from));
  if (found) return found;
  const senders = routes.map(({ mailbox }) => mailbox).join(', ');
  return failure('sender-not-allowed', {
    detail: `This relay does not submit as ${from}. It may submit as: ${senders}.`,
    errors: [{ field: 'from', message: `${from} is not a sender of this relay; use ${senders}` }],
    values: { from },
  });
}

/** A tenant's values for the remedies of its failures. */
export function tenantValues(tenant: Tenant): Values {
  return {
    tenant_id: tenant.tenantId,
    client_id: tenant.clientId,
    scope: tenant.scope,
    authority_host: tenant.authorityHost,
    smtp_host: tenant.smtpHost,
  };
}
