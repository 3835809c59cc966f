/** Tokens from a real token endpoint over HTTPS: asked for once, each for its own tenant and app. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { failureOf } from '../../failure-of.ts';
import { MINUTE, tenantOf, tokensOf } from './sandbox-tokens.ts';

describe('access tokens', () => {
  test('are asked for once, however many want one at the same time', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, told } = tokensOf(sandbox);
    const acquired = await Promise.all(Array.from({ length: 50 }, () => tokens.acquire(tenant)));
    assert.equal(new Set(acquired.map(({ value }) => value)).size, 1);
    assert.equal(sandbox.counts.tokenRequests, 1);
    assert.equal(told('tokenAcquired').length, 1);
  });

  test('come with the claims that remedies need', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, told } = tokensOf(sandbox);
    const { claims, acquiredAt, expiresAt } = await tokens.acquire(tenant);
    assert.equal(claims?.audience, 'https://outlook.office365.com');
    assert.deepEqual(claims?.roles, ['SMTP.SendAsApp']);
    assert.equal(claims?.appId, sandbox.clientId);
    assert.equal(claims?.tenantId, sandbox.tenantId);
    assert.match(claims?.objectId ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(expiresAt.getTime() - acquiredAt.getTime(), 3_599_000);
    assert.deepEqual(told('tokenClaimsDiffer'), []);
  });

  test('are those of their own tenant, also when several tenants share one app', async () => {
    const clientId = randomUUID();
    await using sandbox = await startSandbox({ tenants: [{ clientId }, { clientId }] });
    const { tokens } = tokensOf(sandbox);
    const tenants = sandbox.tenants.map((tenant) => tenantOf(sandbox, tenant));
    const acquired = await Promise.all([...tenants, ...tenants].map((tenant) => tokens.acquire(tenant)));
    assert.deepEqual(
      acquired.map(({ claims }) => claims?.tenantId),
      [...tenants, ...tenants].map(({ tenantId }) => tenantId),
    );
    assert.equal(new Set(acquired.map(({ value }) => value)).size, 2);
    assert.deepEqual([...sandbox.counts.tokenRequestsByTenant.values()], [1, 1]);
  });

  test('are those of their own app and scope', async () => {
    const tenantId = randomUUID();
    await using sandbox = await startSandbox({ tenants: [{ tenantId }, { tenantId }] });
    const { tokens } = tokensOf(sandbox);
    const [one, other] = sandbox.tenants.map((tenant) => tenantOf(sandbox, tenant));
    assert.ok(one && other);
    const ofGraph = { ...one, scope: 'https://graph.microsoft.com/.default' };
    const acquired = await Promise.all([one, other, ofGraph].map((tenant) => tokens.acquire(tenant)));
    assert.deepEqual(
      acquired.map(({ claims }) => [claims?.appId, claims?.audience]),
      [
        [one.clientId, 'https://outlook.office365.com'],
        [other.clientId, 'https://outlook.office365.com'],
        [one.clientId, 'https://graph.microsoft.com'],
      ],
    );
  });

  test('with claims that Exchange Online may refuse are told of once, and used all the same', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time, told } = tokensOf(sandbox);
    const ofGraph = { ...tenant, scope: 'https://graph.microsoft.com/.default' };
    const first = await tokens.acquire(ofGraph);
    time.ahead = 60 * MINUTE;
    assert.notEqual(await tokens.acquire(ofGraph), first);
    const [differs, ...again] = told('tokenClaimsDiffer');
    assert.deepEqual(again, []);
    assert.equal(differs?.tenant, 'contoso.example');
    assert.match(differs?.findings.join(' ') ?? '', /carries no role and not SMTP\.SendAsApp: by design where RBAC/);
  });

  test('are refused with the words of Entra, which hold no secret', async () => {
    await using sandbox = await startSandbox();
    const secret = randomUUID();
    const { tokens, tenant, told } = tokensOf({
      ...sandbox,
      tenants: [{ ...sandbox, domain: 'contoso.example', clientSecret: secret }],
    });
    const failure = await failureOf(tokens.acquire(tenant));
    assert.equal(failure.code, 'entra-client-secret-invalid');
    assert.equal(failure.entra?.error, 'invalid_client');
    assert.equal(failure.entra?.code, 'AADSTS7000215');
    assert.match(failure.entra?.description ?? '', /^AADSTS7000215: [^\r\n]+$/);
    assert.ok(failure.entra?.traceId && failure.entra.correlationId && failure.entra.timestamp);
    assert.equal(JSON.stringify(failure).includes(secret), false);
    const [failed] = told('tokenRequestFailed');
    assert.equal(failed?.failure, failure);
    assert.equal(failed?.validUntil, null);
  });

  test('that are being asked for when the relay closes fail at once, and so do later ones', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time, told } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    time.ahead = 60 * MINUTE;
    sandbox.entra.behave({ fault: 'connection-timeout' });
    const waiting = failureOf(tokens.acquire(tenant));
    await new Promise(setImmediate);
    tokens.close();
    assert.equal((await waiting).code, 'shutting-down');
    assert.equal((await failureOf(tokens.acquire(tenant))).code, 'shutting-down');
    assert.deepEqual(told('tokenRequestFailed'), []);
    time.ahead = 0;
    assert.equal(await tokens.acquire(tenant), first);
  });
});
