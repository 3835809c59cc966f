/** Whatever happens to Redis, sends go on: it is told once that it is away and why, once that it is back, and tokens are shared again. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openRedisTokenCache } from '../../../src/adapters/entra/token-cache-redis.ts';
import { trustContext } from '../../../src/adapters/trust.ts';
import { Secret } from '../../../src/config/secret.ts';
import { createCertificateAuthority } from '../../../src/sandbox/certificates.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { RedisServer, withoutRedis } from '../../redis-server.ts';
import { onlookerOf, type Replica, replicaOn } from './redis-tokens.ts';
import { MINUTE } from './sandbox-tokens.ts';
import { newOwner, newToken } from './token-cache-contract.ts';

/** As docs/tokens.md has it. */
const ALLOWED = ['~exo-relay:token:*', '+@read', '+@write', '+@connection', '+eval'];

const causesOf = ({ cacheEvents }: Replica) => cacheEvents.told('tokenCacheLost').map(({ cause }) => cause);

/** Gets a token of its own for each call, by the clock. */
async function sends({ tokens, tenant, time }: Replica): Promise<void> {
  time.ahead += 61 * MINUTE;
  assert.ok(await tokens.acquire(tenant));
}

describe('a Redis that is away', () => {
  test('at the start holds up nobody, and is told once', async () => {
    await using sandbox = await startSandbox();
    await using replica = await replicaOn('redis://127.0.0.1:1', sandbox);
    for (let send = 0; send < 5; send += 1) await sends(replica);
    await replica.toldCache('tokenCacheLost');
    assert.equal(sandbox.counts.tokenRequests, 5);
    assert.deepEqual(causesOf(replica), ['nobody listens there (connect ECONNREFUSED 127.0.0.1:1)']);
    assert.deepEqual(replica.cacheEvents.told('tokenCacheRecovered'), []);
  });

  test('under a name that DNS does not know is told so', async () => {
    await using sandbox = await startSandbox();
    await using replica = await replicaOn('redis://redis.invalid', sandbox);
    await sends(replica);
    await replica.toldCache('tokenCacheLost');
    assert.match(causesOf(replica)[0] ?? '', /^its name .* \(getaddrinfo /);
  });

  test('behind something that takes connections and says nothing is waited for half a second, once', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket));
    const port = await new Promise<number>((resolve) =>
      silent.listen(0, '127.0.0.1', () => resolve(Reflect.get(Object(silent.address()), 'port'))),
    );
    await using sandbox = await startSandbox();
    await using replica = await replicaOn(`redis://127.0.0.1:${port}`, sandbox);
    for (let send = 0; send < 3; send += 1) await sends(replica);
    assert.equal(sandbox.counts.tokenRequests, 3);
    await replica.toldCache('tokenCacheLost');
    assert.deepEqual(causesOf(replica), ['no answer within 2 seconds']);
    await replica.tokens.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});

describe('a Redis', { skip: withoutRedis }, () => {
  test('that is killed and started again is shared again', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await startSandbox();
    await using replica = await replicaOn(redis.url, sandbox);
    await sends(replica);
    await redis.kill();
    for (let send = 0; send < 3; send += 1) await sends(replica);
    await replica.toldCache('tokenCacheLost');
    await redis.restart();
    await replica.toldCache('tokenCacheRecovered');
    await sends(replica);
    await using other = await replicaOn(redis.url, sandbox, { time: replica.time });
    await other.tokens.acquire(other.tenant);
    assert.equal(sandbox.counts.tokenRequests, 5);
    assert.equal(causesOf(replica).length, 1);
    assert.equal(replica.cacheEvents.told('tokenCacheRecovered').length, 1);
  });

  test('that is held still is away after the first command, and back when it goes on', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await startSandbox();
    await using replica = await replicaOn(redis.url, sandbox);
    await sends(replica);
    redis.pause();
    for (let send = 0; send < 3; send += 1) await sends(replica);
    assert.deepEqual(causesOf(replica), ['no answer within 0.5 seconds']);
    redis.resume();
    await replica.toldCache('tokenCacheRecovered');
    await sends(replica);
    assert.equal(causesOf(replica).length, 1);
  });

  test('that closes an idle connection is not away', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await startSandbox();
    await using replica = await replicaOn(redis.url, sandbox);
    await sends(replica);
    await using onlooker = await onlookerOf(redis.url);
    const opened = performance.now();
    while (performance.now() - opened < 1_100) await new Promise((resolve) => setTimeout(resolve, 50));
    await onlooker.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await sends(replica);
    await using other = await replicaOn(redis.url, sandbox, { time: replica.time });
    await other.tokens.acquire(other.tenant);
    assert.equal(sandbox.counts.tokenRequests, 2);
    assert.deepEqual(causesOf(replica), []);
  });

  for (const [what, lose, mend, cause] of [
    ['whose memory is full', ['SET', 'maxmemory', '1'], ['SET', 'maxmemory', '0'], /^its memory is full \(OOM /],
    [
      'that has become a replica',
      ['127.0.0.1', '1'],
      ['NO', 'ONE'],
      /^it is a replica and takes no writes \(READONLY /,
    ],
  ] as const) {
    test(`${what} is away until that is mended`, async () => {
      await using redis = await RedisServer.start();
      await using sandbox = await startSandbox();
      await using replica = await replicaOn(redis.url, sandbox);
      await using onlooker = await onlookerOf(redis.url);
      await sends(replica);
      const command = lose.length === 3 ? 'config' : 'replicaof';
      await onlooker.call(command, ...lose);
      for (let send = 0; send < 3; send += 1) await sends(replica);
      assert.equal(causesOf(replica).length, 1);
      assert.match(causesOf(replica)[0] ?? '', cause);
      await onlooker.call(command, ...mend);
      await replica.toldCache('tokenCacheRecovered');
      await sends(replica);
      assert.equal(causesOf(replica).length, 1);
    });
  }

  test('that is loading its data is away until it has', async () => {
    await using redis = await RedisServer.start({
      options: ['--save', '', '--appendonly', 'no', '--enable-debug-command', 'yes'],
    });
    {
      await using onlooker = await onlookerOf(redis.url);
      await onlooker.call('DEBUG', 'POPULATE', '3000');
      await onlooker.save();
    }
    await redis.kill();
    await using sandbox = await startSandbox();
    const loaded = redis.restart(['--key-load-delay', '500', '--loading-process-events-interval-bytes', '1024']);
    await listeningOn(redis.port);
    await using replica = await replicaOn(redis.url, sandbox);
    await sends(replica);
    await replica.toldCache('tokenCacheLost');
    assert.match(causesOf(replica)[0] ?? '', /^it is still loading its data \(LOADING /);
    await loaded;
    await replica.toldCache('tokenCacheRecovered');
    await sends(replica);
    assert.equal(causesOf(replica).length, 1);
  });

  test('that asks for a password is told by what is wrong with it, and used with the right one', async () => {
    const password = randomUUID();
    await using redis = await RedisServer.start({ password });
    await using sandbox = await startSandbox();
    await using without = await replicaOn(`redis://127.0.0.1:${redis.port}`, sandbox);
    await using wrong = await replicaOn(redis.url.replace(password, randomUUID()), sandbox);
    await using right = await replicaOn(redis.url, sandbox);
    for (const replica of [without, wrong, right]) await sends(replica);
    await Promise.all([without, wrong].map(({ toldCache }) => toldCache('tokenCacheLost')));
    assert.match(causesOf(without)[0] ?? '', /^it asks for a password, and REDIS_URL has none \(NOAUTH /);
    assert.match(causesOf(wrong)[0] ?? '', /^it refuses the user and password of REDIS_URL \(WRONGPASS /);
    assert.deepEqual(causesOf(right), []);
  });

  test('whose user may not run scripts is away from the start, and not now and then', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await startSandbox();
    await using onlooker = await onlookerOf(redis.url);
    const password = randomUUID();
    await onlooker.call('ACL', 'SETUSER', 'relay', 'on', `>${password}`, '~*', '+@all', '-eval');
    await using replica = await replicaOn(redis.url.replace('//', `//relay:${password}@`), sandbox);
    await sends(replica);
    await replica.toldCache('tokenCacheLost');
    assert.match(causesOf(replica)[0] ?? '', /^the user of REDIS_URL may not use .* \(NOPERM /);
    await onlooker.call('ACL', 'SETUSER', 'relay', '+eval');
    await replica.toldCache('tokenCacheRecovered');
  });

  test('keeps a database and a user with a password of odd characters', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await startSandbox();
    await using onlooker = await onlookerOf(redis.url);
    await onlooker.call('ACL', 'SETUSER', 'relay@erp', 'on', '>p@ss/#?%', ...ALLOWED);
    const url = `${redis.url.replace('//', `//${encodeURIComponent('relay@erp')}:${encodeURIComponent('p@ss/#?%')}@`)}/3`;
    await using replica = await replicaOn(url, sandbox);
    await sends(replica);
    await onlooker.select(3);
    assert.equal((await onlooker.keys('exo-relay:token:v1:*:entry')).length, 1);
    assert.deepEqual(causesOf(replica), []);
  });

  test('is spoken to over TLS with those that are trusted, and with no others', async () => {
    const authority = await createCertificateAuthority();
    const { cert, key } = await authority.issue('valid');
    const folder = mkdtempSync(join(tmpdir(), 'exo-relay-redis-tls-'));
    const tls = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    writeFileSync(tls.certificate, cert);
    writeFileSync(tls.key, key);
    await using redis = await RedisServer.start({ tls, options: ['--tls-ca-cert-file', tls.certificate] });
    const url = redis.url.replace('127.0.0.1', 'localhost');
    await using sandbox = await startSandbox();
    await using stranger = await replicaOn(url, sandbox);
    await sends(stranger);
    await stranger.toldCache('tokenCacheLost');
    assert.match(causesOf(stranger)[0] ?? '', /certificate/);
    const { events, told } = stranger.cacheEvents;
    const before = told('tokenCacheLost').length;
    const cache = await openRedisTokenCache({
      url: new Secret(url),
      cacheKey: null,
      trust: trustContext([authority.certificate]),
      patience: 1_000,
      clock: { now: () => new Date() },
      events,
    });
    const [owner, token] = [newOwner(), newToken()];
    const nothing = { insteadOf: null, isForced: false };
    await cache.token(owner, nothing, async () => token);
    const found = await cache.token(owner, nothing, () => assert.fail('it was asked for'));
    assert.equal(found.value, token.value);
    assert.equal(told('tokenCacheLost').length, before);
    await cache.close();
    rmSync(folder, { recursive: true });
  });
});

async function listeningOn(port: number): Promise<void> {
  const { connect } = await import('node:net');
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.unref();
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
