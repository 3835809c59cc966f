/** What the relay needs from outside: types only. Every adapter behind these throws FailureError and nothing else for what the outside refused. */

import type { FailureCode } from './domain/catalogue/catalogue.ts';
import type { Envelope } from './domain/envelope.ts';
import type { Failure, RefusedRecipient } from './domain/failure.ts';
import type { Message } from './domain/message.ts';
import type { Route, Tenant } from './domain/routing.ts';
import type { SmtpReply } from './domain/smtp-reply.ts';
import type { SubmissionStatus } from './domain/submission.ts';
import type { Tag } from './domain/submission-request.ts';

/** Time, so that tests can pass their own. */
export interface Clock {
  now(): Date;
}

/** Claims of an app token that the relay reads; nothing here is trusted for more than words. */
export interface TokenClaims {
  readonly audience: string | null;
  readonly roles: readonly string[];
  readonly appId: string | null;
  readonly tenantId: string | null;
  /** Object id of the service principal (the enterprise application). */
  readonly objectId: string | null;
}

export interface AccessToken {
  readonly value: string;
  readonly acquiredAt: Date;
  readonly expiresAt: Date;
  /** Null when the token is not a JWT. */
  readonly claims: TokenClaims | null;
}

/** App-only access tokens. Not here: who is asked, what is cached, how often. */
export interface AccessTokens {
  /**
   * A token that is valid for a submission that starts now.
   *
   * @throws FailureError when there is none and none can be had
   */
  acquire(tenant: Tenant): Promise<AccessToken>;
  /** Says that a tenant is in use, so that its token is renewed in the background before it expires. */
  keepFresh(tenant: Tenant): void;
  /**
   * The server refused this token: another one to authenticate with once more, asked for when that may help.
   * Everybody else keeps the old one meanwhile.
   *
   * @returns null when the refusal is a fact about the mailbox, which no newer token would change
   */
  replace(tenant: Tenant, refused: AccessToken): Promise<AccessToken | null>;
  /** An operator says that the cause of a refusal is gone: who wants a token next is not answered by the refusal of before. */
  askAnew(tenant: Tenant): void;
}

/** MIME, composed once per message: every attempt sends these bytes. */
export interface MessageComposer {
  compose(message: Message, identity: { readonly messageId: string; readonly date: Date }): Promise<Uint8Array>;
}

/** What the server answered to one transaction whose envelope it took at least in part. */
export interface TransactionResult {
  readonly accepted: readonly string[];
  readonly rejected: readonly RefusedRecipient[];
  /** The reply after the final dot; null when no recipient was accepted and no data was sent. */
  readonly reply: SmtpReply | null;
  /** Absent when no data was sent. */
  readonly times?: TransactionTimes | undefined;
}

/** How long the steps of a transaction took, in milliseconds. */
export interface TransactionTimes {
  /** From MAIL to the reply to DATA. */
  readonly envelope: number;
  /** Until all but the last bytes were handed over, and the final dot might go out. */
  readonly content: number;
  /** From the final dot to the reply to it. */
  readonly finalDot: number;
}

/** One transaction to make. */
export interface Transaction {
  readonly route: Route;
  readonly envelope: Envelope;
  /** The composed message. */
  readonly content: Uint8Array;
  /** Asked for when a connection has to be opened, and for nothing else; its FailureError is passed on. */
  readonly token: () => Promise<AccessToken>;
  /** Told when a connection begins the transaction; again when it turns out to have died before and another one does. */
  readonly begun: () => void;
  /**
   * Asked once, before the last bytes go out: from its answer on the server may take the message.
   * When it fails nothing has been submitted, and its error is passed on.
   */
  readonly beforeFinalDot: () => Promise<void>;
}

/** SMTP client submission (RFC 6409). Not here: retries. One call is one transaction at most. */
export interface SubmissionClient {
  /** @throws FailureError `submission-in-doubt` when the connection broke where the server may have taken the message; with any other nothing was submitted */
  submit(transaction: Transaction): Promise<TransactionResult>;
  /** Ends all connections, the busy ones once their transaction is over. */
  close(): Promise<void>;
  /** Cuts what is still busy: every transaction under way fails now, in doubt where it is. */
  cut(): void;
}

/** Operational events: one method each, and each is called from one place. */
export interface Events {
  relayStarted(at: { readonly url: string; readonly mailboxes: readonly string[] }): void;
  relayStopping(cause: { readonly signal: string }): void;
  /** The time to stop was up: what was still under way was cut, and its callers were told. */
  relayStopCut(cut: { readonly submissions: number }): void;
  relayStopped(): void;
  listeningInClear(at: { readonly host: string }): void;
  requestAnswered(request: {
    readonly requestId: string;
    readonly client: string | null;
    /** The caller's IP address, as far as the proxies that are believed tell it. */
    readonly address: string;
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly failure: FailureCode | null;
    readonly milliseconds: number;
  }): void;
  /** A defect of the relay itself; the caller sees only `internal-error`. */
  requestBroke(request: { readonly requestId: string; readonly cause: unknown }): void;
  submissionAccepted(submission: SubmissionFacts & { readonly size: number; readonly recipients: number }): void;
  submissionSubmitted(
    submission: SubmissionFacts & {
      readonly accepted: number;
      readonly rejected: readonly { readonly recipient: string; readonly failure: FailureCode }[];
      readonly reply: string;
      readonly times?: TransactionTimes | undefined;
      readonly milliseconds: number;
    },
  ): void;
  /** An attempt did not come through. What follows from that is told besides. */
  attemptFailed(
    submission: SubmissionFacts & { readonly failure: Failure; readonly cause: unknown; readonly milliseconds: number },
  ): void;
  /** An attempt did not come through, and another one follows by itself. */
  submissionDeferred(
    submission: SubmissionFacts & {
      readonly failure: Failure;
      readonly cause: unknown;
      readonly nextAttemptAt: Date;
      readonly milliseconds: number;
    },
  ): void;
  /** Nobody can know whether Exchange Online took it. */
  submissionInDoubt(submission: SubmissionFacts & { readonly failure: Failure; readonly cause: unknown }): void;
  /** Nothing more happens to it by itself; how long it took, from acceptance or from when it was due. */
  submissionFinished(
    submission: SubmissionFacts & {
      readonly status: FinalStatus;
      readonly ageMilliseconds: number;
      /** What it failed with. */
      readonly failure?: FailureCode | undefined;
    },
  ): void;
  /** It was not submitted before it expired. */
  submissionExpired(submission: SubmissionFacts): void;
  /**
   * Nothing is submitted for a sender, a mailbox or a tenant, but one message at `until` to see whether it is cured.
   * Told when it begins, with 0 probes, and again after each probe in vain.
   */
  paused(pause: PauseFacts & { readonly failure: Failure; readonly until: Date; readonly probes: number }): void;
  /** By time: nothing waited for it for long, and the next message finds out. */
  resumed(pause: PauseFacts & { readonly by: 'probe' | 'operator' | 'time'; readonly milliseconds: number }): void;
  /** Another relay uses the folder of the outbox: this one waits for it to end, and accepts nothing meanwhile. */
  outboxAwaited(outbox: { readonly folder: string }): void;
  /** The outbox is there with what waited in it; of this what was interrupted within an attempt. */
  outboxOpened(outbox: {
    readonly folder: string;
    readonly waiting: number;
    readonly interrupted: number;
    readonly milliseconds: number;
  }): void;
  /** The outbox cannot be written, so that nothing is accepted. */
  outboxFailing(trouble: { readonly cause: string }): void;
  /** It can be written again; for how long it could not. */
  outboxRecovered(recovery: { readonly milliseconds: number }): void;
  /** Records whose time was over are gone. */
  swept(sweep: { readonly records: number }): void;
  /** What waits for a mailbox or, with `external_recipients_per_day`, for its tenant waits until there is room. */
  mailboxBudgetUsedUp(budget: { readonly mailbox: string; readonly budget: BudgetName; readonly until: Date }): void;
  tokenAcquired(token: {
    readonly tenant: string;
    readonly clientId: string;
    readonly expiresAt: Date;
    readonly roles: readonly string[];
    readonly milliseconds: number;
  }): void;
  /** For one connection: the token was there, another replica had it, or Entra ID was asked for it. */
  tokenServed(token: { readonly tenant: string; readonly from: 'memory' | 'redis' | 'entra' }): void;
  /** Redis is away: until it is back each replica asks for its own tokens. */
  tokenCacheLost(loss: { readonly cause: string }): void;
  /** Redis is back; for how long it was away. */
  tokenCacheRecovered(recovery: { readonly milliseconds: number }): void;
  /** Who waits meanwhile is served the token there is, as long as it is valid. */
  tokenRequestFailed(request: {
    readonly tenant: string;
    readonly clientId: string;
    readonly failure: Failure;
    readonly cause: unknown;
    /** Null when there is no valid token. */
    readonly validUntil: Date | null;
    readonly milliseconds: number;
  }): void;
  /** A token that Exchange Online may refuse, and why, one sentence each. */
  tokenClaimsDiffer(token: {
    readonly tenant: string;
    readonly clientId: string;
    readonly findings: readonly string[];
  }): void;
  connectionOpened(connection: {
    readonly mailbox: string;
    readonly server: string;
    readonly milliseconds: number;
  }): void;
  connectionClosed(connection: {
    readonly mailbox: string;
    readonly server: string;
    readonly messages: number;
    readonly reason: ConnectionEnd;
  }): void;
}

/** Why a connection has ended. */
export type ConnectionEnd =
  | 'the server closed it'
  | 'it failed'
  | 'it was idle'
  | 'another mailbox needs its place'
  | 'the relay stops'
  | 'it was cut';

/** The end of a submission, as far as the relay has to do with it. */
export type FinalStatus = Extract<SubmissionStatus, 'submitted' | 'failed' | 'canceled' | 'in-doubt'>;

/** A limit of Exchange Online that is kept. */
export type BudgetName = 'messages_per_minute' | 'recipients_per_day' | 'external_recipients_per_day';

/** What is paused. */
export interface PauseFacts {
  readonly about: 'sender' | 'mailbox' | 'tenant';
  /** The address of the sender or the mailbox, or the name of the tenant. */
  readonly name: string;
  readonly tenant: string;
}

/** By what a submission is found again in the log. */
export interface SubmissionFacts {
  readonly requestId: string;
  readonly id: string;
  readonly messageId: string;
  readonly client: string;
  readonly tenant: string;
  readonly mailbox: string;
  /** The caller's own, to find it by. */
  readonly tags: readonly Tag[];
  readonly metadata: Readonly<Record<string, string>>;
}
