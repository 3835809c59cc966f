/** Tokens from a real token endpoint over HTTPS: asked for once, renewed in time, kept through an outage, dropped when refused. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { describe, test } from 'node:test';
import { EntraAccessTokens } from '../../../src/adapters/entra/access-tokens.ts';
import { requestToken } from '../../../src/adapters/entra/client-credentials.ts';
import { trustContext } from '../../../src/adapters/trust.ts';
import { Secret } from '../../../src/config/secret.ts';
import type { ClientSecret } from '../../../src/domain/credential.ts';
import type { Tenant } from '../../../src/domain/routing.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { recordingEvents } from '../../events.ts';
import { failureOf } from '../../failure-of.ts';

const MINUTE = 60_000;

function tenantOf(sandbox: Sandbox): Tenant {
  const { tenantId, clientId, authorityHost, scope, smtpHost, smtpPort } = sandbox;
  return { name: 'contoso', tenantId, clientId, authorityHost, scope, smtpHost, smtpPort };
}

function trustOf(sandbox: Sandbox) {
  return trustContext([readFileSync(sandbox.caFile, 'utf8')]);
}

function secretOf(text: string): ClientSecret {
  return { kind: 'client-secret', secret: new Secret(text) };
}

/** Tokens of a sandbox, and a clock to move. */
function tokensOf(sandbox: Sandbox, secret = sandbox.clientSecret) {
  const time = { ahead: 0 };
  const { events, told } = recordingEvents();
  const tokens = new EntraAccessTokens({
    credentials: new Map([['contoso', [secretOf(secret)]]]),
    trust: trustOf(sandbox),
    clock: { now: () => new Date(Date.now() + time.ahead) },
    events,
  });
  return { tokens, time, told, tenant: tenantOf(sandbox) };
}

describe('access tokens', () => {
  test('are asked for once, however many want one at the same time', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, told } = tokensOf(sandbox);
    const acquired = await Promise.all(Array.from({ length: 50 }, () => tokens.acquire(tenant)));
    assert.equal(new Set(acquired.map(({ value }) => value)).size, 1);
    assert.equal(sandbox.counts.tokenRequests, 1);
    assert.equal(told('tokenAcquired').length, 1);
    tokens.close();
  });

  test('come with the claims that remedies need', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant } = tokensOf(sandbox);
    const { claims, expiresAt } = await tokens.acquire(tenant);
    assert.equal(claims?.audience, 'https://outlook.office365.com');
    assert.deepEqual(claims?.roles, ['SMTP.SendAsApp']);
    assert.equal(claims?.appId, sandbox.clientId);
    assert.equal(claims?.tenantId, sandbox.tenantId);
    assert.match(claims?.objectId ?? '', /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(expiresAt.getTime() - Date.now() - 3_599_000) < 5_000);
    tokens.close();
  });

  test('are kept until ten minutes before they expire, and then renewed', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    time.ahead = 49 * MINUTE;
    assert.equal(await tokens.acquire(tenant), first);
    time.ahead = 50 * MINUTE;
    assert.notEqual(await tokens.acquire(tenant), first);
    assert.equal(sandbox.counts.tokenRequests, 2);
    tokens.close();
  });

  test('serve while they are valid when they cannot be renewed, and not after', async () => {
    const sandbox = await startSandbox();
    const { tokens, tenant, time } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    await sandbox.close();
    time.ahead = 55 * MINUTE;
    assert.equal(await tokens.acquire(tenant), first);
    time.ahead = 60 * MINUTE;
    const failure = await failureOf(tokens.acquire(tenant));
    assert.equal(failure.stage, 'token');
    assert.match(failure.code, /^connection-(refused|reset)$/);
    tokens.close();
  });

  test('that the server refused are asked for anew once they are five minutes old', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant, time } = tokensOf(sandbox);
    const first = await tokens.acquire(tenant);
    assert.equal(await tokens.replace(tenant, first), null);
    time.ahead = 6 * MINUTE;
    const second = await tokens.replace(tenant, first);
    assert.ok(second && second !== first);
    assert.equal(await tokens.replace(tenant, first), second);
    assert.equal(await tokens.acquire(tenant), second);
    tokens.close();
  });

  test('are asked for again at once after a refusal: nothing below waits by itself', async () => {
    await using sandbox = await startSandbox({ tokenFault: 'entra-transient-error' });
    const { tokens, tenant } = tokensOf(sandbox);
    const first = await failureOf(tokens.acquire(tenant));
    const second = await failureOf(tokens.acquire(tenant));
    assert.equal(first.code, 'entra-transient-error');
    assert.equal(first.entra?.code, 'AADSTS90033');
    assert.equal(second.entra?.code, 'AADSTS90033');
    assert.ok((first.retryAfter ?? 0) > 0, 'Retry-After is kept');
    assert.notEqual(first.entra?.traceId, second.entra?.traceId);
    tokens.close();
  });

  test('are refused with the words of Entra, which hold no secret', async () => {
    await using sandbox = await startSandbox();
    const secret = randomUUID();
    const { tokens, tenant } = tokensOf(sandbox, secret);
    const failure = await failureOf(tokens.acquire(tenant));
    assert.equal(failure.code, 'entra-client-secret-invalid');
    assert.equal(failure.entra?.error, 'invalid_client');
    assert.equal(failure.entra?.code, 'AADSTS7000215');
    assert.match(failure.entra?.description ?? '', /^AADSTS7000215: [^\r\n]+$/);
    assert.ok(failure.entra?.traceId && failure.entra.correlationId && failure.entra.timestamp);
    assert.equal(JSON.stringify(failure).includes(secret), false);
    tokens.close();
  });
});

describe('a token request', () => {
  test('ends at its deadline', async () => {
    await using sandbox = await startSandbox({ tokenFault: 'connection-timeout' });
    const agent = new Agent({ secureContext: trustOf(sandbox) });
    const use = { agent, clock: { now: () => new Date() }, deadline: 40 };
    const failure = await failureOf(requestToken(tenantOf(sandbox), secretOf(sandbox.clientSecret), use));
    assert.equal(failure.code, 'connection-timeout');
    assert.equal(failure.stage, 'token');
    assert.match(failure.detail ?? '', /No answer within 0\.04 seconds/);
    agent.destroy();
  });

  test('asks nobody but the token endpoint', async () => {
    await using sandbox = await startSandbox();
    const agent = new Agent({ secureContext: trustOf(sandbox) });
    const asked: string[] = [];
    const createConnection = agent.createConnection.bind(agent);
    agent.createConnection = (options, callback) => {
      asked.push(`${Reflect.get(options, 'host')}:${Reflect.get(options, 'port')}`);
      return createConnection(options, callback);
    };
    const use = { agent, clock: { now: () => new Date() }, deadline: 5_000 };
    await requestToken(tenantOf(sandbox), secretOf(sandbox.clientSecret), use);
    assert.deepEqual(asked, [new URL(sandbox.authorityHost).host]);
    agent.destroy();
  });

  test('takes an HTML page for trouble upstream', async () => {
    await using sandbox = await startSandbox({ tokenFault: 'entra-unavailable-page' });
    const agent = new Agent({ secureContext: trustOf(sandbox) });
    const use = { agent, clock: { now: () => new Date() }, deadline: 5_000 };
    const failure = await failureOf(requestToken(tenantOf(sandbox), secretOf(sandbox.clientSecret), use));
    assert.equal(failure.code, 'entra-transient-error');
    assert.equal(failure.entra, null);
    assert.match(failure.detail ?? '', /HTTP 503 without an OAuth error/);
    agent.destroy();
  });
});
