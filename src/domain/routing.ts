/** Which mailbox of which tenant submits a message: decided by `from`, within what the client may use, before anything else is done with it. */

import type { Values } from './catalogue/entry.ts';
import { type Client, mayUseTenant } from './client.ts';
import { type Failure, failure } from './failure.ts';
import { sameAddress } from './mailbox.ts';
import { covers, matchesAny, patternsFor, type SenderPattern } from './sender-pattern.ts';

/** A Microsoft 365 tenant, as far as sending through it needs to be known. Its credentials stay with the token adapter. */
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
  /** Recipients outside the tenant in 24 hours (TERRL); null where the operator sets none. */
  readonly externalRecipientsPerDay: number | null;
  /** Domains that are the tenant's own, in lower case: recipients there are not external. */
  readonly domains: readonly string[];
}

/** A mailbox the relay may submit as, its tenant, and what Exchange Online lets it do. */
export interface Route {
  readonly mailbox: string;
  readonly tenant: Tenant;
  /** Senders besides the mailbox's own address. */
  readonly sendAs: readonly SenderPattern[];
  /** Recipients of one message (`RecipientLimits`). */
  readonly maxRecipients: number;
  /** Bytes of one composed message (`MaxSendSize`). */
  readonly maxMessageBytes: number;
  /** Connections at once. */
  readonly maxConnections: number;
  /** Messages in any 60 seconds. */
  readonly messagesPerMinute: number;
  /** Recipients in any 24 hours. */
  readonly recipientsPerDay: number;
}

/** Who asks for what: the client, the sender, and the mailbox when the caller names one. */
export interface Sending {
  readonly client: Client;
  /** Addr-spec of the message's From. */
  readonly from: string;
  readonly mailbox: string | null;
}

/** More senders than this in a sentence help nobody. */
const MOST_NAMED = 10;

/** All routes, found by sender in the same time whether there are one or ten thousand. */
export class Routing {
  readonly routes: readonly Route[];
  readonly #bySender: ReadonlyMap<SenderPattern, readonly Route[]>;
  readonly #byMailbox: ReadonlyMap<string, Route>;

  constructor(routes: readonly Route[]) {
    this.routes = routes;
    const bySender = new Map<SenderPattern, Route[]>();
    for (const route of routes) {
      for (const sender of sendersOf(route)) {
        const claims = bySender.get(sender);
        if (claims) claims.push(route);
        else bySender.set(sender, [route]);
      }
    }
    this.#bySender = bySender;
    this.#byMailbox = new Map(routes.map((route) => [route.mailbox.toLowerCase(), route]));
  }

  /**
   * Finds the mailbox for a sender: the one that claims it most closely, or the one the caller names.
   *
   * @returns the route, or the failure `sender-not-allowed`, which names what would have matched
   */
  routeFor({ client, from, mailbox }: Sending): Route | Failure {
    if (!matchesAny(client.maySendAs, from)) {
      return this.#refusal(client, from, 'from', `Client ${client.name} may not send as ${from}`);
    }
    if (mailbox !== null) return this.#namedMailbox({ client, from, mailbox });
    const claims = patternsFor(from).map((pattern) => this.#bySender.get(pattern)?.[0]);
    const route = claims.find((claim) => claim !== undefined);
    if (route && mayUseTenant(client, route.tenant.name)) return route;
    return this.#refusal(client, from, 'from', `No mailbox that client ${client.name} may use submits as ${from}`);
  }

  /** The route of a mailbox that is known by name; null when this configuration has none of it in that tenant. */
  routeOf(tenant: string, mailbox: string): Route | null {
    const route = this.#byMailbox.get(mailbox.toLowerCase());
    return route?.tenant.name === tenant ? route : null;
  }

  /** Claims of several mailboxes to the same senders, which leave open who submits: each a mistake of the configuration. */
  get equalClaims(): readonly { readonly sender: SenderPattern; readonly routes: readonly Route[] }[] {
    return [...this.#bySender]
      .filter(([, routes]) => routes.length > 1)
      .map(([sender, routes]) => ({ sender, routes }));
  }

  #namedMailbox({ client, from, mailbox }: Sending & { mailbox: string }): Route | Failure {
    const route = this.#byMailbox.get(mailbox.toLowerCase());
    if (!route || !mayUseTenant(client, route.tenant.name)) {
      return this.#refusal(client, from, 'mailbox', `${mailbox} is no mailbox that client ${client.name} may use`);
    }
    if (matchesAny(sendersOf(route), from)) return route;
    const senders = inShort(sendersOf(route));
    return this.#refusal(client, from, 'mailbox', `${mailbox} does not submit as ${from}; it submits as ${senders}`);
  }

  #refusal(client: Client, from: string, field: string, reason: string): Failure {
    const senders = this.#sendersFor(client);
    const instead =
      senders.length > 0
        ? `Client ${client.name} may send as: ${inShort(senders)}.`
        : `Client ${client.name} may send as nobody: its may_send_as and the senders of the mailboxes it may use have nothing in common.`;
    return failure('sender-not-allowed', {
      detail: `${reason}. ${instead}`,
      errors: [{ field, message: `${reason}. ${instead}` }],
      values: { from },
    });
  }

  /** The senders that a client and the mailboxes within its reach have in common: of each pair that overlaps the narrower one. */
  #sendersFor(client: Client): SenderPattern[] {
    const found = new Set<SenderPattern>();
    for (const route of this.routes) {
      if (!mayUseTenant(client, route.tenant.name)) continue;
      for (const sender of sendersOf(route)) {
        for (const allowed of client.maySendAs) {
          if (covers(allowed, sender)) found.add(sender);
          else if (covers(sender, allowed)) found.add(allowed);
        }
      }
      // One more than is named tells that there are more.
      if (found.size > MOST_NAMED) break;
    }
    return [...found];
  }
}

/** Whether Exchange Online takes messages of this sender from the mailbox, as far as the configuration knows. */
export function submitsAs(route: Route, sender: string): boolean {
  return matchesAny(sendersOf(route), sender);
}

/** What a mailbox submits as: its own address, and what it was given besides. */
function sendersOf({ mailbox, sendAs }: Route): readonly SenderPattern[] {
  return [mailbox.toLowerCase(), ...sendAs.filter((pattern) => !sameAddress(pattern, mailbox))];
}

function inShort(senders: readonly SenderPattern[]): string {
  const named = senders.slice(0, MOST_NAMED).join(', ');
  return senders.length > MOST_NAMED ? `${named} and more` : named;
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
