/** Which submissions a caller means: the same filters in a query and in a body, each judged by its name; one that is misspelt would mean all of them. */

import { FailureError, type FieldError, failure, inWords } from '../domain/failure.ts';
import { parseAddress } from '../domain/mailbox.ts';
import { quote } from '../domain/quote.ts';
import { type Instant, type SubmissionStatus, submissionStatuses } from '../domain/submission.ts';
import type { SubmissionFilter } from '../ports/outbox.ts';
import { parseInstant } from './instant.ts';
import { parameterName, unknownParameters } from './query.ts';

export const filterNames = [
  'status',
  'mailbox',
  'client',
  'tag',
  'accepted_from',
  'accepted_before',
  'recipient',
] as const;
type FilterName = (typeof filterNames)[number];

const bodyNames = [...filterNames, 'after'] as const;

export const MOST_LISTED = 100;
export const USUALLY_LISTED = 20;

export interface Listing {
  readonly filter: SubmissionFilter;
  /** The cursor of the page before; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
}

/**
 * Reads the query of a list.
 *
 * @throws FailureError `invalid-request`, naming each parameter
 */
export function readListing(query: unknown): Listing {
  const given = new Given(Object(query), parameterName);
  given.errors.push(...unknownParameters(query, [...filterNames, 'limit', 'after']));
  const listing = {
    filter: filterIn(given),
    after: given.read('after', cursor) ?? null,
    limit: given.read('limit', limit) ?? USUALLY_LISTED,
  };
  given.judge();
  return listing;
}

/**
 * Reads a body of filters. It has to be there, even if it is empty: nobody means all submissions by saying nothing.
 *
 * @throws FailureError `invalid-request`, naming each field
 */
export function readFilter(body: unknown): Pick<Listing, 'filter' | 'after'> {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const given = new Given(isObject ? body : {}, (name) => name);
  if (!isObject)
    given.errors.push({ field: 'body', message: 'is no object of filters; {} means every deferred submission' });
  for (const name of Object.keys(Object(isObject ? body : {}))) {
    if (!bodyNames.some((known) => known === name))
      given.errors.push({ field: name, message: `is not known; known are ${bodyNames.join(', ')}` });
  }
  const read = { filter: filterIn(given), after: given.read('after', cursor) ?? null };
  given.judge();
  return read;
}

function filterIn(given: Given): SubmissionFilter {
  return {
    statuses: given.statuses(),
    mailbox: given.read('mailbox', address),
    client: given.read('client', (text) => text),
    tag: given.read('tag', tag),
    acceptedFrom: given.read('accepted_from', instant),
    acceptedBefore: given.read('accepted_before', instant),
    recipient: given.read('recipient', address),
  };
}

/** What of it can be used, or why nothing can. */
type Read<T> = T | Mistaken;

class Mistaken {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** What was given under which name, and all that is wrong with it. */
class Given {
  readonly errors: FieldError[] = [];
  readonly #values: object;
  readonly #placeOf: (name: string) => string;

  constructor(values: object, placeOf: (name: string) => string) {
    this.#values = values;
    this.#placeOf = placeOf;
  }

  /** One value; undefined when there is none that can be used. */
  read<T>(name: FilterName | 'limit' | 'after', parse: (text: string) => Read<T>): T | undefined {
    const value = this.#valueOf(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value)) return this.#mistaken(name, 'is there more than once');
    if (typeof value !== 'string') return this.#mistaken(name, 'is not a string');
    if (value === '') return this.#mistaken(name, 'is empty; leave it out');
    const read = parse(value);
    return read instanceof Mistaken ? this.#mistaken(name, read.message) : read;
  }

  /** Several, each by itself or joined by commas. */
  statuses(): SubmissionStatus[] | undefined {
    const value = this.#valueOf('status');
    if (value === undefined) return undefined;
    const names = [value].flat().flatMap((each) => String(each).split(','));
    const statuses = names.flatMap((name) => submissionStatuses.filter((status) => status === name.trim()));
    if (statuses.length === names.length) return [...new Set(statuses)];
    const unknown = names.filter((name) => !submissionStatuses.some((status) => status === name.trim()));
    return this.#mistaken('status', `${unknown.map(quote).join(', ')} is none of ${submissionStatuses.join(', ')}`);
  }

  /** @throws FailureError when anything was wrong */
  judge(): void {
    const { errors } = this;
    if (errors.length > 0) throw new FailureError(failure('invalid-request', { detail: inWords(errors), errors }));
  }

  /** As in the body of a message, null means what leaving it out means. */
  #valueOf(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? (Reflect.get(this.#values, name) ?? undefined) : undefined;
  }

  #mistaken(name: string, message: string): undefined {
    this.errors.push({ field: this.#placeOf(name), message });
  }
}

function address(text: string): Read<string> {
  const read = parseAddress(text.trim());
  return typeof read === 'string' ? read : new Mistaken(read.mistake);
}

/** A name alone, or a name and its value behind the first colon. */
function tag(text: string): Read<NonNullable<SubmissionFilter['tag']>> {
  const colon = text.indexOf(':');
  if (colon === 0) return new Mistaken(`${quote(text)} has no name before the colon`);
  return colon < 0 ? { name: text } : { name: text.slice(0, colon), value: text.slice(colon + 1) };
}

function instant(text: string): Read<Instant> {
  const read = parseInstant(text.trim());
  if (typeof read === 'number') return read;
  // WHATWG URL: a plus sign in a query is a blank.
  return new Mistaken(text.includes(' ') ? `${read.mistake}; in a URL "+" is written %2B` : read.mistake);
}

/** What it says is the outbox's business. */
function cursor(text: string): Read<string> {
  return /^[\w.~:-]{1,256}$/.test(text) ? text : new Mistaken('is not what "next" of a page before says');
}

function limit(text: string): Read<number> {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= MOST_LISTED
    ? count
    : new Mistaken(`${quote(text)} is no whole number from 1 to ${MOST_LISTED}`);
}
