/** Who sends through what: the part of the configuration that comes from a routing file, or from the settings of one tenant. */

import type { Client, Rate } from '../domain/client.ts';
import type { Credential } from '../domain/credential.ts';
import type { Route, Tenant } from '../domain/routing.ts';

export interface RoutingConfig {
  readonly routes: readonly Route[];
  /** By the tenant's name, in the order in which they are tried. */
  readonly credentials: ReadonlyMap<string, readonly Credential[]>;
  readonly clients: readonly Client[];
}

/** What holds for mailboxes and tenants of which nothing else is said. */
export interface Limits {
  readonly mailbox: MailboxLimits;
  readonly tenant: Pick<Tenant, 'externalRecipientsPerDay'>;
}

/** What a message from a mailbox may have, and how much goes through the mailbox. */
export type MailboxLimits = Pick<
  Route,
  'maxRecipients' | 'maxMessageBytes' | 'maxConnections' | 'messagesPerMinute' | 'recipientsPerDay'
>;

export const defaultRate: Rate = Object.freeze({ requests: 600, seconds: 60 });

const MEBIBYTE = 1024 * 1024;

/** Mebibytes in bytes. */
export function mebibytes(count: number): number {
  return count * MEBIBYTE;
}
