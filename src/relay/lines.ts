/** The lines of all mailboxes: the head of a line goes when nothing pauses it, its budgets have room and the process has a connection. Whatever changes acts at once, and wastes no place. */

import type { Failure } from '../domain/failure.ts';
import { consequenceOf, type Paused } from '../domain/pause.ts';
import type { Route, Routing } from '../domain/routing.ts';
import type { SlidingLog } from '../domain/sliding-log.ts';
import type { Instant } from '../domain/submission.ts';
import type { Usage } from '../ports/outbox.ts';
import type { Clock, Events } from '../ports.ts';
import type { AttemptEnd } from './attempt.ts';
import { Budgets } from './budgets.ts';
import { MailboxLine, type Windows } from './mailbox-line.ts';
import { Pauses, type Probe, type Sender } from './pauses.ts';
import { goesBefore, type Place } from './place.ts';
import type { LineFigures } from './relay.ts';
import { Slots } from './slots.ts';

export interface LinesUse {
  readonly routing: Routing;
  readonly clock: Clock;
  readonly events: Events;
  /** Attempts at once in the whole process. */
  readonly maxAttempts: number;
  readonly windows: Windows;
  /** Makes one attempt; resolves when its transaction is over, whatever became of it. */
  readonly attempt: (place: Place, route: Route) => Promise<AttemptEnd>;
  /** Whether what an attempt needs to be marked and recorded can be written. */
  readonly canRecord: () => boolean;
  /** Told of a place that has expired, when it is out of its line. */
  readonly onExpired: (place: Place) => void;
  /** Told when a pause, or a budget that is used up, holds back what stands in these lines. */
  readonly onPause: (lines: readonly MailboxLine[]) => void;
}

const budgetNames = {
  messages: 'messages_per_minute',
  recipients: 'recipients_per_day',
  external: 'external_recipients_per_day',
} as const;

/** Milliseconds until it is seen whether an attempt can be recorded again. */
const LOOK_AGAIN = 1_000;

export class Lines {
  readonly #use: LinesUse;
  readonly pauses: Pauses;
  readonly #slots: Slots<MailboxLine>;
  readonly #lines = new Map<string, MailboxLine>();
  readonly #ofTenant = new Map<string, Set<MailboxLine>>();
  readonly #budgets: Budgets;
  readonly #places = new Map<string, Place>();
  readonly #running = new Set<Promise<void>>();
  #order = 0;
  #isOpen = false;

  constructor(use: LinesUse) {
    this.#use = use;
    const tenants = new Map(use.routing.routes.map(({ tenant }) => [tenant.name, tenant]));
    this.pauses = new Pauses({
      clock: use.clock,
      events: use.events,
      onPause: (about, sender) => use.onPause(this.#lookAgain(about, sender)),
      onResume: (about, sender) => void this.#lookAgain(about, sender),
    });
    this.#slots = new Slots(use.maxAttempts, tenants.size, (line) => this.pump(line));
    this.#budgets = new Budgets(tenants.values(), use.windows);
  }

  /** The next number in the order of acceptance. */
  nextOrder(): number {
    return ++this.#order;
  }

  /** Puts a place into its line. */
  add(place: Place): void {
    this.#places.set(place.id, place);
    const line = this.lineOf(place);
    line.add(place, this.#now);
    this.pump(line);
  }

  /** Where a submission stands; undefined when nothing is going to happen to it by itself. */
  placeOf(id: string): Place | undefined {
    return this.#places.get(id);
  }

  /** Takes a place out of its line. @returns false when an attempt is under way, or its end is being written */
  remove(place: Place): boolean {
    if (!this.#takeOut(place)) return false;
    // It may have been the one for which the others waited.
    this.pump(this.lineOf(place));
    return true;
  }

  /** An attempt and all that belonged to it is over: the place is no more. */
  leave(place: Place): void {
    place.stand = 'gone';
    if (this.#places.get(place.id) === place) this.#places.delete(place.id);
  }

  /** The line of a mailbox, empty when nothing was in it yet. */
  lineOf({ mailbox, tenant }: Pick<Sender, 'mailbox' | 'tenant'>): MailboxLine {
    const key = keyOf(tenant, mailbox);
    const known = this.#lines.get(key);
    if (known) return known;
    const route = this.#use.routing.routeOf(tenant, mailbox);
    const line = new MailboxLine(mailbox, tenant, route, this.#use.windows);
    this.#lines.set(key, line);
    this.#ofTenant.set(tenant, (this.#ofTenant.get(tenant) ?? new Set()).add(line));
    return line;
  }

  /** Recipients outside a tenant, as far as they are limited. */
  externalOf(tenant: string): SlidingLog | null {
    return this.#budgets.externalOf(tenant);
  }

  /** Counts what was used before this process began. */
  count(usage: Usage): void {
    this.#budgets.count(this.lineOf(usage), usage);
  }

  /** The earliest instant at which a place may be tried, as things are now; infinity when nobody can say. */
  earliest(place: Place): Instant {
    const now = this.#now;
    const line = this.lineOf(place);
    if (!line.route) return Number.POSITIVE_INFINITY;
    // What goes before it waits for room of its own, and it waits behind that.
    const head = line.head(now);
    const first = head && goesBefore(head, place) ? head : place;
    const roomAt = Math.max(this.#budgets.roomAt(line, first, now), this.#budgets.roomAt(line, place, now));
    return Math.max(now, this.openAt(place), roomAt);
  }

  /** When it is due and nothing pauses that it needs; whether a budget has room then is another question. */
  openAt(place: Place): Instant {
    const now = this.#now;
    const pauses = [this.pauses.ofMailbox(place, now), this.pauses.ofSender(place, now)];
    return Math.max(place.dueAt, ...pauses.map((until) => until ?? place.dueAt));
  }

  get places(): IterableIterator<Place> {
    return this.#places.values();
  }

  get lines(): IterableIterator<MailboxLine> {
    return this.#lines.values();
  }

  /** How many mailboxes have work and no budget, and how much is used of the fullest ones. */
  get figures(): LineFigures {
    const now = this.#now;
    const lines = [...this.#lines.values()];
    const paced = this.#budgets.paced(lines, now);
    return { paused: this.pauses.counts, paced, budgetUse: this.#budgets.use(lines, now) };
  }

  /** Attempts whose transaction is under way. */
  get running(): number {
    return this.#running.size;
  }

  /** Lets go what may go, and looks again when more may. */
  pump(line: MailboxLine): void {
    const { route } = line;
    if (!this.#isOpen || !route) return;
    const now = this.#now;
    let wake = this.#probeSenders(line, now);
    for (;;) {
      const place = line.head(now);
      if (!place) {
        wake = Math.min(wake, line.nextDue ?? Number.POSITIVE_INFINITY);
        if (line.isEmpty) this.#slots.leave(line);
        break;
      }
      if (place.expiresAt <= now) {
        line.takeHead();
        this.#takeOut(place);
        this.#use.onExpired(place);
        continue;
      }
      if (line.sending >= route.maxConnections) break;
      const ofSender = this.pauses.ofSender(place, now);
      if (ofSender !== null && ofSender > now) {
        line.setHeadAside();
        wake = Math.min(wake, ofSender);
        continue;
      }
      const openAt = Math.max(this.pauses.ofMailbox(place, now) ?? now, this.#budgets.roomAt(line, place, now));
      if (openAt > now) {
        this.#budgets.wait(line, place, now);
        // What comes due meanwhile may go before the head, and need less of the budget.
        wake = Math.min(wake, openAt, line.nextDue ?? openAt);
        break;
      }
      // Each would come as far as its mark, and cost the server a transaction.
      if (!this.#use.canRecord()) {
        wake = Math.min(wake, now + LOOK_AGAIN);
        break;
      }
      if (!this.#slots.take(line)) break;
      line.takeHead();
      this.#start(line, route, place, now);
    }
    line.wakeAt(wake, now, () => this.pump(line));
  }

  /** Takes out a place whose time is over. */
  expire(place: Place): void {
    this.remove(place);
    this.#use.onExpired(place);
  }

  /** Begins with what stands in the lines. */
  open(): void {
    this.#isOpen = true;
    for (const line of this.#lines.values()) this.pump(line);
  }

  /** Begins nothing any more; resolves when what runs is over. */
  async close(): Promise<void> {
    this.#isOpen = false;
    for (const line of this.#lines.values()) line.wakeAt(Number.POSITIVE_INFINITY, 0, () => {});
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  get #now(): Instant {
    return this.#use.clock.now().getTime();
  }

  #takeOut(place: Place): boolean {
    if (place.stand === 'attempt') return false;
    this.lineOf(place).remove(place);
    this.#places.delete(place.id);
    return true;
  }

  #start(line: MailboxLine, route: Route, place: Place, now: Instant): void {
    place.stand = 'attempt';
    line.sending += 1;
    this.#budgets.take(line, place);
    const running = this.#run(line, route, place, this.pauses.probe(place, now)).finally(() =>
      this.#running.delete(running),
    );
    this.#running.add(running);
  }

  async #run(line: MailboxLine, route: Route, place: Place, probe: Probe): Promise<void> {
    const { usage, failure } = await this.#use.attempt(place, route);
    const others = this.#budgets.giveBack(line, place, usage);
    line.sending -= 1;
    if (failure) this.#failed(line, place, failure, probe);
    else if (usage) this.pauses.succeeded(place, probe);
    else this.pauses.undecided(probe);
    this.#slots.give(line);
    for (const other of others) this.pump(other);
  }

  #failed(line: MailboxLine, sender: Sender, failure: Failure, probe: Probe): void {
    const consequence = consequenceOf(failure);
    if (consequence.kind !== 'exhaust') {
      this.pauses.failed(sender, failure, probe);
      return;
    }
    const until = this.#budgets.exhaust(line, consequence.budget, failure, this.#now);
    // Where nobody has told the relay the limit, it stops as for any other trouble of the tenant.
    if (until === null) this.pauses.pause('tenant', sender, failure, probe);
    this.pauses.undecided(probe);
    if (until === null) return;
    const { mailbox } = line;
    this.#use.events.mailboxBudgetUsedUp({ mailbox, budget: budgetNames[consequence.budget], until: new Date(until) });
    this.#use.onPause(consequence.budget === 'external' ? this.#linesOf(line.tenant) : [line]);
  }

  /** One of those aside goes back for each sender whose pause is up for a probe, and all where it is over. @returns when to look again */
  #probeSenders(line: MailboxLine, now: Instant): Instant {
    let wake = Number.POSITIVE_INFINITY;
    for (const from of line.sendersAside) {
      const until = this.pauses.ofSender({ ...line, from }, now);
      if (until !== null && until > now) wake = Math.min(wake, until);
      else line.bringBack(from, until === null ? 'all' : 'first', now);
    }
    return wake;
  }

  /** Each line of a pause that begins, goes on or ends looks again. */
  #lookAgain(about: Paused, sender: Sender): readonly MailboxLine[] {
    const lines = about === 'tenant' ? this.#linesOf(sender.tenant) : [this.lineOf(sender)];
    for (const line of lines) this.pump(line);
    return lines;
  }

  #linesOf(tenant: string): readonly MailboxLine[] {
    return [...(this.#ofTenant.get(tenant) ?? [])];
  }
}

function keyOf(tenant: string, mailbox: string): string {
  return `${tenant}\n${mailbox.toLowerCase()}`;
}
