/** Of several credentials of an app the one that works is found, and stays the first to be tried. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Credential } from '../../../src/domain/credential.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { appCertificate } from '../../app-certificate.ts';
import { failureOf } from '../../failure-of.ts';
import { MINUTE, secretOf, tokensOf } from './sandbox-tokens.ts';

describe('an app with two credentials', () => {
  const failures = (told: ReturnType<typeof tokensOf>['told']) =>
    told('tokenRequestFailed').map(({ failure }) => failure.code);

  async function assertSecondIsUsed(sandbox: Sandbox, first: Credential, refusal: string): Promise<void> {
    const credentials = [first, secretOf(sandbox.clientSecret)];
    const { tokens, tenant, time, told } = tokensOf(sandbox, { credentials });
    assert.ok(await tokens.acquire(tenant));
    assert.deepEqual(failures(told), [refusal]);
    assert.equal(sandbox.counts.tokenRequests, 2);
    time.ahead = 60 * MINUTE;
    assert.ok(await tokens.acquire(tenant));
    assert.equal(sandbox.counts.tokenRequests, 3, 'the one that worked is tried first from then on');
  }

  test('of which the first secret has expired uses the second', async () => {
    await using sandbox = await startSandbox();
    await assertSecondIsUsed(sandbox, secretOf('expired-secret'), 'entra-client-secret-expired');
  });

  test('of which the first secret is wrong uses the second', async () => {
    await using sandbox = await startSandbox();
    await assertSecondIsUsed(sandbox, secretOf(randomUUID()), 'entra-client-secret-invalid');
  });

  test('of which the certificate has expired uses the secret', async () => {
    const expired = await appCertificate({ expired: true });
    await using sandbox = await startSandbox({ tenants: [{ certificates: [expired.pem] }] });
    await assertSecondIsUsed(sandbox, expired.credential, 'entra-client-assertion-signature-invalid');
  });

  test('comes back to the first when the second is refused later', async () => {
    const certificate = await appCertificate();
    const other = await appCertificate();
    const registered: string[] = [other.pem];
    await using sandbox = await startSandbox({ tenants: [{ certificates: registered }] });
    const { tokens, tenant, time } = tokensOf(sandbox, { credentials: [certificate.credential, other.credential] });
    await tokens.acquire(tenant);
    registered.splice(0, 1, certificate.pem);
    time.ahead = 60 * MINUTE;
    assert.ok(await tokens.acquire(tenant));
    assert.equal(sandbox.counts.tokenRequests, 4);
  });

  test('that are both refused fails with the first, and says so of the second', async () => {
    await using sandbox = await startSandbox();
    const credentials = [secretOf('expired-secret'), secretOf(randomUUID())];
    const { tokens, tenant, told } = tokensOf(sandbox, { credentials });
    const failure = await failureOf(tokens.acquire(tenant));
    assert.equal(failure.code, 'entra-client-secret-expired');
    assert.match(failure.detail ?? '', /other credentials of the app were refused too: entra-client-secret-invalid\./);
    assert.deepEqual(failures(told), ['entra-client-secret-expired', 'entra-client-secret-invalid']);
  });

  test('does not try the second when Entra ID is in trouble, or knows no such tenant', async () => {
    await using sandbox = await startSandbox();
    const { tokens, tenant } = tokensOf(sandbox, { credentials: [secretOf('a'), secretOf('b')] });
    sandbox.entra.behave({ fault: 'entra-tenant-throttled' });
    assert.equal((await failureOf(tokens.acquire(tenant))).code, 'entra-tenant-throttled');
    sandbox.entra.behave();
    const unknown = { ...tenant, tenantId: randomUUID() };
    assert.equal((await failureOf(tokens.acquire(unknown))).code, 'entra-tenant-not-found');
    assert.equal(sandbox.counts.tokenRequests, 2);
  });
});
