/** The contract of token caches, kept by each of them. */

import { after, before } from 'node:test';
import { noTokenCache } from '../../../src/adapters/entra/token-cache.ts';
import { openRedisTokenCache } from '../../../src/adapters/entra/token-cache-redis.ts';
import { trustContext } from '../../../src/adapters/trust.ts';
import { Secret } from '../../../src/config/secret.ts';
import { recordingEvents } from '../../events.ts';
import { RedisServer, withoutRedis } from '../../redis-server.ts';
import { tokenCacheContract } from './token-cache-contract.ts';

let redis: RedisServer | null = null;
before(async () => {
  if (withoutRedis === false) redis = await RedisServer.start();
});
after(async () => {
  await redis?.[Symbol.asyncDispose]();
});

const open = (url: string) =>
  openRedisTokenCache({
    url: new Secret(url),
    cacheKey: null,
    trust: trustContext([]),
    patience: 1_000,
    clock: { now: () => new Date() },
    events: recordingEvents().events,
  });

tokenCacheContract('none', async () => noTokenCache);
tokenCacheContract('in a Redis', () => open(redis?.url ?? ''), { skip: withoutRedis });
tokenCacheContract('in a Redis that is away', () => open('redis://127.0.0.1:1'));
