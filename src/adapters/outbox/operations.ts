/** What the outbox and its store thread say to each other: calls with plain values, because every object that crosses costs both sides time. Types only. */

import type { SubmissionStatus } from '../../domain/submission.ts';
import type { SubmissionFilter } from '../../ports/outbox.ts';
import type { TotalsRow } from './totals.ts';

/** The columns of a new submission but seq, in their order. */
export type NewRow = readonly [
  id: string,
  revision: number,
  status: SubmissionStatus,
  client: string,
  tenant: string,
  mailbox: string,
  sender: string,
  priority: string,
  retry: number,
  recipients: number,
  size: number,
  acceptedAt: number,
  dueAt: number,
  expiresAt: number,
  finishedAt: number | null,
  key: string | null,
  content: number,
  record: string,
];

/** What a change can alter: the rest of a submission is as it was accepted. */
export type ChangedRow = readonly [
  revision: number,
  status: SubmissionStatus,
  priority: string,
  retry: number,
  recipients: number,
  dueAt: number,
  expiresAt: number,
  finishedAt: number | null,
  record: string,
];

export type UsageRow = readonly [at: number, mailbox: string, tenant: string, recipients: number, external: number];

export type UsedRow = readonly [...UsageRow, seq: number];

export type WaitingRow = readonly [
  seq: number,
  id: string,
  revision: number,
  client: string,
  tenant: string,
  mailbox: string,
  sender: string,
  priority: string,
  status: string,
  acceptedAt: number,
  dueAt: number,
  expiresAt: number,
  retry: number,
  recipients: number,
  size: number,
  markedAt: number | null,
];

/** A place in an order by instants, where several can share one. */
export type Place = readonly [at: number, seq: number];

export type ClaimedRow = readonly [bodySha256: string, record: string];

/** Run in a transaction together with others that have arrived. */
export interface Writes {
  /** @param at where its content begins among the contents that came along; of no meaning when that is in a file */
  enqueue(row: NewRow, bodySha256: string | null, at: number): ClaimedRow | null;
  mark(id: string, attemptStartedAt: number): boolean;
  record(id: string, row: ChangedRow, dropContent: boolean, freeKey: boolean, usage: UsageRow | null): boolean;
  forget(id: string, revision: number): boolean;
  /** Each sweeps a slice, so that others come between, and returns how many went. */
  sweepFinished(before: number, slice: number): number;
  sweepContents(before: number, slice: number): number;
  sweepUsage(before: number, slice: number): number;
  /** @returns where to go on: claims of unfinished submissions stay, and are passed over. Null at the end */
  sweepClaims(before: number, after: Place, slice: number): Place | null;
  /** Writes, to see whether it can be done. */
  probe(at: number): null;
}

/** Run after the writes that arrived with them. */
export interface Reads {
  find(id: string): string | null;
  /** @returns content null for one in a file, and for one that is gone */
  load(id: string): readonly [record: string, where: number, content: Uint8Array | null] | null;
  claimed(client: string, key: string): ClaimedRow | null;
  list(filter: SubmissionFilter, after: Place | null, limit: number): Listed;
  /** @returns a JSON array of WaitingRow: one text crosses several times faster than the rows */
  unfinished(after: Place, slice: number): string;
  /** @returns a JSON array of UsedRow */
  usedSince(after: Place, slice: number): string;
  /** Of these, the ids whose content is in a file. */
  inFiles(ids: readonly string[]): readonly string[];
}

/** What a bounded number of rows gave, and where to go on; null at the end. */
export interface Listed {
  readonly records: readonly string[];
  readonly next: Place | null;
}

export type Call<T> = readonly [kind: keyof T, args: readonly unknown[]];

/** All that was asked for in one turn of the event loop. */
export interface Asked {
  readonly writes: readonly Call<Writes>[];
  readonly reads: readonly Call<Reads>[];
  /** The contents of what is enqueued, one behind the other; null when there are none. */
  readonly contents: Uint8Array | null;
}

/** The results in the order of what was asked. */
export interface Answered {
  readonly writes: readonly Result[];
  readonly reads: readonly Result[];
  readonly totals: TotalsRow;
  /** Ids whose content file nobody needs any more. */
  readonly dropped: readonly string[];
  /** Commits so far. */
  readonly commits: number;
}

export type Result = { readonly value: unknown } | Refused;

/** SQLite did not do it. */
export interface Refused {
  readonly refused: string;
  /** Extended result code of SQLite; 0 for anything else. */
  readonly code: number;
}

/** The first words of the thread: it is open, or never will be. */
export type Opened = { readonly totals: TotalsRow } | { readonly refused: string };

export interface StoreOptions {
  readonly folder: string;
  readonly maxSubmissions: number;
  readonly maxBytes: number;
}
