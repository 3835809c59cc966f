import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { postTokenForm, tokenForm } from './token-request.ts';

describe('The token endpoint behaves as it is told while it runs', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.entra.behave());
  after(() => sandbox.close());
  const ask = () => postTokenForm(sandbox, tokenForm(sandbox));

  it('with a fault, and without it again', async () => {
    sandbox.entra.behave({ fault: 'entra-tenant-throttled', retryAfter: 7 });
    const throttled = await ask();
    assert.deepEqual([throttled.status, throttled.headers['retry-after']], [429, '7']);
    sandbox.entra.behave({ fault: 'entra-transient-error', retryAfter: null });
    const unavailable = await ask();
    assert.deepEqual([unavailable.status, unavailable.headers['retry-after']], [503, undefined]);
    sandbox.entra.behave();
    assert.equal((await ask()).status, 200);
  });

  it('with a delay', async () => {
    sandbox.entra.behave({ delay: 30 });
    const started = performance.now();
    assert.equal((await ask()).status, 200);
    assert.ok(performance.now() - started >= 29);
  });

  it('with tokens that live shorter', async () => {
    sandbox.entra.behave({ tokenLifetime: 400 });
    const { expires_in, access_token } = JSON.parse((await ask()).body);
    const { iat, exp } = JSON.parse(Buffer.from(access_token.split('.')[1], 'base64url').toString());
    assert.deepEqual([expires_in, exp - iat], [400, 400]);
  });

  it('towards one tenant alone', async () => {
    sandbox.entra.behave({ fault: 'entra-tenant-throttled', tenant: 'fabrikam.example' });
    assert.equal((await ask()).status, 200);
    const other = await postTokenForm(sandbox, tokenForm(sandbox), { tenant: 'fabrikam.example' });
    assert.equal(other.status, 429);
  });

  it('and counts requests whatever it answers', async () => {
    const before = sandbox.counts.tokenRequests;
    sandbox.entra.behave({ fault: 'connection-reset' });
    await assert.rejects(ask(), { code: 'ECONNRESET' });
    assert.equal(sandbox.counts.tokenRequests, before + 1);
  });
});
