import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDirectory, type ServicePrincipal } from '../../src/sandbox/directory.ts';
import {
  createTokenIssuer,
  EXCHANGE_ONLINE,
  type Grant,
  SMTP_ROLE,
  TOKEN_LIFETIME,
  type TokenIssuer,
} from '../../src/sandbox/token-issuer.ts';

describe('A token issuer', () => {
  const directory = createDirectory([{}, {}]);
  const [app, other] = directory.principals as [ServicePrincipal, ServicePrincipal];
  const forSmtp: Grant = { audience: EXCHANGE_ONLINE, roles: [SMTP_ROLE], lifetime: TOKEN_LIFETIME };
  const submitterOf = async (issuer: TokenIssuer, grant: Partial<Grant>) =>
    await issuer.submitter(await issuer.issue(app, { ...forSmtp, ...grant }));

  it('lets its own tokens submit, each for the app it was issued to', async () => {
    const issuer = await createTokenIssuer(directory);
    for (const principal of [app, other])
      assert.equal((await issuer.submitter(await issuer.issue(principal, forSmtp)))?.principal, principal);
  });

  it('tells the roles of a token, and that one without is good as well', async () => {
    const issuer = await createTokenIssuer(directory);
    assert.deepEqual((await submitterOf(issuer, {}))?.roles, [SMTP_ROLE]);
    assert.deepEqual((await submitterOf(issuer, { roles: [] }))?.roles, []);
    assert.deepEqual((await submitterOf(issuer, { roles: ['IMAP.AccessAsApp'] }))?.roles, ['IMAP.AccessAsApp']);
  });

  it('lets no token submit for another resource', async () => {
    const issuer = await createTokenIssuer(directory);
    assert.equal(await submitterOf(issuer, { audience: 'https://graph.microsoft.com' }), null);
  });

  it('lets no token submit that is forged, of another issuer, or no token', async () => {
    const issuer = await createTokenIssuer(directory);
    const [header, , signature] = (await issuer.issue(app, forSmtp)).split('.');
    const claims = Buffer.from(JSON.stringify({ aud: EXCHANGE_ONLINE, roles: [SMTP_ROLE] })).toString('base64url');
    assert.equal(await issuer.submitter(`${header}.${claims}.${signature}`), null);
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    assert.equal(await issuer.submitter(`${unsigned}.${claims}.`), null);
    const another = await createTokenIssuer(directory);
    assert.equal(await issuer.submitter(await another.issue(app, forSmtp)), null);
    assert.equal(await issuer.submitter(''), null);
  });

  it('lets a token submit until it expires', async (t) => {
    const issuer = await createTokenIssuer(directory);
    t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 1) });
    const token = await issuer.issue(app, { ...forSmtp, lifetime: 60 });
    t.mock.timers.tick(59_000);
    assert.equal((await issuer.submitter(token))?.principal, app);
    t.mock.timers.tick(1000);
    assert.equal(await issuer.submitter(token), null);
  });

  it('lets a revoked token submit no more, and others still', async () => {
    const issuer = await createTokenIssuer(directory);
    const [first, second] = [await issuer.issue(app, forSmtp), await issuer.issue(app, forSmtp)];
    issuer.revoke(first);
    assert.equal(await issuer.submitter(first), null);
    assert.equal((await issuer.submitter(second))?.principal, app);
    issuer.revoke();
    assert.equal(await issuer.submitter(second), null);
    assert.equal((await issuer.submitter(await issuer.issue(app, forSmtp)))?.principal, app);
  });
});
