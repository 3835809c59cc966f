/** Settings of what several replicas of the relay share. */

import { readCacheKey } from './readers.ts';
import { readRedisUrl } from './redis-url.ts';
import type { SettingTable } from './setting.ts';

export const redisSettings = {
  REDIS_URL: {
    meaning:
      'Redis in which replicas share their access tokens, encrypted: "redis://" or, with TLS, "rediss://", perhaps a user and a password before an "@", ' +
      'a host, a port and a database, such as "rediss://relay:password@redis.contoso.com:6380/0". docs/tokens.md explains it.',
    form: 'secret',
    required: false,
    defaultInWords: 'none; each replica keeps its tokens in memory',
    example: '/run/secrets/redis-url',
    read: readRedisUrl,
  },
  TOKEN_CACHE_KEY: {
    meaning:
      'Secret under which tokens are encrypted in Redis, the same for all replicas, of at least 32 characters, best random. ' +
      "Without it each app's own client secret or private key serves, which is enough.",
    form: 'secret',
    required: false,
    together: 'REDIS_URL',
    defaultInWords: 'none',
    example: '/run/secrets/token-cache-key',
    read: readCacheKey,
  },
} as const satisfies SettingTable;
