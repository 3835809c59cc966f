/** What replicas tell each other of one token: the token itself, or why there is none. Times hold whatever the clocks of the replicas say. */

import { catalogue, type FailureCode } from '../../domain/catalogue/catalogue.ts';
import { type Failure, failure } from '../../domain/failure.ts';
import type { AccessToken } from '../../ports.ts';
import { open, type Seal, seal } from './sealed-record.ts';
import { claimsOf } from './token-claims.ts';

export function sealToken({ value, acquiredAt, expiresAt }: AccessToken, of: Seal): Buffer {
  const lifetime = expiresAt.getTime() - acquiredAt.getTime();
  return seal('token', { value, lifetime, expiresAt: expiresAt.getTime() }, of);
}

/**
 * The token in a record.
 *
 * @param left milliseconds until Redis drops the record: it was told when the token expires, so that a token ends with
 *   its record also for a replica whose clock is behind
 * @returns null when the record cannot be read
 */
export function openToken(sealed: Buffer, of: Seal, now: Date, left: number): AccessToken | null {
  const record = open('token', sealed, of);
  if (!record) return null;
  const value: unknown = Reflect.get(record, 'value');
  const lifetime: unknown = Reflect.get(record, 'lifetime');
  const end: unknown = Reflect.get(record, 'expiresAt');
  if (typeof value !== 'string' || !isTime(lifetime) || !isTime(end)) return null;
  const expiresAt = Math.min(end, now.getTime() + left);
  return {
    value,
    acquiredAt: new Date(expiresAt - lifetime),
    expiresAt: new Date(expiresAt),
    claims: claimsOf(value),
  };
}

/** @param until when it is no answer any more, so that nobody can put an old one back */
export function sealFailure(of: Failure, until: Date, place: Seal): Buffer {
  return seal('failure', { failure: of, until: until.getTime() }, place);
}

/**
 * The failure in a record.
 *
 * @param left milliseconds until Redis drops it, which is what is left of a Retry-After
 * @returns null when the record cannot be read, is over, or is of a failure that this version does not know
 */
export function openFailure(sealed: Buffer, of: Seal, now: Date, left: number): Failure | null {
  const record = open('failure', sealed, of);
  if (!record) return null;
  const until: unknown = Reflect.get(record, 'until');
  const told: Partial<Failure> = Object(Reflect.get(record, 'failure'));
  if (!isTime(until) || until <= now.getTime() || !isCode(told.code)) return null;
  const { retryAfter = null } = told;
  return failure(told.code, {
    ...told,
    retryAfter: retryAfter === null ? null : Math.min(retryAfter, Math.ceil(left / 1_000)),
  });
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isCode(code: unknown): code is FailureCode {
  return typeof code === 'string' && Object.hasOwn(catalogue, code);
}
