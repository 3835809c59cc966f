/** What the HTTP API asks of the relay: types only, so that routes can be built and tested without it. Everything here throws FailureError and nothing else. */

import type { Client } from '../domain/client.ts';
import type { Failure } from '../domain/failure.ts';
import type { Instant, Submission, SubmissionStatus } from '../domain/submission.ts';
import type { SubmissionRequest } from '../domain/submission-request.ts';
import type { IdempotencyClaim, Page, SubmissionFilter } from '../ports/outbox.ts';
import type { Asking } from './accept.ts';

/** How a caller wants to be answered. */
export interface SendOptions {
  /** Milliseconds to wait for the outcome; 0 to be told of the acceptance alone. */
  readonly wait: number;
  readonly claim: IdempotencyClaim | null;
  /** Told once the message is composed: what it was composed of, attachments above all, is not looked at again. */
  readonly composed?: () => void;
  /** Told once the message is on disk: from then on it takes no memory of the request. Never told when nothing is kept. */
  readonly held?: () => void;
}

/** What is known when the caller is answered. */
export type SendOutcome = {
  readonly submission: Submission;
  /** The answer to an earlier request with the same key, as it is now. */
  readonly replayed: boolean;
} & (
  | { readonly kind: 'submitted' }
  /** The relay holds it and goes on by itself. */
  | { readonly kind: 'pending' }
  /** Nothing more happens by itself; with `submission-in-doubt` nobody knows. */
  | { readonly kind: 'failed'; readonly failure: Failure }
);

/** The relay as the HTTP API sees it. */
export interface Relay {
  readonly send: Send;
  readonly submissions: Submissions;
  readonly lines: LineDesk;
}

/** `POST /send`. Throws what is wrong before the message is accepted; nothing is held then. */
export type Send = (request: SubmissionRequest, by: Asking, options: SendOptions) => Promise<SendOutcome>;

/** The submissions routes. What a client may not see is not there: `not-found`. */
export interface Submissions {
  find(id: string, client: Client): Promise<Submission>;
  /** @param after the cursor of the page before; null for the first page */
  list(filter: SubmissionFilter, after: string | null, limit: number, client: Client): Promise<Page>;
  /** @throws FailureError `submission-final` or `submission-sending` when it cannot be stopped any more */
  cancel(id: string, client: Client): Promise<Submission>;
  /** Again now. @throws FailureError `submission-submitted`, `content-gone` (410), … */
  retry(id: string, client: Client): Promise<Submission>;
  forget(id: string, client: Client): Promise<void>;
  /** All that the filter finds and that can be tried again, deferred ones where it names no status, some thousands at a time. */
  retryMany(filter: SubmissionFilter, after: string | null, client: Client): Promise<RetriedMany>;
}

export interface RetriedMany {
  readonly retried: number;
  /** Those that could not be, each with its reason; the first hundred. */
  readonly refused: readonly { readonly id: string; readonly failure: Failure }[];
  /** Where to go on; null when all were looked at. */
  readonly next: string | null;
}

/** Why nothing is submitted at present for a sender, a mailbox or a tenant. */
export interface PauseState {
  readonly about: 'sender' | 'mailbox' | 'tenant';
  /** The address of the sender or the mailbox, or the name of the tenant. */
  readonly name: string;
  readonly failure: Failure;
  readonly since: Instant;
  /** When one message is tried, to see whether it is cured. */
  readonly until: Instant;
  /** How many were tried in vain since. */
  readonly probes: number;
}

/** One of Exchange Online's limits, as it is used. */
export interface BudgetState {
  readonly limit: number;
  readonly used: number;
  readonly left: number;
  /** When there is room for one more; null when there is now. */
  readonly nextAt: Instant | null;
}

export interface LineState {
  /** What it does: nothing waits; messages go out; it waits until the next is due; its budget is used up; it is paused. */
  readonly status: 'idle' | 'sending' | 'waiting' | 'paced' | 'paused';
  readonly queued: number;
  readonly deferred: number;
  readonly sending: number;
  /** Acceptance of the oldest that is not final. */
  readonly oldest: Instant | null;
  /** When the next may go; null when nothing waits. */
  readonly nextAttemptAt: Instant | null;
  readonly pauses: readonly PauseState[];
}

export interface MailboxState extends LineState {
  readonly mailbox: string;
  readonly tenant: string;
  readonly connections: BudgetState;
  readonly messagesPerMinute: BudgetState;
  readonly recipientsPerDay: BudgetState;
}

export interface TenantState extends LineState {
  readonly tenant: string;
  readonly mailboxes: number;
  /** Null where the operator has set no such limit. */
  readonly externalRecipientsPerDay: BudgetState | null;
}

/** The mailboxes and tenants routes, within the tenants of the client. */
export interface LineDesk {
  mailboxes(client: Client): readonly MailboxState[];
  tenants(client: Client): readonly TenantState[];
  /** Ends the pauses of a mailbox, of its senders and what waits for them. @throws FailureError `not-found` */
  resumeMailbox(address: string, client: Client): MailboxState;
  resumeTenant(name: string, client: Client): TenantState;
}

/** For metrics and health: how many are in each status and since when the oldest is. */
export type StatusFigures = Readonly<
  Record<SubmissionStatus, { readonly count: number; readonly oldest: Instant | null }>
>;

/** For metrics: what holds the lines back. */
export interface LineFigures {
  readonly paused: Readonly<Record<'sender' | 'mailbox' | 'tenant', number>>;
  /** Mailboxes that have work and no budget. */
  readonly paced: number;
  readonly budgetUse: BudgetUse;
}

/** Of the fullest budgets, from 0 to 1, and above where a limit was lowered. */
export interface BudgetUse {
  readonly messagesPerMinute: number;
  readonly recipientsPerDay: number;
  readonly externalRecipientsPerDay: number;
}
