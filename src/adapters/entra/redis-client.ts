/** A client of ioredis for REDIS_URL, without anything that it would do by itself: no queue, no second attempt, no return. */

import type { SecureContext } from 'node:tls';
import type { Redis } from 'ioredis';
import type { RedactedSecret } from '../../domain/credential.ts';

/** Milliseconds until a connection that does not close in order is cut. */
const CUT_AFTER = 100;

/**
 * Makes clients, each for one connection.
 *
 * @param trust whom `rediss://` trusts
 */
export async function redisClients(url: RedactedSecret, trust: SecureContext): Promise<() => Redis> {
  // Loaded only where a Redis is configured.
  const { Redis } = await import('ioredis');
  const { protocol, hostname, port, username, password, pathname } = new URL(url.reveal());
  return () =>
    new Redis({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port || '6379'),
      db: Number(pathname.slice(1) || '0'),
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: { secureContext: trust } }),
      // As every version of Redis speaks it.
      protocol: 2,
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      // Asks for INFO, which not every user may; that it is loading its data shows with the first command.
      enableReadyCheck: false,
      disableClientInfo: true,
      disconnectTimeout: CUT_AFTER,
    });
}
