/** Who pauses: one cause is found out once, not once for each message. While a pause lasts one message at a time is tried, at growing intervals, until one shows that the cause is gone or an operator says so. */

import type { Stage } from '../domain/catalogue/entry.ts';
import type { Failure } from '../domain/failure.ts';
import { consequenceOf, type Pause, type Paused, pauseAfter } from '../domain/pause.ts';
import { RefusalCounts } from '../domain/refusal-counts.ts';
import type { Instant } from '../domain/submission.ts';
import type { Clock, Events } from '../ports.ts';
import type { PauseState } from './relay.ts';

/** Who submits, as far as pauses care. */
export interface Sender {
  readonly tenant: string;
  readonly mailbox: string;
  readonly from: string;
}

/** The pauses whose time was up when an attempt began: what becomes of it decides about them. */
export type Probe = ReadonlySet<string>;

interface Held {
  readonly about: Paused;
  readonly sender: Sender;
  pause: Pause;
  probing: boolean;
}

/** Milliseconds. */
const IDLE = 60 * 60_000;

/** The way of an attempt, as far as failures tell it. */
const way: readonly Stage[] = ['request', 'token', 'connect', 'tls', 'auth', 'mail-from', 'rcpt-to', 'data'];

export interface PausesUse {
  readonly clock: Clock;
  readonly events: Events;
  /** Told of a pause that begins or goes on. */
  readonly onPause: (about: Paused, sender: Sender) => void;
  /** Told of a pause that is over. */
  readonly onResume: (about: Paused, sender: Sender) => void;
}

export class Pauses {
  readonly #use: PausesUse;
  readonly #held = new Map<string, Held>();
  /** By mailbox: those of its senders, so that nobody goes through all to find them. */
  readonly #ofSenders = new Map<string, Set<Held>>();
  readonly #refusals = new RefusalCounts();
  readonly #failuresInARow = new Map<string, number>();

  constructor(use: PausesUse) {
    this.#use = use;
  }

  /**
   * When the way is open for a mailbox and its tenant.
   *
   * @returns `now`, also when a probe is due; infinity while one is under way; null for an open way
   */
  ofMailbox(sender: Sender, now: Instant): Instant | null {
    if (this.#held.size === 0) return null;
    return this.#until([keyOf('tenant', sender), keyOf('mailbox', sender)], now);
  }

  ofSender(sender: Sender, now: Instant): Instant | null {
    if (this.#held.size === 0) return null;
    return this.#until([keyOf('sender', sender)], now);
  }

  /** An attempt begins: it is the probe of every pause of its own whose time is up. */
  probe(sender: Sender, now: Instant): Probe {
    const probed = new Set<string>();
    if (this.#held.size === 0) return probed;
    for (const key of keysOf(sender)) {
      const held = this.#held.get(key);
      if (!held || held.probing || held.pause.until > now) continue;
      held.probing = true;
      probed.add(key);
    }
    return probed;
  }

  /** An attempt went through: what it was to find out about is over. One that had begun before the pause tells nothing of it. */
  succeeded(sender: Sender, probe: Probe): void {
    if (this.#failuresInARow.size > 0) for (const key of keysOf(sender)) this.#failuresInARow.delete(key);
    for (const key of probe) this.#end(key, 'probe');
  }

  /** An attempt submitted nothing. What it says about sender, mailbox or tenant begins a pause or makes it longer. */
  failed(sender: Sender, failure: Failure, probe: Probe): void {
    const consequence = consequenceOf(failure);
    const key = consequence.kind === 'pause' || consequence.kind === 'count' ? keyOf(consequence.of, sender) : null;
    for (const probed of probe) {
      if (probed === key) continue;
      if (this.#isPast(probed, failure)) this.#end(probed, 'probe');
      else this.#postpone(probed);
    }
    if (consequence.kind === 'pause') this.pause(consequence.of, sender, failure, probe);
    if (consequence.kind === 'count') this.#count(consequence, sender, failure, probe);
  }

  /** An attempt ended that says nothing. */
  undecided(probe: Probe): void {
    for (const key of probe) this.#postpone(key);
  }

  pause(about: Paused, sender: Sender, failure: Failure, probe: Probe = new Set()): void {
    const key = keyOf(about, sender);
    const held = this.#held.get(key);
    // Those that were under way when it began tell nothing new.
    if (held && !probe.has(key)) return;
    const pause = pauseAfter(failure, this.#now, held?.pause ?? null);
    if (held) Object.assign(held, { pause, probing: false });
    else this.#begin(key, { about, sender, pause, probing: false });
    const { until, probes } = pause;
    const { tenant } = sender;
    this.#use.events.paused({ about, name: nameOf(about, sender), tenant, failure, until: new Date(until), probes });
    this.#use.onPause(about, sender);
  }

  /** An operator says that the cause is gone. */
  resume(about: Paused, sender: Sender): void {
    this.#refusals.forget(`${keyOf(about, sender)} `);
    this.#failuresInARow.delete(keyOf(about, sender));
    this.#end(keyOf(about, sender), 'operator');
  }

  /** Lets go of senders for whom nothing has waited for an hour since they might be tried: clients can make up any number of them. */
  forgetIdle(): void {
    const now = this.#now;
    for (const [key, { about, probing, pause }] of this.#held) {
      if (about === 'sender' && !probing && pause.until + IDLE < now) this.#end(key, 'time');
    }
  }

  /** Ends the pauses of all senders of a mailbox. */
  resumeSenders({ mailbox }: Pick<Sender, 'mailbox'>): void {
    for (const { sender } of [...(this.#ofSenders.get(mailbox.toLowerCase()) ?? [])]) this.resume('sender', sender);
  }

  /** The pauses that hold back any of these: of a tenant, or of a mailbox with its tenant and senders. */
  states({ tenant, mailbox }: { readonly tenant: string; readonly mailbox?: string }): PauseState[] {
    if (this.#held.size === 0) return [];
    const held = [this.#held.get(keyOf('tenant', { tenant, mailbox: '', from: '' }))];
    if (mailbox !== undefined) {
      held.push(this.#held.get(keyOf('mailbox', { tenant, mailbox, from: '' })));
      held.push(...(this.#ofSenders.get(mailbox.toLowerCase()) ?? []));
    }
    return held.filter((each) => each !== undefined).map((each) => stateOf(each));
  }

  /** The pause that holds one sender back, the widest first. */
  stateFor(sender: Sender): PauseState | null {
    if (this.#held.size === 0) return null;
    const held = keysOf(sender).map((key) => this.#held.get(key));
    const first = held.find((each) => each !== undefined);
    return first ? stateOf(first) : null;
  }

  get counts(): Readonly<Record<Paused, number>> {
    const counts = { sender: 0, mailbox: 0, tenant: 0 };
    for (const { about } of this.#held.values()) counts[about] += 1;
    return counts;
  }

  get #now(): Instant {
    return this.#use.clock.now().getTime();
  }

  #until(keys: readonly string[], now: Instant): Instant | null {
    let latest: Instant | null = null;
    for (const key of keys) {
      const held = this.#held.get(key);
      if (held) latest = Math.max(latest ?? now, held.probing ? Number.POSITIVE_INFINITY : held.pause.until);
    }
    return latest;
  }

  #count(
    { of, most, window }: Extract<ReturnType<typeof consequenceOf>, { kind: 'count' }>,
    sender: Sender,
    failure: Failure,
    probe: Probe,
  ): void {
    const key = keyOf(of, sender);
    if (this.#held.has(key)) {
      this.pause(of, sender, failure, probe);
      return;
    }
    const count =
      window === 'until a success'
        ? (this.#failuresInARow.get(key) ?? 0) + 1
        : this.#refusals.count(`${key} ${failure.code}`, this.#now, window);
    if (window === 'until a success') this.#failuresInARow.set(key, count);
    if (count >= most) this.pause(of, sender, failure);
  }

  /** Whether an attempt came farther than that for which a pause began, so that its cause is gone. */
  #isPast(key: string, { stage }: Failure): boolean {
    const held = this.#held.get(key);
    return held !== undefined && way.indexOf(stage) > way.indexOf(held.pause.failure.stage);
  }

  /** The probe told nothing: another one in as long as the first. */
  #postpone(key: string): void {
    const held = this.#held.get(key);
    if (!held?.probing) return;
    const { until } = pauseAfter(held.pause.failure, this.#now, null);
    held.pause = { ...held.pause, until };
    held.probing = false;
    this.#use.onPause(held.about, held.sender);
  }

  #begin(key: string, held: Held): void {
    this.#held.set(key, held);
    if (held.about !== 'sender') return;
    const mailbox = held.sender.mailbox.toLowerCase();
    this.#ofSenders.set(mailbox, (this.#ofSenders.get(mailbox) ?? new Set()).add(held));
  }

  #end(key: string, by: 'probe' | 'operator' | 'time'): void {
    const held = this.#held.get(key);
    if (!held) return;
    const { about, sender, pause } = held;
    this.#held.delete(key);
    const ofSenders = this.#ofSenders.get(sender.mailbox.toLowerCase());
    if (ofSenders?.delete(held) && ofSenders.size === 0) this.#ofSenders.delete(sender.mailbox.toLowerCase());
    const milliseconds = this.#now - pause.since;
    this.#use.events.resumed({ about, name: nameOf(about, sender), tenant: sender.tenant, by, milliseconds });
    this.#use.onResume(about, sender);
  }
}

function keysOf(sender: Sender): string[] {
  return [keyOf('tenant', sender), keyOf('mailbox', sender), keyOf('sender', sender)];
}

function keyOf(about: Paused, { tenant, mailbox, from }: Sender): string {
  switch (about) {
    case 'tenant':
      return `tenant ${tenant}`;
    case 'mailbox':
      return `mailbox ${mailbox.toLowerCase()}`;
    case 'sender':
      return `sender ${mailbox.toLowerCase()} ${from.toLowerCase()}`;
  }
}

function nameOf(about: Paused, { tenant, mailbox, from }: Sender): string {
  return { tenant, mailbox, sender: from }[about];
}

function stateOf({ about, sender, pause }: Held): PauseState {
  return { about, name: nameOf(about, sender), ...pause };
}
