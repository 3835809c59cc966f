/** The line of one mailbox: what waits, in the order in which it goes, and what its budgets have left. */

import type { Route } from '../domain/routing.ts';
import { SlidingLog } from '../domain/sliding-log.ts';
import type { Instant } from '../domain/submission.ts';
import { Heap } from './heap.ts';
import { goesBefore, isDueBefore, type Place } from './place.ts';

/** Milliseconds of the windows in which Exchange Online counts. */
export interface Windows {
  readonly minute: number;
  readonly day: number;
}

/** A line looks at the clock that often: timers know nothing of a clock that is set forward, nor of the sleep of a machine. */
const LONGEST_TIMER = 60_000;

export class MailboxLine {
  readonly mailbox: string;
  readonly tenant: string;
  /** Null while the routing does not know the mailbox: what waits is held. */
  route: Route | null;
  readonly messages: SlidingLog;
  readonly recipients: SlidingLog;
  /** Attempts whose transaction is under way. */
  sending = 0;
  #timer: NodeJS.Timeout | null = null;
  #wakesAt: Instant = Number.POSITIVE_INFINITY;
  readonly #due = new Heap<Place>(goesBefore);
  readonly #later = new Heap<Place>(isDueBefore);
  /** By sender that pauses, each with what waits for it. */
  readonly #aside = new Map<string, Heap<Place>>();

  constructor(mailbox: string, tenant: string, route: Route | null, windows: Windows) {
    this.mailbox = mailbox;
    this.tenant = tenant;
    this.route = route;
    this.messages = new SlidingLog(route?.messagesPerMinute ?? 0, windows.minute);
    this.recipients = new SlidingLog(route?.recipientsPerDay ?? 0, windows.day);
  }

  add(place: Place, now: Instant): void {
    place.stand = 'line';
    (place.dueAt <= now ? this.#due : this.#later).push(place);
  }

  /** What goes next, when something is due; it stays. */
  head(now: Instant): Place | undefined {
    for (let next = live(this.#later); next && next.dueAt <= now; next = live(this.#later)) {
      this.#later.pop();
      this.#due.push(next);
    }
    return live(this.#due);
  }

  /** Takes what `head` has shown. */
  takeHead(): void {
    this.#due.pop();
  }

  /** Puts the head aside until its sender goes on. */
  setHeadAside(): void {
    const place = this.#due.pop();
    if (!place) return;
    place.stand = 'aside';
    const from = place.from.toLowerCase();
    const aside = this.#aside.get(from) ?? new Heap<Place>(goesBefore);
    aside.push(place);
    this.#aside.set(from, aside);
  }

  /** Senders with something aside. */
  get sendersAside(): string[] {
    for (const [from, aside] of this.#aside) if (!live(aside, 'aside')) this.#aside.delete(from);
    return [...this.#aside.keys()];
  }

  /** Brings back what waits for a sender: all of it, or the first. */
  bringBack(sender: string, which: 'all' | 'first', now: Instant): void {
    const aside = this.#aside.get(sender.toLowerCase());
    if (!aside) return;
    for (let place = live(aside, 'aside'); place; place = live(aside, 'aside')) {
      aside.pop();
      this.add(place, now);
      if (which === 'first') return;
    }
  }

  /** What waits for another attempt is due now; what was asked for later is not. */
  hasten(now: Instant): void {
    for (const place of this.#later.drain()) {
      if (place.stand === 'line' && place.status === 'deferred') place.dueAt = now;
      (place.dueAt <= now ? this.#due : this.#later).push(place);
    }
  }

  /** Takes a place out, wherever it stands. */
  remove(place: Place): void {
    place.stand = 'gone';
  }

  /** When the next becomes due that is not yet; null when nothing waits for its time. */
  get nextDue(): Instant | null {
    return live(this.#later)?.dueAt ?? null;
  }

  /** Looks again by itself at an instant; infinity for not at all. */
  wakeAt(instant: Instant, now: Instant, wake: () => void): void {
    if (instant === this.#wakesAt) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#wakesAt = instant;
    this.#timer = null;
    if (instant === Number.POSITIVE_INFINITY) return;
    const delay = Math.min(Math.max(1, Math.ceil(instant - now)), LONGEST_TIMER);
    this.#timer = setTimeout(() => {
      this.#wakesAt = Number.POSITIVE_INFINITY;
      wake();
    }, delay);
  }

  /** Whether anything waits in it, due or not, aside or not. */
  get isEmpty(): boolean {
    return live(this.#due) === undefined && live(this.#later) === undefined && this.sendersAside.length === 0;
  }
}

/** The first that still stands there: what was taken out of the middle goes when it comes to the head. */
function live(heap: Heap<Place>, stand: 'line' | 'aside' = 'line'): Place | undefined {
  for (let first = heap.peek(); first; first = heap.peek()) {
    if (first.stand === stand) return first;
    heap.pop();
  }
  return undefined;
}
