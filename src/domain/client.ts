/** A caller of the relay: known by its API keys, and held to its scopes, tenants, senders and rate. */

import type { SenderPattern } from './sender-pattern.ts';

/** `send` submits, `read` looks at what was submitted, `operate` looks after mailboxes and tenants. */
export const scopes = ['send', 'read', 'operate'] as const;
export type Scope = (typeof scopes)[number];

/** So many requests in so many seconds. */
export interface Rate {
  readonly requests: number;
  readonly seconds: number;
}

export interface Client {
  readonly name: string;
  /** SHA-256 of each of its API keys, lower-case hexadecimal; the keys themselves are not kept. */
  readonly keySha256: readonly string[];
  readonly scopes: readonly Scope[];
  /** Names of the tenants it is confined to; null for all. */
  readonly tenants: readonly string[] | null;
  /** Whom it may send as; nobody when empty. */
  readonly maySendAs: readonly SenderPattern[];
  /** From this instant on its keys are refused; null for never. */
  readonly expires: Date | null;
  readonly rate: Rate;
}

/** Whether a client may use a tenant, by its name. */
export function mayUseTenant(client: Client, tenant: string): boolean {
  return client.tenants === null || client.tenants.includes(tenant);
}
