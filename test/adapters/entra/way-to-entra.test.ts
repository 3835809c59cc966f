/** A token request takes the way that HTTPS_PROXY and NO_PROXY tell, and a proxy that is at fault is told from Entra ID. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { requestToken } from '../../../src/adapters/entra/client-credentials.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { failureOf } from '../../failure-of.ts';
import { startConnectProxy } from './connect-proxy.ts';
import { requestsOf, secretOf, tenantOf } from './sandbox-tokens.ts';

describe('a token request', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());

  const requestBy = (httpsProxy: string | null, changes: Parameters<typeof requestsOf>[1] = {}) =>
    requestToken(
      tenantOf(sandbox),
      secretOf(sandbox.clientSecret),
      requestsOf(sandbox, { httpsProxy, deadline: 2_000, ...changes }),
    );
  const failureBy = (httpsProxy: string, changes: Parameters<typeof requestsOf>[1] = {}): Promise<Failure> =>
    failureOf(requestBy(httpsProxy, changes));

  test('goes through the proxy, by one tunnel, to the token endpoint and nowhere else', async () => {
    await using proxy = await startConnectProxy();
    assert.ok(await requestBy(proxy.url));
    assert.deepEqual(proxy.tunnels, [new URL(sandbox.authorityHost).host]);
  });

  test('goes around the proxy for hosts that NO_PROXY names', async () => {
    await using proxy = await startConnectProxy({ refusal: '403 Forbidden' });
    assert.ok(await requestBy(proxy.url, { noProxy: 'contoso.example,localhost' }));
    assert.equal((await failureBy(proxy.url, { noProxy: 'contoso.example' })).code, 'proxy-refused');
    assert.equal(proxy.tunnels.length, 1);
  });

  test('shows the proxy the user name and password of its URL', async () => {
    const password = `${randomUUID()}@`;
    await using proxy = await startConnectProxy({ credentials: `relay:${password}` });
    assert.ok(await requestBy(`http://relay:${encodeURIComponent(password)}@127.0.0.1:${proxy.port}`));
  });

  test('that the proxy wants to be authenticated is told so, without the password', async () => {
    const password = randomUUID();
    await using proxy = await startConnectProxy({ credentials: `relay:${randomUUID()}` });
    const failure = await failureBy(`http://relay:${password}@127.0.0.1:${proxy.port}`);
    assert.equal(failure.code, 'proxy-authentication-required');
    assert.deepEqual([failure.values.host, failure.values.port], ['127.0.0.1', String(proxy.port)]);
    assert.match(
      failure.detail ?? '',
      new RegExp(`proxy 127\\.0\\.0\\.1:${proxy.port}, which HTTPS_PROXY names.* 407 `),
    );
    assert.match(failure.detail ?? '', /NO_PROXY/);
    assert.equal(JSON.stringify(failure).includes(password), false);
  });

  test('that the proxy refuses is told so with its status line', async () => {
    await using proxy = await startConnectProxy({ refusal: '403 Forbidden' });
    const failure = await failureBy(proxy.url);
    assert.equal(failure.code, 'proxy-refused');
    assert.equal(failure.stage, 'token');
    assert.match(failure.detail ?? '', new RegExp(`127\\.0\\.0\\.1:${proxy.port}.*403 Forbidden`));
  });

  test('to a proxy that is gone is told so, and not as a fault of Entra ID', async () => {
    const gone = await startConnectProxy();
    await gone[Symbol.asyncDispose]();
    const failure = await failureBy(gone.url);
    assert.equal(failure.code, 'proxy-unreachable');
    assert.match(failure.detail ?? '', new RegExp(`proxy 127\\.0\\.0\\.1:${gone.port}.*ECONNREFUSED`));
  });

  test('to a proxy whose name nobody knows is told so', async () => {
    const failure = await failureBy('http://no-such-proxy.invalid:3128');
    assert.equal(failure.code, 'proxy-unreachable');
    assert.match(failure.detail ?? '', /proxy no-such-proxy\.invalid:3128/);
  });

  test('to a silent proxy ends at its deadline, names the proxy, and leaves no connection behind', {
    timeout: 10_000,
  }, async () => {
    await using proxy = await startConnectProxy({ silent: true });
    const failure = await failureBy(proxy.url, { deadline: 200 });
    assert.equal(failure.code, 'connection-timeout');
    assert.match(failure.detail ?? '', /by way of the proxy 127\.0\.0\.1:\d+.*No answer within 0\.2 seconds/);
    assert.equal(proxy.tunnels.length, 1);
    await proxy.disconnected();
  });

  test('whose tunnel leads to an Entra ID that fails is told as a fault of Entra ID', async () => {
    await using proxy = await startConnectProxy();
    await using faulty = await startSandbox({ tokenFault: 'tls-certificate-expired' });
    const request = requestToken(
      tenantOf(faulty),
      secretOf(faulty.clientSecret),
      requestsOf(faulty, { httpsProxy: proxy.url }),
    );
    const failure = await failureOf(request);
    assert.equal(failure.code, 'tls-certificate-expired');
    assert.equal(failure.values.host, 'localhost');
    assert.match(failure.detail ?? '', /by way of the proxy/);
  });
});
