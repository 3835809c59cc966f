/** Who is calling, and whether they may: `Authorization: Bearer` with an API key, known to the relay only by its SHA-256. */

import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Client, Scope } from '../domain/client.ts';
import { type Failure, FailureError, failure } from '../domain/failure.ts';

/** The API keys of all clients, found in the same time whether there are two or ten thousand. */
export class ClientKeys {
  /** By SHA-256 in hex, which a hash gives sooner than its bytes. */
  readonly #byDigest: ReadonlyMap<string, { readonly client: Client; readonly digest: Buffer }>;

  constructor(clients: readonly Client[]) {
    this.#byDigest = new Map(
      clients.flatMap((client) =>
        client.keySha256.map((hex) => [hex.toLowerCase(), { client, digest: Buffer.from(hex.toLowerCase()) }] as const),
      ),
    );
  }

  /** The client that a key belongs to. */
  clientOf(key: string): Client | null {
    const digest = hash('sha256', key, 'hex');
    // How long a map looks tells something of the digest at most, and nobody can choose a key by its SHA-256 to feel
    // their way through digests; so the place is found as usual, and the whole is compared in constant time.
    const found = this.#byDigest.get(digest);
    return found && timingSafeEqual(found.digest, Buffer.from(digest)) ? found.client : null;
  }
}

/**
 * Finds the client a request comes from.
 *
 * @param authorization the header as received
 * @throws FailureError `unauthenticated`, saying which part of the header is wrong, never why a key does not match
 */
export function authenticate(authorization: string | undefined, keys: ClientKeys, now: Date): Client {
  const client = keys.clientOf(presented(authorization, 'API key'));
  if (!client) throw refused('The API key in the Authorization header is not one of this relay.');
  if (client.expires && client.expires <= now) {
    throw refused(`The API key of client ${client.name} expired at ${client.expires.toISOString()}.`);
  }
  return client;
}

/**
 * Makes sure that a client may do what a route does.
 *
 * @param anyOf scopes, of which one is enough
 * @throws FailureError `forbidden-scope`, naming the scope that is missing and those there are
 */
export function requireScope(client: Client, ...anyOf: readonly Scope[]): void {
  if (!anyOf.some((scope) => client.scopes.includes(scope))) throw new FailureError(missingScope(client, anyOf));
}

/**
 * The failure of a client without a scope.
 *
 * @param what asks for it, as a sentence begins
 * @param field where the client asked for that
 */
export function missingScope(
  { name, scopes }: Client,
  anyOf: readonly Scope[],
  what = 'This route',
  field = 'Authorization',
): Failure {
  const has = scopes.length > 0 ? scopes.map((each) => `"${each}"`).join(', ') : 'none';
  const wanted = anyOf.map((each) => `"${each}"`).join(' or ');
  const detail = `${what} asks for the scope ${wanted}, which client ${name} does not have; its scopes: ${has}.`;
  return failure('forbidden-scope', { detail, errors: [{ field, message: detail }] });
}

/**
 * Makes sure that a request presents the token of METRICS_TOKEN.
 *
 * @param authorization the header as received
 * @param sha256 of the token, in hex
 * @throws FailureError `unauthenticated`
 */
export function requireToken(authorization: string | undefined, sha256: string): void {
  const digest = hash('sha256', presented(authorization, 'token'), 'buffer');
  if (!timingSafeEqual(digest, Buffer.from(sha256, 'hex'))) {
    throw refused('The token in the Authorization header is not the one that METRICS_TOKEN sets.');
  }
}

/** The client of a request on a route that nobody else reaches. */
export function clientOf({ client }: Pick<FastifyRequest, 'client'>): Client {
  if (!client) throw new Error('The route is reached without authentication');
  return client;
}

/** What a request brings as a bearer token (RFC 6750 §2.1). */
function presented(authorization: string | undefined, what: string): string {
  if (authorization === undefined) throw refused('The request has no Authorization header.');
  const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1];
  if (token === undefined) throw refused(`The Authorization header is not of the form "Bearer <${what}>".`);
  return token;
}

function refused(detail: string): FailureError {
  return new FailureError(
    failure('unauthenticated', { detail, errors: [{ field: 'Authorization', message: detail }] }),
  );
}
