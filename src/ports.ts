/** What the relay needs from outside: types only. Every adapter behind these throws FailureError and nothing else for what the outside refused. */

import type { Envelope } from './domain/envelope.ts';
import type { Failure, RefusedRecipient } from './domain/failure.ts';
import type { Message } from './domain/message.ts';
import type { Route, Tenant } from './domain/routing.ts';
import type { SmtpReply } from './domain/smtp-reply.ts';

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
  /** A token that is valid for a submission that starts now. */
  acquire(tenant: Tenant): Promise<AccessToken>;
  /** The server refused this token: the next one asked for may be a new one. */
  refused(tenant: Tenant, token: AccessToken): void;
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
}

/** SMTP client submission (RFC 6409). Not here: retries. One call is one transaction at most. */
export interface SubmissionClient {
  submit(route: Route, token: AccessToken, envelope: Envelope, content: Uint8Array): Promise<TransactionResult>;
  /** Ends all connections, the busy ones once their transaction is over. */
  close(): Promise<void>;
}

/** Operational events: one method each, and each is called from one place. */
export interface Events {
  relayStarted(at: { readonly url: string; readonly mailboxes: readonly string[] }): void;
  relayStopping(cause: { readonly signal: string }): void;
  relayStopped(): void;
  listeningInClear(at: { readonly host: string }): void;
  requestAnswered(request: {
    readonly requestId: string;
    readonly client: string | null;
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly failure: string | null;
    readonly milliseconds: number;
  }): void;
  /** A defect of the relay itself; the caller sees only `internal-error`. */
  requestBroke(request: { readonly requestId: string; readonly cause: unknown }): void;
  submissionAccepted(submission: SubmissionFacts & { readonly size: number; readonly recipients: number }): void;
  submissionSubmitted(
    submission: SubmissionFacts & {
      readonly accepted: number;
      readonly rejected: readonly { readonly recipient: string; readonly failure: string }[];
      readonly reply: string;
      readonly milliseconds: number;
    },
  ): void;
  submissionFailed(
    submission: SubmissionFacts & { readonly failure: Failure; readonly cause: unknown; readonly milliseconds: number },
  ): void;
  tokenAcquired(token: {
    readonly tenant: string;
    readonly clientId: string;
    readonly expiresAt: Date;
    readonly roles: readonly string[];
    readonly milliseconds: number;
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
    readonly reason: string;
  }): void;
}

/** By what a submission is found again in the log. */
export interface SubmissionFacts {
  readonly requestId: string;
  readonly id: string;
  readonly messageId: string;
  readonly tenant: string;
  readonly mailbox: string;
}
