/** What an administrator does while the sandbox runs: switches, rights and credentials, at once or with the delay that Exchange takes. */

import type { SandboxClock } from './clock.ts';
import {
  type AppSettings,
  type Credentials,
  type Directory,
  type MailboxRights,
  type MailboxSettings,
  principalsIn,
  type ServicePrincipal,
  type TenantSettings,
} from './directory.ts';

export type TenantChanges = Partial<TenantSettings & AppSettings>;
export type MailboxChanges = Partial<MailboxRights & MailboxSettings>;

export interface When {
  /** Milliseconds until a change takes effect; Exchange takes up to an hour for rights. At once when absent. */
  readonly after?: number;
  /** Only for this app, where a tenant holds several. */
  readonly clientId?: string;
}

/** A tenant, app or mailbox that is not there; the message says which ones are. */
export class UnknownNameError extends Error {
  override readonly name = 'UnknownNameError';
}

export class Administration {
  readonly #directory: Directory;
  readonly #clock: SandboxClock;
  readonly #closed: AbortSignal;
  readonly #toStart: () => void;
  #pending = new AbortController();

  /** @param closed ends the changes that are still to come */
  constructor(directory: Directory, clock: SandboxClock, closed: AbortSignal) {
    this.#directory = directory;
    this.#clock = clock;
    this.#closed = closed;
    this.#toStart = memoryOf(directory);
  }

  /**
   * Changes switches of a tenant, and what was done for its apps.
   *
   * @param tenant by its id or domain
   * @throws UnknownNameError when there is no such tenant or app
   */
  changeTenant(tenant: string, changes: TenantChanges, when: When = {}): void {
    const principals = this.#apps(tenant, when);
    const { smtpAuth, securityDefaults, ...ofApp } = changes;
    this.#later(when, () => {
      for (const principal of principals) {
        principal.tenant.settings = changed(principal.tenant.settings, { smtpAuth, securityDefaults });
        principal.settings = changed(principal.settings, ofApp);
      }
    });
  }

  /**
   * Changes a mailbox and the rights on it.
   *
   * @throws UnknownNameError when no tenant has the mailbox
   */
  changeMailbox(address: string, changes: MailboxChanges, when: When = {}): void {
    const mailbox = address.toLowerCase();
    const principals = this.appsOf(mailbox).filter(
      (app) => (when.clientId?.toLowerCase() ?? app.clientId) === app.clientId,
    );
    if (principals.length === 0)
      throw new UnknownNameError(`There is no mailbox ${address}; there are: ${this.#mailboxes()}`);
    const { smtpAuth, sendAs, ...others } = changes;
    const ofApp = { ...others, sendAs: sendAs?.map((each) => each.toLowerCase()) };
    this.#later(when, () => {
      for (const { tenant, rights } of principals) {
        tenant.mailboxes.set(mailbox, changed(tenant.mailboxes.get(mailbox) ?? { smtpAuth: null }, { smtpAuth }));
        const had = rights.get(mailbox);
        if (had) rights.set(mailbox, changed(had, ofApp));
      }
    });
  }

  /**
   * Replaces an app's secrets or certificates, in all of its tenants.
   *
   * @param tenant in which the app is, by id or domain
   * @throws UnknownNameError when there is no such tenant or app
   */
  changeCredentials(tenant: string, changes: Partial<Credentials>, when: When = {}): void {
    const principals = this.#apps(tenant, when);
    this.#later(when, () => {
      for (const { credentials } of principals) Object.assign(credentials, changed({ ...credentials }, changes));
    });
  }

  /** The apps that have rights on a mailbox, however few. */
  appsOf(address: string): readonly ServicePrincipal[] {
    return this.#directory.principals.filter(({ rights }) => rights.has(address.toLowerCase()));
  }

  /** As it was at the start; changes that were to come do not come. */
  reset(): void {
    this.#pending.abort();
    this.#pending = new AbortController();
    this.#toStart();
  }

  #apps(tenant: string, { clientId }: When): readonly ServicePrincipal[] {
    const inTenant = principalsIn(this.#directory, tenant);
    const apps = inTenant.filter((app) => (clientId?.toLowerCase() ?? app.clientId) === app.clientId);
    if (apps.length > 0) return apps;
    const there = inTenant.length > 0 ? inTenant : this.#directory.principals;
    const known = there.map((app) => (inTenant.length > 0 ? app.clientId : app.domain));
    const what = inTenant.length > 0 ? `app ${clientId} in ${tenant}` : `tenant ${tenant}`;
    throw new UnknownNameError(`There is no ${what}; there are: ${known.join(', ')}`);
  }

  #mailboxes(): string {
    return this.#directory.principals.flatMap(({ rights }) => [...rights.keys()]).join(', ');
  }

  #later({ after = 0 }: When, apply: () => void): void {
    if (after <= 0) {
      apply();
      return;
    }
    const given = AbortSignal.any([this.#pending.signal, this.#closed]);
    void this.#clock.until(this.#clock.now() + after, given).then(() => given.aborted || apply());
  }
}

/** The same with what is defined of the changes. */
function changed<T extends object>(settings: T, changes: { readonly [Key in keyof T]?: T[Key] | undefined }): T {
  return { ...settings, ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) };
}

/** Remembers a directory, and puts it back when called. */
function memoryOf({ principals }: Directory): () => void {
  const memories = principals.map((principal) => {
    const { tenant, credentials, settings, rights } = principal;
    const [tenantSettings, mailboxes, had, proof] = [
      tenant.settings,
      new Map(tenant.mailboxes),
      new Map(rights),
      { ...credentials },
    ];
    return () => {
      tenant.settings = tenantSettings;
      principal.settings = settings;
      Object.assign(credentials, proof);
      for (const [address, each] of mailboxes) tenant.mailboxes.set(address, each);
      for (const [address, each] of had) rights.set(address, each);
    };
  });
  return () => {
    for (const recall of memories) recall();
  };
}
