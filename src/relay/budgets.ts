/** What Exchange Online lets a mailbox and its tenant send, as it is used: taken before an attempt, and given back as far as nothing became of it. */

import type { Failure } from '../domain/failure.ts';
import type { Tenant } from '../domain/routing.ts';
import { SlidingLog } from '../domain/sliding-log.ts';
import type { Instant } from '../domain/submission.ts';
import type { Usage } from '../ports/outbox.ts';
import type { MailboxLine, Windows } from './mailbox-line.ts';
import type { Place } from './place.ts';
import type { BudgetUse } from './relay.ts';

/** Of a window in which nobody knows what was used: when to see whether there is room again. */
const LOOK_AGAIN = 1 / 24;

export type Budget = 'messages' | 'recipients' | 'external';

type Units = Pick<Place, 'recipients' | 'external'>;

export class Budgets {
  /** Recipients outside the tenant, where the operator has set a limit. */
  readonly #external = new Map<string, SlidingLog>();
  /** By tenant: what waits for room that another line of it may give back. */
  readonly #waiting = new Map<string, Set<MailboxLine>>();

  readonly #windows: Windows;

  constructor(tenants: Iterable<Tenant>, windows: Windows) {
    this.#windows = windows;
    for (const { name, externalRecipientsPerDay: limit } of tenants) {
      if (limit !== null) this.#external.set(name, new SlidingLog(limit, windows.day));
    }
  }

  /** Recipients outside a tenant, as far as they are limited. */
  externalOf(tenant: string): SlidingLog | null {
    return this.#external.get(tenant) ?? null;
  }

  /** When there is room for a message. @see SlidingLog.roomAt */
  roomAt({ messages, recipients, tenant }: MailboxLine, units: Units, now: Instant): Instant {
    return Math.max(
      messages.roomAt(now),
      recipients.roomAt(now, units.recipients),
      this.#external.get(tenant)?.roomAt(now, units.external) ?? now,
    );
  }

  /** A line waits for room, if it does: then it is among those that `giveBack` returns. */
  wait(line: MailboxLine, { external }: Units, now: Instant): void {
    const { tenant } = line;
    if ((this.#external.get(tenant)?.roomAt(now, external) ?? now) <= now) return;
    const lines = this.#waiting.get(tenant) ?? new Set();
    this.#waiting.set(tenant, lines.add(line));
  }

  /** An attempt begins. */
  take({ messages, recipients, tenant }: MailboxLine, units: Units): void {
    messages.reserve();
    recipients.reserve(units.recipients);
    this.#external.get(tenant)?.reserve(units.external);
  }

  /** An attempt is over. @returns the lines that may have room now, besides its own */
  giveBack(line: MailboxLine, units: Units, usage: Usage | null): Iterable<MailboxLine> {
    const external = this.#external.get(line.tenant);
    line.messages.release();
    line.recipients.release(units.recipients);
    external?.release(units.external);
    if (usage) this.count(line, usage);
    const waiting = this.#waiting.get(line.tenant);
    this.#waiting.delete(line.tenant);
    return waiting ?? [];
  }

  /** Counts what was used. */
  count({ messages, recipients, tenant }: MailboxLine, { at, ...used }: Usage): void {
    messages.use(at);
    recipients.use(at, used.recipients);
    this.#external.get(tenant)?.use(at, used.external);
  }

  /**
   * Exchange Online says that a limit is reached, whatever was counted here.
   *
   * @returns until when nothing goes; null where the relay keeps no such budget
   */
  exhaust(line: MailboxLine, which: Budget, { retryAfter }: Failure, now: Instant): Instant | null {
    const budget = which === 'external' ? this.externalOf(line.tenant) : line[which];
    if (!budget) return null;
    const { minute, day } = this.#windows;
    const until = now + Math.max(which === 'messages' ? minute : day * LOOK_AGAIN, (retryAfter ?? 0) * 1_000);
    budget.exhaust(until);
    return until;
  }

  /** How many lines have something due, and no room for it. */
  paced(lines: readonly MailboxLine[], now: Instant): number {
    return lines.filter((line) => {
      const next = line.route && line.head(now);
      return next ? this.roomAt(line, next, now) > now : false;
    }).length;
  }

  /** How much is used of the fullest ones. */
  use(lines: Iterable<MailboxLine>, now: Instant): BudgetUse {
    const use = { messagesPerMinute: 0, recipientsPerDay: 0, externalRecipientsPerDay: 0 };
    for (const { messages, recipients } of lines) {
      use.messagesPerMinute = Math.max(use.messagesPerMinute, useOf(messages, now));
      use.recipientsPerDay = Math.max(use.recipientsPerDay, useOf(recipients, now));
    }
    for (const external of this.#external.values()) {
      use.externalRecipientsPerDay = Math.max(use.externalRecipientsPerDay, useOf(external, now));
    }
    return use;
  }
}

function useOf(log: SlidingLog, now: Instant): number {
  return log.limit === 0 ? 0 : log.used(now) / log.limit;
}
