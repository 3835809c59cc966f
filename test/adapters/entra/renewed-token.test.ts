/** A token is renewed while nobody waits, serves through every trouble of Entra ID while it is valid, and is replaced when it is refused. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { failureOf } from '../../failure-of.ts';
import { MINUTE, secretOf, tenantOf, tokensOf } from './sandbox-tokens.ts';

const SECOND = 1_000;
/** A token of the sandbox lives one second less than an hour. */
const LIFE = 60 * MINUTE - SECOND;

describe('a token that will expire soon', () => {
  test('is renewed from ten minutes before, while it serves', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time, settled } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    time.ahead = LIFE - 11 * MINUTE;
    assert.equal(await tokens.acquire(tenant), first);
    assert.equal(sandbox.counts.tokenRequests, 1);
    time.ahead = LIFE - 10 * MINUTE;
    const renewed = settled();
    assert.equal(await tokens.acquire(tenant), first);
    await renewed;
    const second = await tokens.acquire(tenant);
    assert.notEqual(second.value, first.value);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('holds up nobody when Entra ID is slow or silent', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time, told } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    sandbox.entra.behave({ fault: 'connection-timeout' });
    time.ahead = LIFE - 5 * MINUTE;
    for (let send = 0; send < 100; send += 1) assert.equal(await tokens.acquire(tenant), first);
    assert.deepEqual(told('tokenRequestFailed'), []);
    tokens.close();
  });

  test('is waited for when less than a minute is left', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    time.ahead = LIFE - 50 * SECOND;
    assert.notEqual((await tokens.acquire(tenant)).value, first.value);
  });

  test('serves to its last second when it cannot be renewed, and not after', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time, told } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    sandbox.entra.behave({ fault: 'connection-reset' });
    time.ahead = LIFE - 20 * SECOND;
    assert.equal(await tokens.acquire(tenant), first);
    const [failed] = told('tokenRequestFailed');
    assert.equal(failed?.failure.code, 'connection-reset');
    assert.equal(failed?.validUntil, first.expiresAt);
    time.ahead = LIFE + SECOND;
    assert.equal((await failureOf(tokens.acquire(tenant))).code, 'connection-reset');
    assert.equal(told('tokenRequestFailed')[1]?.validUntil, null);
  });

  test('is renewed again half a minute after a renewal failed, not earlier', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time, settled } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    sandbox.entra.behave({ fault: 'entra-transient-error', retryAfter: null });
    time.ahead = LIFE - 8 * MINUTE;
    const failed = settled();
    assert.equal(await tokens.acquire(tenant), first);
    await failed;
    time.ahead += 25 * SECOND;
    await tokens.acquire(tenant);
    assert.equal(sandbox.counts.tokenRequests, 2);
    sandbox.entra.behave();
    time.ahead += 10 * SECOND;
    const renewed = settled();
    await tokens.acquire(tenant);
    await renewed;
    assert.equal(sandbox.counts.tokenRequests, 3);
  });

  test('is renewed for a tenant that is said to be in use', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time, settled } = tokensOf(sandbox);
    tokens.keepFresh(tenant);
    const first = await tokens.acquire(tenant);
    tokens.keepFresh(tenant);
    assert.equal(sandbox.counts.tokenRequests, 1);
    time.ahead = LIFE - 9 * MINUTE;
    const renewed = settled();
    tokens.keepFresh(tenant);
    tokens.keepFresh(tenant);
    await renewed;
    assert.notEqual((await tokens.acquire(tenant)).value, first.value);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('of a short life is renewed in the middle of it, not all the time', async () => {
    await using sandbox = await startSandbox();
    sandbox.entra.behave({ tokenLifetime: 300 });
    const { tokens, tenant, time, settled } = tokensOf(sandbox);
    await tokens.acquire(tenant);
    time.ahead = 100 * SECOND;
    await tokens.acquire(tenant);
    assert.equal(sandbox.counts.tokenRequests, 1);
    time.ahead = 160 * SECOND;
    const renewed = settled();
    await tokens.acquire(tenant);
    await renewed;
    assert.equal(sandbox.counts.tokenRequests, 2);
  });
});

describe('Retry-After', () => {
  for (const fault of ['entra-tenant-throttled', 'entra-transient-error', 'entra-unavailable-page'] as const) {
    test(`of ${fault} is kept: until then the same failure is the answer, at once`, async () => {
      await using sandbox = await startSandbox();
      const { tokens, tenant, time, told } = tokensOf(sandbox);
      sandbox.entra.behave({ fault, retryAfter: 120 });
      const first = await failureOf(tokens.acquire(tenant));
      assert.equal(first.retryAfter, 120);
      time.ahead = 100 * SECOND;
      const second = await failureOf(tokens.acquire(tenant));
      assert.deepEqual({ ...second, retryAfter: 120 }, first);
      assert.ok((second.retryAfter ?? 0) <= 20 && (second.retryAfter ?? 0) >= 10, String(second.retryAfter));
      assert.equal(sandbox.counts.tokenRequests, 1);
      assert.equal(told('tokenRequestFailed').length, 1);
      sandbox.entra.behave();
      time.ahead = 121 * SECOND;
      assert.ok(await tokens.acquire(tenant));
    });
  }

  test('is kept also while a token serves, and nobody is held up', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time, settled } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    sandbox.entra.behave({ fault: 'entra-tenant-throttled', retryAfter: 300 });
    time.ahead = LIFE - 5 * MINUTE;
    const failed = settled();
    assert.equal(await tokens.acquire(tenant), first);
    await failed;
    time.ahead = LIFE - 30 * SECOND;
    assert.equal(await tokens.acquire(tenant), first);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('that is a date is kept as well, and one beyond an hour for an hour', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant } = tokensOf(sandbox);
    const retryAfter = new Date(Date.now() + 90 * SECOND).toUTCString();
    sandbox.entra.behave({ fault: 'entra-tenant-throttled', retryAfter });
    const seconds = (await failureOf(tokens.acquire(tenant))).retryAfter ?? 0;
    assert.ok(seconds > 85 && seconds <= 90, String(seconds));
    const other = tokensOf(sandbox);
    sandbox.entra.behave({ fault: 'entra-tenant-throttled', retryAfter: 86_400 });
    assert.equal((await failureOf(other.tokens.acquire(tenant))).retryAfter, 3600);
    assert.equal((await failureOf(tokens.acquire(tenant))).code, 'entra-tenant-throttled');
  });

  test('holds for its own tenant alone', async () => {
    await using sandbox = await startSandbox({ tenants: [{}, {}] });
    const { tokens, tenant } = tokensOf(sandbox);
    sandbox.entra.behave({ fault: 'entra-tenant-throttled', tenant: tenant.tenantId });
    assert.equal((await failureOf(tokens.acquire(tenant))).code, 'entra-tenant-throttled');
    assert.ok(await tokens.acquire(tenantOf(sandbox, sandbox.tenants[1])));
  });

  test('when absent lets the next caller ask again at once', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant } = tokensOf(sandbox);
    sandbox.entra.behave({ fault: 'entra-transient-error', retryAfter: null });
    const first = await failureOf(tokens.acquire(tenant));
    const second = await failureOf(tokens.acquire(tenant));
    assert.equal(first.entra?.code, 'AADSTS90033');
    assert.equal(first.retryAfter, null);
    assert.notEqual(first.entra?.traceId, second.entra?.traceId);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });
});

describe('a refusal for good', () => {
  test('is the answer to all who ask within five seconds, and then Entra ID is asked again', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time } = tokensOf(sandbox, { credentials: [secretOf(randomUUID())] });
    const first = await failureOf(tokens.acquire(tenant));
    time.ahead = 3 * SECOND;
    for (let send = 0; send < 10; send += 1) assert.deepEqual(await failureOf(tokens.acquire(tenant)), first);
    assert.equal(first.retryAfter, null);
    assert.equal(sandbox.counts.tokenRequests, 1);
    time.ahead = 6 * SECOND;
    assert.equal((await failureOf(tokens.acquire(tenant))).code, first.code);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('is forgotten when an operator says that its cause is gone', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant } = tokensOf(sandbox, { credentials: [secretOf(randomUUID())] });
    await failureOf(tokens.acquire(tenant));
    tokens.askAnew(tenant);
    await failureOf(tokens.acquire(tenant));
    assert.equal(sandbox.counts.tokenRequests, 2);
  });
});

describe('a token that the server refused', () => {
  test('is replaced once it is five minutes old, by one request however many ask', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    time.ahead = 6 * MINUTE;
    const replaced = await Promise.all(Array.from({ length: 500 }, () => tokens.replace(tenant, first)));
    const [second] = replaced;
    assert.ok(second && second.value !== first.value);
    assert.deepEqual(new Set(replaced), new Set([second]));
    assert.equal(sandbox.counts.tokenRequests, 2);
    assert.equal(await tokens.replace(tenant, first), second);
    assert.equal(await tokens.acquire(tenant), second);
  });

  test('serves everybody else until the new one is there', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    sandbox.entra.behave({ delay: 40 });
    time.ahead = 6 * MINUTE;
    const replacing = tokens.replace(tenant, first);
    assert.equal(await tokens.acquire(tenant), first);
    assert.equal(await tokens.acquire(tenant), first);
    assert.equal(await tokens.acquire(tenant), first);
    assert.equal((await tokens.acquire(tenant)) === (await replacing), false);
    assert.equal(await tokens.acquire(tenant), await replacing);
  });

  test('is not replaced while it is fresh: the refusal is a fact about the mailbox', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    time.ahead = 5 * MINUTE - SECOND;
    assert.equal(await tokens.replace(tenant, first), null);
    assert.equal(sandbox.counts.tokenRequests, 1);
  });

  test('is not replaced twice in ten minutes, nor after a replacement that failed', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    sandbox.entra.behave({ fault: 'connection-reset' });
    time.ahead = 6 * MINUTE;
    assert.equal(await tokens.replace(tenant, first), null);
    sandbox.entra.behave();
    time.ahead = 15 * MINUTE;
    assert.equal(await tokens.replace(tenant, first), null);
    assert.equal(sandbox.counts.tokenRequests, 2);
    time.ahead = 17 * MINUTE;
    assert.ok(await tokens.replace(tenant, first));
    assert.equal(sandbox.counts.tokenRequests, 3);
  });

  test('is not asked for anew before Retry-After', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time, settled } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    sandbox.entra.behave({ fault: 'entra-tenant-throttled', retryAfter: 300 });
    time.ahead = LIFE - 9 * MINUTE;
    const failed = settled();
    tokens.keepFresh(tenant);
    await failed;
    assert.equal(await tokens.replace(tenant, first), null);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });
});
