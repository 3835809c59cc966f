/** What a scenario is: one failure that Microsoft 365 is known for, played whenever its name is used. */

import type { AadstsNumber } from './entra-errors.ts';

interface Row {
  /** The failure's name in kebab-case, which is also what triggers it; further words for the same failure end in `-2`, `-3` …. */
  readonly name: string;
  /** The failure it ends in, where that is not its name. */
  readonly failure?: string;
  /** One sentence: what is played. */
  readonly plays: string;
  /** Where the reply was recorded or is documented. */
  readonly source: string;
}

/** What is answered with a scenario; `content` is the middle of the message. */
export type SmtpStage = 'auth' | 'mail' | 'rcpt' | 'data-command' | 'content' | 'final-dot';

/** What the server does instead of going on. */
export interface Reaction {
  /**
   * The reply, or null for none: the connection is cut then.
   * `{session}` becomes `[host timestamp id]`, `{hostname}` becomes `[Hostname=…]`, `{mailbox}` and `{from}` the addresses.
   */
  readonly reply: string | null;
  /** Closes the connection behind the reply. */
  readonly closes?: true;
  /** Without a reply: leaves the connection open and says nothing more on it, instead of cutting it. */
  readonly silent?: true;
}

/** Struck by a recipient's local part, or by the local part of the mailbox that authenticates. */
export interface SmtpScenario extends Row, Reaction {
  readonly trigger: 'recipient' | 'mailbox';
  readonly at: SmtpStage;
}

/** Struck by the tenant a token is asked from, or by the client secret it is asked with. */
export interface EntraScenario extends Row {
  readonly trigger: 'tenant' | 'secret';
  readonly at: 'token';
  /** The reserved tenant id or client secret. */
  readonly by: string;
  readonly aadsts: AadstsNumber;
  /** Which of the texts that are known of this number: 1 is the first. */
  readonly wording: number;
}

/** A fault of a whole server, with which the sandbox is started. */
export interface ServerScenario<Name extends string = string> extends Row, Partial<Reaction> {
  readonly name: Name;
  readonly trigger: 'server';
  /** `second-ehlo` is the one under TLS. */
  readonly at: 'connect' | 'greeting' | 'ehlo' | 'second-ehlo' | 'starttls' | 'tls' | 'mail' | 'token';
}

export type Scenario = SmtpScenario | EntraScenario | ServerScenario;
