/** The state of mailboxes and tenants for those who look after them: limits, what is used of them, what waits, what pauses and until when. */

import { type Client, mayUseTenant } from '../domain/client.ts';
import { FailureError, failure } from '../domain/failure.ts';
import type { Route, Routing, Tenant } from '../domain/routing.ts';
import type { SlidingLog } from '../domain/sliding-log.ts';
import type { Instant } from '../domain/submission.ts';
import type { AccessTokens, Clock } from '../ports.ts';
import type { Lines } from './lines.ts';
import type { MailboxLine } from './mailbox-line.ts';
import { goesBefore, type Place } from './place.ts';
import type { BudgetState, LineDesk, LineState, MailboxState, PauseState, TenantState } from './relay.ts';

/** What stands in a line, counted. */
interface Tally {
  queued: number;
  deferred: number;
  sending: number;
  oldest: Instant | null;
  next: Next | null;
}

/** What goes first of all that waits. */
interface Next {
  readonly place: Place;
  /** When it is due and nothing pauses that it needs. */
  readonly openAt: Instant;
}

export interface LineDeskUse {
  readonly routing: Routing;
  readonly lines: Lines;
  readonly clock: Clock;
  readonly tokens: Pick<AccessTokens, 'askAnew'>;
}

/** Makes the desk. */
export function lineDesk({ routing, lines, clock, tokens }: LineDeskUse): LineDesk {
  const now = () => clock.now().getTime();
  const byTenant = Map.groupBy(routing.routes, ({ tenant }) => tenant.name);
  const routesFor = (client: Client) => routing.routes.filter(({ tenant }) => mayUseTenant(client, tenant.name));
  const tenantsFor = (client: Client) => new Map(routesFor(client).map(({ tenant }) => [tenant.name, tenant]));
  const mailboxState = (route: Route, tallies: ReadonlyMap<string, Tally>) =>
    stateOfMailbox(route, lines, tallies, now());
  const tenantState = (tenant: Tenant, tallies: ReadonlyMap<string, Tally>) =>
    stateOfTenant(tenant, byTenant.get(tenant.name) ?? [], lines, tallies, now());
  return {
    mailboxes: (client) => {
      const tallies = tallied(lines, now());
      return routesFor(client).map((route) => mailboxState(route, tallies));
    },
    tenants: (client) => {
      const tallies = tallied(lines, now());
      return [...tenantsFor(client).values()].map((tenant) => tenantState(tenant, tallies));
    },
    resumeMailbox: (address, client) => {
      const route = routesFor(client).find(({ mailbox }) => mailbox.toLowerCase() === address.toLowerCase());
      if (!route) throw new FailureError(nothingOfThatName('mailbox', address));
      const line = lines.lineOf({ mailbox: route.mailbox, tenant: route.tenant.name });
      line.messages.refill();
      line.recipients.refill();
      line.hasten(now());
      lines.pauses.resumeSenders(line);
      lines.pauses.resume('mailbox', { ...line, from: '' });
      lines.pump(line);
      return mailboxState(route, tallied(lines, now()));
    },
    resumeTenant: (name, client) => {
      const tenant = tenantsFor(client).get(name);
      if (!tenant) throw new FailureError(nothingOfThatName('tenant', name));
      lines.externalOf(name)?.refill();
      tokens.askAnew(tenant);
      lines.pauses.resume('tenant', { tenant: name, mailbox: '', from: '' });
      for (const line of lines.lines) {
        if (line.tenant !== name) continue;
        line.hasten(now());
        lines.pump(line);
      }
      return tenantState(tenant, tallied(lines, now()));
    },
  };
}

function nothingOfThatName(kind: 'mailbox' | 'tenant', name: string) {
  return failure('not-found', { detail: `There is no ${kind} ${name}, or this client may not use it.` });
}

/** One walk over all that waits, for any number of lines. */
function tallied(lines: Lines, now: Instant): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const place of lines.places) {
    const { mailbox, tenant, status, stand, acceptedAt } = place;
    const key = `${tenant}\n${mailbox.toLowerCase()}`;
    const tally = tallies.get(key) ?? { ...nothing };
    tallies.set(key, tally);
    tally[stand === 'attempt' ? 'sending' : status] += 1;
    tally.oldest = Math.min(tally.oldest ?? acceptedAt, acceptedAt);
    if (stand !== 'attempt') tally.next = first(tally.next, { place, openAt: Math.max(now, lines.openAt(place)) });
  }
  return tallies;
}

const nothing: Tally = { queued: 0, deferred: 0, sending: 0, oldest: null, next: null };

function first(one: Next | null, other: Next): Next {
  if (!one || other.openAt < one.openAt) return other;
  return other.openAt === one.openAt && goesBefore(other.place, one.place) ? other : one;
}

function stateOfMailbox(route: Route, lines: Lines, tallies: ReadonlyMap<string, Tally>, now: Instant): MailboxState {
  const { mailbox, tenant } = route;
  const line = lines.lineOf({ mailbox, tenant: tenant.name });
  return {
    mailbox,
    tenant: tenant.name,
    ...lineState(tallyOf(route, tallies), lines.pauses.states({ tenant: tenant.name, mailbox }), lines),
    connections: connectionState(line, route.maxConnections),
    messagesPerMinute: budgetState(line.messages, now),
    recipientsPerDay: budgetState(line.recipients, now),
  };
}

function tallyOf({ mailbox, tenant }: Route, tallies: ReadonlyMap<string, Tally>): Tally {
  return tallies.get(`${tenant.name}\n${mailbox.toLowerCase()}`) ?? nothing;
}

function stateOfTenant(
  tenant: Tenant,
  routes: readonly Route[],
  lines: Lines,
  tallies: ReadonlyMap<string, Tally>,
  now: Instant,
): TenantState {
  const external = lines.externalOf(tenant.name);
  const sum = { ...nothing };
  for (const route of routes) {
    const { queued, deferred, sending, oldest, next } = tallyOf(route, tallies);
    sum.queued += queued;
    sum.deferred += deferred;
    sum.sending += sending;
    sum.oldest = earlier(sum.oldest, oldest);
    if (next && (!sum.next || lines.earliest(next.place) < lines.earliest(sum.next.place))) sum.next = next;
  }
  return {
    tenant: tenant.name,
    mailboxes: routes.length,
    ...lineState(sum, lines.pauses.states({ tenant: tenant.name }), lines),
    externalRecipientsPerDay: external && budgetState(external, now),
  };
}

function lineState(
  { queued, deferred, sending, oldest, next }: Tally,
  pauses: readonly PauseState[],
  lines: Lines,
): LineState {
  const earliest = next && lines.earliest(next.place);
  // A sender that pauses holds back its own messages alone.
  const isPaused = pauses.some(({ about }) => about !== 'sender');
  const isPaced = next !== null && earliest !== null && earliest > next.openAt;
  const status = isPaused ? 'paused' : isPaced ? 'paced' : sending > 0 ? 'sending' : next ? 'waiting' : 'idle';
  return {
    status,
    queued,
    deferred,
    sending,
    oldest,
    nextAttemptAt: earliest !== null && Number.isFinite(earliest) ? Math.ceil(earliest) : null,
    pauses,
  };
}

function budgetState(log: SlidingLog, now: Instant): BudgetState {
  const { limit } = log;
  const used = log.used(now);
  const roomAt = log.roomAt(now);
  return {
    limit,
    used,
    left: Math.max(0, limit - used),
    nextAt: roomAt > now && Number.isFinite(roomAt) ? Math.ceil(roomAt) : null,
  };
}

function connectionState({ sending }: MailboxLine, limit: number): BudgetState {
  return { limit, used: sending, left: Math.max(0, limit - sending), nextAt: null };
}

function earlier(one: Instant | null, other: Instant | null): Instant | null {
  return one === null ? other : other === null ? one : Math.min(one, other);
}
