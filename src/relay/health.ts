/** What is failing now, learnt from the events alone: the tenants whose last token request failed, the mailboxes whose last attempt did, the cache that is away. It asks nobody. */

import { entryOf, type Failure } from '../domain/failure.ts';
import type { Route } from '../domain/routing.ts';
import type { Clock, Events } from '../ports.ts';

/** A tenant or a mailbox that fails, and with what. */
export interface Failing {
  readonly name: string;
  /** The tenant, or that of the mailbox. */
  readonly tenant: string;
  /** With what it failed last. */
  readonly failure: Failure;
  /** When the first attempt of this row failed. */
  readonly since: Date;
}

/** Where tokens are kept, and since when it is so. */
export interface TokenCacheState {
  readonly kind: 'memory' | 'redis';
  /** While it is away each replica has tokens of its own. */
  readonly status: 'ok' | 'away';
  readonly since: Date;
}

export interface HealthState {
  readonly tokenCache: TokenCacheState;
  readonly tenants: { readonly total: number; readonly failing: readonly Failing[] };
  readonly mailboxes: { readonly total: number; readonly failing: readonly Failing[] };
}

type Listener = Required<
  Pick<
    Events,
    | 'tokenAcquired'
    | 'tokenServed'
    | 'tokenRequestFailed'
    | 'tokenCacheLost'
    | 'tokenCacheRecovered'
    | 'submissionSubmitted'
    | 'attemptFailed'
  >
>;

/** What a failure must be about for an attempt to say something of its mailbox. */
const OF_MAILBOX: ReadonlySet<string> = new Set(['mailbox', 'tenant', 'network', 'sender']);

export class Health implements Listener {
  readonly #clock: Clock;
  readonly #tenants: Row;
  readonly #mailboxes: Row;
  #tokenCache: TokenCacheState;

  /**
   * @param routes whose tenants and mailboxes are watched; of others nothing is kept, so this never grows
   * @param cache where tokens are kept
   */
  constructor(routes: readonly Route[], clock: Clock, cache: TokenCacheState['kind'] = 'memory') {
    this.#clock = clock;
    this.#tokenCache = { kind: cache, status: 'ok', since: clock.now() };
    this.#tenants = new Row(routes.map(({ tenant }) => [tenant.name, tenant.name]));
    this.#mailboxes = new Row(routes.map(({ mailbox, tenant }) => [mailbox, tenant.name]));
  }

  get state(): HealthState {
    return { tokenCache: this.#tokenCache, tenants: this.#tenants.state, mailboxes: this.#mailboxes.state };
  }

  tokenAcquired({ tenant }: Parameters<Events['tokenAcquired']>[0]): void {
    this.#tenants.succeeded(tenant);
  }

  tokenRequestFailed({ tenant, failure }: Parameters<Events['tokenRequestFailed']>[0]): void {
    this.#tenants.failed(tenant, failure, this.#clock.now());
  }

  /** A token of another replica says as much as one of the relay's own; one from memory says nothing new. */
  tokenServed({ tenant, from }: Parameters<Events['tokenServed']>[0]): void {
    if (from === 'redis') this.#tenants.succeeded(tenant);
  }

  tokenCacheLost(): void {
    this.#tokenCache = { ...this.#tokenCache, status: 'away', since: this.#clock.now() };
  }

  tokenCacheRecovered(): void {
    this.#tokenCache = { ...this.#tokenCache, status: 'ok', since: this.#clock.now() };
  }

  submissionSubmitted({ mailbox }: Parameters<Events['submissionSubmitted']>[0]): void {
    this.#mailboxes.succeeded(mailbox);
  }

  attemptFailed({ mailbox, failure }: Parameters<Events['attemptFailed']>[0]): void {
    if (OF_MAILBOX.has(entryOf(failure.code).about)) this.#mailboxes.failed(mailbox, failure, this.#clock.now());
    // Whoever is told by the server what is wrong with a message or a recipient has got as far as to ask.
    else if (failure.smtp !== null) this.#mailboxes.succeeded(mailbox);
  }
}

/** Names that are known from the start, and which of them fail. */
class Row {
  /** With the tenant of each. */
  readonly #names: ReadonlyMap<string, string>;
  readonly #failing = new Map<string, Failing>();

  constructor(names: Iterable<readonly [name: string, tenant: string]>) {
    this.#names = new Map(names);
  }

  get state() {
    return { total: this.#names.size, failing: [...this.#failing.values()] };
  }

  succeeded(name: string): void {
    this.#failing.delete(name);
  }

  failed(name: string, failure: Failure, now: Date): void {
    const tenant = this.#names.get(name);
    if (tenant === undefined) return;
    this.#failing.set(name, { name, tenant, failure, since: this.#failing.get(name)?.since ?? now });
  }
}
