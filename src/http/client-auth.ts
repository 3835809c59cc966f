/** Who is calling: `Authorization: Bearer` with an API key, known to the relay only by its SHA-256. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Client } from '../domain/client.ts';
import { FailureError, failure } from '../domain/failure.ts';

/**
 * Finds the client a request comes from.
 *
 * @param authorization the header as received
 * @throws FailureError `unauthenticated`, saying which part of the header is wrong, never why a key does not match
 */
export function authenticate(authorization: string | undefined, clients: readonly Client[]): Client {
  if (authorization === undefined) throw refused('The request has no Authorization header.');
  const key = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1];
  if (key === undefined) throw refused('The Authorization header is not of the form "Bearer <API key>".');
  const digest = createHash('sha256').update(key).digest();
  const client = clients.find(({ keySha256 }) =>
    keySha256.some((known) => timingSafeEqual(Buffer.from(known, 'hex'), digest)),
  );
  if (!client) throw refused('The API key in the Authorization header is not one of this relay.');
  return client;
}

/** The client of a request on a route that nobody else reaches. */
export function clientOf({ client }: Pick<FastifyRequest, 'client'>): Client {
  if (!client) throw new Error('The route is reached without authentication');
  return client;
}

function refused(detail: string): FailureError {
  return new FailureError(
    failure('unauthenticated', { detail, errors: [{ field: 'Authorization', message: detail }] }),
  );
}
