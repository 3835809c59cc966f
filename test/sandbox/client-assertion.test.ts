import assert from 'node:assert/strict';
import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { SignJWT } from 'jose';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type AppCertificate, appCertificate } from '../app-certificate.ts';
import { postTokenForm, tokenForm } from './token-request.ts';

interface Changes {
  readonly by?: AppCertificate;
  readonly key?: AppCertificate;
  readonly header?: Record<string, unknown>;
  readonly alg?: string;
  readonly claims?: Record<string, unknown>;
  /** Seconds from now. */
  readonly nbf?: number;
  readonly exp?: number;
}

describe('A client assertion', () => {
  let sandbox: Sandbox;
  let registered: AppCertificate;
  let expired: AppCertificate;
  let unknown: AppCertificate;
  before(async () => {
    [registered, expired, unknown] = await Promise.all([
      appCertificate(),
      appCertificate({ expired: true }),
      appCertificate(),
    ]);
    sandbox = await startSandbox({ tenants: [{ certificates: [registered.pem, expired.pem] }] });
  });
  after(() => sandbox.close());

  async function assertion({ by = registered, key = by, header, alg = 'PS256', claims, nbf = 0, exp = 600 }: Changes) {
    const now = Math.floor(Date.now() / 1000);
    const { raw } = new X509Certificate(by.pem);
    return await new SignJWT({
      aud: `${sandbox.authorityHost}/${sandbox.tenantId}/oauth2/v2.0/token`,
      iss: sandbox.clientId,
      sub: sandbox.clientId,
      jti: randomUUID(),
      ...claims,
    })
      .setProtectedHeader({ alg, ...(header ?? { 'x5t#S256': createHash('sha256').update(raw).digest('base64url') }) })
      .setNotBefore(now + nbf)
      .setExpirationTime(now + exp)
      .sign(createPrivateKey(key.privateKey));
  }

  async function answerTo(changes: Changes): Promise<[number, number | undefined, string]> {
    const { client_secret: _, ...form } = tokenForm(sandbox);
    const { status, body } = await postTokenForm(sandbox, {
      ...form,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion(changes),
    });
    const { error_codes, error_description } = JSON.parse(body);
    return [status, error_codes?.[0], error_description ?? ''];
  }

  it('signed with a registered certificate gets a token, by PS256 and by RS256', async () => {
    for (const alg of ['PS256', 'RS256']) assert.equal((await answerTo({ alg }))[0], 200);
  });

  it('gets a token when the certificate itself stands in its header', async () => {
    const x5c = [new X509Certificate(registered.pem).raw.toString('base64')];
    assert.equal((await answerTo({ header: { x5c } }))[0], 200);
  });

  it('gets a token up to five minutes beside its time, for clocks differ', async () => {
    assert.equal((await answerTo({ nbf: 290 }))[0], 200);
    assert.equal((await answerTo({ exp: -290 }))[0], 200);
  });

  const wrong: [string, () => Changes, number, RegExp][] = [
    [
      'of a certificate nobody registered',
      () => ({ by: unknown }),
      700027,
      /\[Reason - The key was not found\., Thumb/,
    ],
    ['of an expired certificate', () => ({ by: expired }), 700027, /\[Reason - The key used is expired\., Thumbprint/],
    ['signed with another key', () => ({ key: unknown }), 700027, /signature value did not match/],
    ['that names no key', () => ({ header: {} }), 700027, /The key was not found/],
    ['from before its time', () => ({ nbf: 400 }), 700024, /Current time: .*Z, assertion valid from/],
    ['that has expired', () => ({ nbf: -900, exp: -400 }), 700024, /expiry time of assertion/],
    ['for another endpoint', () => ({ claims: { aud: 'https://localhost/token' } }), 700023, /audience claim/],
    ['of another app', () => ({ claims: { iss: randomUUID() } }), 700021, /application identifier/],
    ['about another app', () => ({ claims: { sub: randomUUID() } }), 700021, /application identifier/],
  ];
  for (const [what, changes, aadsts, words] of wrong) {
    it(`${what} is refused with AADSTS${aadsts}`, async () => {
      const [status, number, description] = await answerTo(changes());
      assert.deepEqual([status, number], [401, aadsts]);
      assert.match(description, words);
    });
  }
});
