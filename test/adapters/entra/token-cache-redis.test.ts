/** Replicas over one Redis ask Entra ID once together, whatever becomes of one of them, and leave nothing readable behind. */

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { placeOf } from '../../../src/adapters/entra/token-place.ts';
import { openToken } from '../../../src/adapters/entra/token-records.ts';
import { Secret } from '../../../src/config/secret.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { failureOf } from '../../failure-of.ts';
import { RedisServer, withoutRedis } from '../../redis-server.ts';
import { onlookerOf, replicaOn } from './redis-tokens.ts';
import { MINUTE, secretOf } from './sandbox-tokens.ts';

const SECOND = 1_000;
/** A token of the sandbox lives one second less than an hour. */
const LIFE = 60 * MINUTE - SECOND;

describe('replicas that share a Redis', { skip: withoutRedis }, () => {
  let redis: RedisServer;
  before(async () => {
    redis = await RedisServer.start();
  });
  after(async () => {
    await redis[Symbol.asyncDispose]();
  });

  test('ask once, however many want a token at the same time', async () => {
    await using sandbox = await startSandbox();
    sandbox.entra.behave({ delay: 40 });
    await using one = await replicaOn(redis.url, sandbox);
    await using two = await replicaOn(redis.url, sandbox);
    await using three = await replicaOn(redis.url, sandbox);
    const acquired = await Promise.all(
      [one, two, three].flatMap(({ tokens, tenant }) => Array.from({ length: 20 }, () => tokens.acquire(tenant))),
    );
    assert.equal(new Set(acquired.map(({ value }) => value)).size, 1);
    assert.equal(sandbox.counts.tokenRequests, 1);
    const sources = [one, two, three].flatMap(({ told }) => told('tokenServed').map(({ from }) => from));
    assert.deepEqual(
      [sources.filter((from) => from === 'entra').length, sources.filter((from) => from === 'redis').length],
      [20, 40],
    );
  });

  test('find the token of one that is gone, as it was', async () => {
    await using sandbox = await startSandbox();
    const one = await replicaOn(redis.url, sandbox);
    const first = await one.tokens.acquire(one.tenant);
    await one.tokens.close();
    await using two = await replicaOn(redis.url, sandbox);
    const second = await two.tokens.acquire(two.tenant);
    assert.equal(second.value, first.value);
    assert.deepEqual(second.claims, first.claims);
    const later = first.expiresAt.getTime() - second.expiresAt.getTime();
    assert.ok(later >= 0 && later < SECOND, String(later));
    await two.tokens.acquire(two.tenant);
    assert.deepEqual(
      two.told('tokenServed').map(({ from }) => from),
      ['redis', 'memory'],
    );
    assert.deepEqual(two.told('tokenAcquired'), []);
  });

  test('renew ahead of the expiry by one request, while the old token serves', async () => {
    await using sandbox = await startSandbox();
    const time = { ahead: 0 };
    await using one = await replicaOn(redis.url, sandbox, { time });
    await using two = await replicaOn(redis.url, sandbox, { time });
    const first = await one.tokens.acquire(one.tenant);
    await two.tokens.acquire(two.tenant);
    time.ahead = LIFE - 9 * MINUTE;
    const renewed = one.settled();
    assert.equal(await one.tokens.acquire(one.tenant), first);
    await renewed;
    assert.equal((await two.tokens.acquire(two.tenant)).value, first.value);
    const { value } = await until(
      () => one.tokens.acquire(one.tenant),
      (token) => token.value !== first.value,
    );
    await until(
      () => two.tokens.acquire(two.tenant),
      (token) => token.value === value,
    );
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('replace a refused token once in ten minutes between them', async () => {
    await using sandbox = await startSandbox();
    const time = { ahead: 0 };
    await using one = await replicaOn(redis.url, sandbox, { time });
    await using two = await replicaOn(redis.url, sandbox, { time });
    await using three = await replicaOn(redis.url, sandbox, { time });
    const old = await Promise.all([one, two, three].map(({ tokens, tenant }) => tokens.acquire(tenant)));
    time.ahead = 6 * MINUTE;
    const replaced = await Promise.all(
      [one, two].flatMap(({ tokens, tenant }, index) =>
        Array.from({ length: 250 }, () => tokens.replace(tenant, old[index] ?? assert.fail())),
      ),
    );
    assert.equal(sandbox.counts.tokenRequests, 2);
    assert.equal(new Set(replaced.map((token) => token?.value)).size, 1);
    assert.ok(replaced[0]);
    const third = await three.tokens.replace(three.tenant, old[2] ?? assert.fail());
    assert.equal(third?.value, replaced[0].value);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('do not replace one after the other what could not be replaced', async () => {
    await using sandbox = await startSandbox();
    const time = { ahead: 0 };
    await using one = await replicaOn(redis.url, sandbox, { time });
    await using two = await replicaOn(redis.url, sandbox, { time });
    const [first, second] = [await one.tokens.acquire(one.tenant), await two.tokens.acquire(two.tenant)];
    sandbox.entra.behave({ fault: 'connection-reset' });
    time.ahead = 6 * MINUTE;
    assert.equal(await one.tokens.replace(one.tenant, first), null);
    assert.equal(await two.tokens.replace(two.tenant, second), null);
    assert.equal(await two.tokens.acquire(two.tenant), second);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('tell each other of Retry-After, and of a credential that is refused', async () => {
    await using sandbox = await startSandbox();
    await using one = await replicaOn(redis.url, sandbox);
    await using two = await replicaOn(redis.url, sandbox);
    sandbox.entra.behave({ fault: 'entra-tenant-throttled', retryAfter: 120 });
    const first = await failureOf(one.tokens.acquire(one.tenant));
    const second = await failureOf(two.tokens.acquire(two.tenant));
    assert.ok((second.retryAfter ?? 0) > 110 && (second.retryAfter ?? 0) <= 120, String(second.retryAfter));
    assert.deepEqual({ ...second, retryAfter: 120 }, first);
    sandbox.entra.behave();
    const wrong = { credentials: [secretOf(randomUUID())] };
    await using three = await replicaOn(redis.url, sandbox, wrong);
    await using four = await replicaOn(redis.url, sandbox, wrong);
    const refused = await Promise.all(
      [three, four].flatMap(({ tokens, tenant }) => Array.from({ length: 5 }, () => failureOf(tokens.acquire(tenant)))),
    );
    assert.deepEqual(new Set(refused.map(({ code }) => code)), new Set(['entra-client-secret-invalid']));
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('each find their own way when the trouble may be that of one alone', async () => {
    await using sandbox = await startSandbox();
    await using one = await replicaOn(redis.url, sandbox);
    await using two = await replicaOn(redis.url, sandbox);
    sandbox.entra.behave({ fault: 'connection-reset' });
    assert.equal((await failureOf(one.tokens.acquire(one.tenant))).code, 'connection-reset');
    sandbox.entra.behave();
    assert.ok(await two.tokens.acquire(two.tenant));
  });

  test('of which one asks in vain take its place', async () => {
    await using sandbox = await startSandbox();
    await using one = await replicaOn(redis.url, sandbox);
    await using two = await replicaOn(redis.url, sandbox);
    sandbox.entra.behave({ fault: 'connection-timeout' });
    const inVain = failureOf(one.tokens.acquire(one.tenant));
    await until(
      async () => sandbox.counts.tokenRequests,
      (count) => count === 1,
    );
    const waiting = two.tokens.acquire(two.tenant);
    sandbox.entra.behave();
    await one.tokens.close();
    assert.equal((await inVain).code, 'shutting-down');
    assert.ok(await waiting);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('wait no longer than a lease for one that died', async () => {
    await using sandbox = await startSandbox();
    await using onlooker = await onlookerOf(redis.url);
    await using replica = await replicaOn(redis.url, sandbox);
    const { tokens, tenant } = replica;
    const { lease } = placeOf({ tenant, credential: secretOf(sandbox.clientSecret) }, null);
    await onlooker.set(lease, 'of one that died', 'PX', 200);
    assert.ok(await tokens.acquire(tenant));
    assert.equal(await onlooker.get(lease), null);
    assert.equal(sandbox.counts.tokenRequests, 1);
  });

  test('ask by themselves when another holds on longer than a request takes', async () => {
    await using sandbox = await startSandbox();
    await using onlooker = await onlookerOf(redis.url);
    await using replica = await replicaOn(redis.url, sandbox, { patience: 200 });
    const { tokens, tenant } = replica;
    const { lease } = placeOf({ tenant, credential: secretOf(sandbox.clientSecret) }, null);
    await onlooker.set(lease, 'of one that hangs', 'PX', 60_000);
    assert.ok(await tokens.acquire(tenant));
    assert.equal(await onlooker.get(lease), 'of one that hangs');
    await onlooker.del(lease);
  });

  test('keep a lease for as long as their request takes, and release none but their own', async () => {
    await using sandbox = await startSandbox();
    await using onlooker = await onlookerOf(redis.url);
    await using replica = await replicaOn(redis.url, sandbox);
    const { tokens, tenant } = replica;
    const { lease } = placeOf({ tenant, credential: secretOf(sandbox.clientSecret) }, null);
    sandbox.entra.behave({ delay: 40 });
    const acquiring = tokens.acquire(tenant);
    const owner = await until(
      () => onlooker.get(lease),
      (found) => found !== null,
    );
    assert.match(owner ?? '', /^[0-9a-f-]{36}$/);
    assert.ok((await onlooker.pttl(lease)) > 0);
    await onlooker.set(lease, 'of another');
    await acquiring;
    assert.equal(await onlooker.get(lease), 'of another');
    await onlooker.del(lease);
  });

  test('take an entry that is damaged, cut, foreign or of another version for none', async () => {
    await using sandbox = await startSandbox();
    await using onlooker = await onlookerOf(redis.url);
    const { entry } = placeOf(
      { tenant: (await replicaOf(redis.url, sandbox)).tenant, credential: secretOf(sandbox.clientSecret) },
      null,
    );
    const sealed = await onlooker.getBuffer(entry);
    assert.ok(sealed);
    const damaged = Buffer.from(sealed);
    damaged[40] = (damaged[40] ?? 0) ^ 1;
    const version = Buffer.from(sealed);
    version[0] = 2;
    let requests = 1;
    for (const bad of [damaged, sealed.subarray(0, 20), Buffer.alloc(0), version, randomBytes(900), 'list'] as const) {
      if (typeof bad === 'string') {
        await onlooker.del(entry);
        await onlooker.rpush(entry, bad);
        await onlooker.pexpire(entry, MINUTE);
      } else await onlooker.set(entry, bad, 'PX', MINUTE);
      const { cacheEvents } = await replicaOf(redis.url, sandbox);
      requests += 1;
      assert.equal(sandbox.counts.tokenRequests, requests);
      assert.deepEqual(cacheEvents.told('tokenCacheLost'), []);
    }
    await replicaOf(redis.url, sandbox);
    assert.equal(sandbox.counts.tokenRequests, requests);
  });

  test('let a token end with the token itself, and drop what is left of it', async () => {
    await using sandbox = await startSandbox();
    sandbox.entra.behave({ tokenLifetime: 300 });
    await using onlooker = await onlookerOf(redis.url);
    const { tenant } = await replicaOf(redis.url, sandbox);
    const { entry, lease } = placeOf({ tenant, credential: secretOf(sandbox.clientSecret) }, null);
    const left = await onlooker.pttl(entry);
    assert.ok(left > 290 * SECOND && left <= 300 * SECOND, String(left));
    assert.equal(await onlooker.exists(lease), 0);
  });

  test('find nothing under another credential, nor under another TOKEN_CACHE_KEY', async () => {
    await using sandbox = await startSandbox();
    const keys = [randomUUID(), randomUUID()];
    for (const cacheKey of [undefined, ...keys, keys[0]])
      await replicaOf(redis.url, sandbox, cacheKey === undefined ? {} : { cacheKey });
    assert.equal(sandbox.counts.tokenRequests, 4);
    const rotated = { credentials: [secretOf(randomUUID())] };
    await using replica = await replicaOn(redis.url, sandbox, rotated);
    assert.equal((await failureOf(replica.tokens.acquire(replica.tenant))).code, 'entra-client-secret-invalid');
  });

  test('leave neither token nor secret nor names readable in Redis', async () => {
    await using own = await RedisServer.start();
    await using sandbox = await startSandbox({ tenants: [{}, {}] });
    await using replica = await replicaOn(own.url, sandbox);
    const { tenant } = replica;
    const { value } = await replica.tokens.acquire(tenant);
    await using onlooker = await onlookerOf(own.url);
    const names = await onlooker.keys('*');
    const values = await Promise.all(names.map((name) => onlooker.getBuffer(name)));
    assert.ok(names.length > 0);
    const kept = Buffer.concat([Buffer.from(names.join('\n')), ...values.map((each) => each ?? Buffer.alloc(0))]);
    const texts = [value, ...value.split('.'), sandbox.clientSecret, tenant.tenantId, tenant.clientId, tenant.name];
    for (const text of texts.flatMap((each) => [each, each.slice(0, 12), each.slice(-12)]))
      for (const form of formsOf(text)) assert.equal(kept.includes(form), false, text);
    const [other] = sandbox.tenants.slice(1);
    const place = placeOf({ tenant, credential: secretOf(sandbox.clientSecret) }, null);
    const theirs = placeOf({ tenant, credential: secretOf(other?.clientSecret ?? '') }, null);
    const sealed = await onlooker.getBuffer(place.entry);
    assert.ok(sealed);
    assert.equal(openToken(sealed, place.seal, new Date(), MINUTE)?.value, value);
    assert.equal(openToken(sealed, theirs.seal, new Date(), MINUTE), null);
    const withKey = placeOf({ tenant, credential: secretOf(sandbox.clientSecret) }, new Secret(randomUUID()));
    assert.equal(openToken(sealed, withKey.seal, new Date(), MINUTE), null);
  });
});

/** A replica that got a token and was closed. */
async function replicaOf(...parameters: Parameters<typeof replicaOn>) {
  const replica = await replicaOn(...parameters);
  await replica.tokens.acquire(replica.tenant);
  await replica.tokens.close();
  return replica;
}

/** Looks again and again until what it sees is right. */
async function until<T>(look: () => Promise<T>, isRight: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function formsOf(text: string): Buffer[] {
  const plain = Buffer.from(text);
  // Base64 of a text within another begins at one of three places.
  const shifted = [0, 1, 2].map((skip) =>
    Buffer.from(
      plain
        .subarray(skip)
        .toString('base64')
        .replace(/.{4}=*$/, ''),
    ),
  );
  return [plain, Buffer.from(plain.toString('hex')), ...shifted].filter(({ length }) => length > 7);
}
