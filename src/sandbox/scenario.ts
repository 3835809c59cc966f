/** What a scenario is: one failure that Microsoft 365 is known for, played whenever its name is used. */

import type { AadstsNumber } from './entra-errors.ts';

interface Row {
  /** The failure's name in kebab-case, which is also what triggers it. */
  readonly name: string;
  /** The failure it ends in, where that is not its name. */
  readonly failure?: string;
  /** One sentence: what is played. */
  readonly plays: string;
  /** Where the reply was recorded or is documented. */
  readonly source: string;
}

/** Struck by a recipient's local part, or by the local part of the mailbox that authenticates. */
export interface SmtpScenario extends Row {
  readonly trigger: 'recipient' | 'mailbox';
  /** What is answered with it; `content` is the middle of the message. */
  readonly at: 'auth' | 'mail' | 'rcpt' | 'data-command' | 'content' | 'final-dot';
  /**
   * The reply, or null to cut the connection without one.
   * `{session}` becomes `[host timestamp id]`, `{hostname}` becomes `[Hostname=…]`, `{mailbox}` and `{from}` the addresses.
   */
  readonly reply: string | null;
  /** Closes the connection behind the reply. */
  readonly closes?: true;
}

/** Struck by the tenant a token is asked from, or by the client secret it is asked with. */
export interface EntraScenario extends Row {
  readonly trigger: 'tenant' | 'secret';
  readonly at: 'token';
  readonly aadsts: AadstsNumber;
}

/** A fault of a whole server, with which the sandbox is started. */
export interface ServerScenario<Name extends string = string> extends Row {
  readonly name: Name;
  readonly trigger: 'server';
  readonly at: 'connect' | 'greeting' | 'ehlo' | 'starttls' | 'tls' | 'token';
}

export type Scenario = SmtpScenario | EntraScenario | ServerScenario;
