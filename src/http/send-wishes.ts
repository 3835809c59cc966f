/** What a caller of POST /send wishes besides its message, in headers and query. All of it is judged before the body is read; what cannot be honoured is refused by name. */

import type { FastifyRequest } from 'fastify';
import { FailureError, type FieldError, failure, inWords } from '../domain/failure.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { type Preferences, readPreferences } from './prefer.ts';
import { unknownParameters } from './query.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of POST /send, once they are read. */
    wishes: SendWishes | null;
  }
}

export interface SendWishes extends Preferences {
  /** The idempotency key; null when there is none. */
  readonly key: string | null;
}

/**
 * The wishes of a request, read once.
 *
 * @throws FailureError `invalid-request`, naming each header and parameter
 */
export function wishesOf(request: FastifyRequest): SendWishes {
  request.wishes ??= readWishes(request);
  return request.wishes;
}

function readWishes({ headers, query }: FastifyRequest): SendWishes {
  const key = readIdempotencyKey(headers['idempotency-key']);
  const preferences = readPreferences(headers.prefer?.toString());
  const unknown = unknownParameters(query);
  if (!isMistake(key) && !isMistake(preferences) && unknown.length === 0) return { ...preferences, key };
  const errors: FieldError[] = [
    ...(isMistake(key) ? [{ field: 'Idempotency-Key', message: key.mistake }] : []),
    ...(isMistake(preferences) ? [{ field: 'Prefer', message: preferences.mistake }] : []),
    ...unknown,
  ];
  throw new FailureError(failure('invalid-request', { detail: inWords(errors), errors }));
}

function isMistake(read: unknown): read is { readonly mistake: string } {
  return typeof read === 'object' && read !== null && 'mistake' in read;
}
