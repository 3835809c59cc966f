/** One failure as it happened: which entry of the catalogue, where, with what evidence. Beyond the adapters nothing else is thrown for a failed submission. */

import { catalogue, type FailureCode } from './catalogue/catalogue.ts';
import type { CatalogueEntry, Stage, Values } from './catalogue/entry.ts';
import { replyClass, type SmtpReply } from './smtp-reply.ts';

/** What Entra ID said when it refused a token. */
export interface EntraRefusal {
  /** OAuth 2.0 error, such as `invalid_client`. */
  readonly error: string;
  /** `AADSTS7000215`, when the description carries one. */
  readonly code: string | null;
  readonly traceId: string | null;
  readonly correlationId: string | null;
  readonly timestamp: string | null;
  /** Entra's own words, without the trace lines. */
  readonly description: string;
}

/** A mistake at one place of the request. */
export interface FieldError {
  /** As the caller wrote it: `to[1].address`, `headers.X-Order`, `Idempotency-Key`. */
  readonly field: string;
  /** A sentence: what is wrong there and what is expected. */
  readonly message: string;
}

/** A recipient the server did not take, and why. */
export interface RefusedRecipient {
  readonly recipient: string;
  readonly failure: Failure;
}

export interface Failure {
  readonly code: FailureCode;
  readonly stage: Stage;
  /** What happened this time, in a sentence or two; null when the catalogue's `cause` says it all. */
  readonly detail: string | null;
  /** The refused command and the server's reply to it. */
  readonly smtp: { readonly command: string; readonly reply: SmtpReply } | null;
  readonly entra: EntraRefusal | null;
  /** Seconds to wait as the other side asked for (`Retry-After`); null leaves it to the catalogue. */
  readonly retryAfter: number | null;
  readonly errors: readonly FieldError[];
  /** When every recipient was refused: each with its own failure. */
  readonly rejected: readonly RefusedRecipient[];
  /** Of the message this is about, with angle brackets; null as long as none was composed. */
  readonly messageId: string | null;
  /** Values of this installation for the remedy. */
  readonly values: Values;
}

/** The only error that leaves an adapter or the domain; `cause` keeps the foreign error for the log. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  readonly failure: Failure;

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(`${failure.code}: ${failure.detail ?? entryOf(failure.code).title}`, options);
    this.failure = failure;
  }
}

/**
 * Makes a failure of a catalogue entry.
 *
 * @param code the entry
 * @param occurrence what is known of this occurrence; the stage defaults to the entry's own
 */
export function failure(code: FailureCode, occurrence: Partial<Omit<Failure, 'code'>> = {}): Failure {
  const entry = entryOf(code);
  return {
    code,
    stage: entry.stage,
    detail: null,
    smtp: null,
    entra: null,
    retryAfter: null,
    errors: [],
    rejected: [],
    messageId: null,
    values: {},
    ...occurrence,
  };
}

/** The catalogue's entry for a code. */
export function entryOf(code: FailureCode): CatalogueEntry {
  return catalogue[code];
}

/** Field errors as a failure's detail: one sentence for one mistake, a list for several. */
export function inWords(errors: readonly FieldError[]): string {
  const each = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  const text = errors.length > 1 ? `${errors.length} mistakes. ${each}` : each;
  return /[.?]$/.test(text) ? text : `${text}.`;
}

/** Whether trying again may help: the catalogue decides, and for a reply it does not know the reply's class. */
export function isRetryable(of: Failure): boolean {
  const { retry } = entryOf(of.code);
  if (retry !== 'by-reply') return retry !== 'never';
  return of.smtp !== null && replyClass(of.smtp.reply) === 'transient';
}

/** Seconds until trying again makes sense; null when it never does. */
export function retryAfterSeconds(of: Failure): number | null {
  if (!isRetryable(of)) return null;
  const { retry } = entryOf(of.code);
  return of.retryAfter ?? (typeof retry === 'object' ? retry.afterSeconds : UNKNOWN_TRANSIENT_SECONDS);
}

/** For a transient reply that the catalogue does not know. */
const UNKNOWN_TRANSIENT_SECONDS = 60;

/** HTTP status of the problem; a transient reply that the catalogue does not know is upstream trouble (503). */
export function httpStatus(of: Failure): number {
  const entry = entryOf(of.code);
  return entry.retry === 'by-reply' && isRetryable(of) ? 503 : entry.status;
}
