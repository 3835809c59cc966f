import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createTokenIssuer, EXCHANGE_ONLINE, SMTP_ROLE, TOKEN_LIFETIME } from '../../src/sandbox/token-issuer.ts';

describe('A token issuer', () => {
  const tenantId = randomUUID();
  const clientId = randomUUID();

  it('lets its own tokens submit', async () => {
    const issuer = await createTokenIssuer(tenantId, clientId);
    assert.equal(await issuer.allowsSubmission(await issuer.issue(EXCHANGE_ONLINE, [SMTP_ROLE])), true);
  });

  it('lets no token submit without the role or for another resource', async () => {
    const issuer = await createTokenIssuer(tenantId, clientId);
    assert.equal(await issuer.allowsSubmission(await issuer.issue(EXCHANGE_ONLINE, [])), false);
    assert.equal(await issuer.allowsSubmission(await issuer.issue(EXCHANGE_ONLINE, ['IMAP.AccessAsApp'])), false);
    assert.equal(await issuer.allowsSubmission(await issuer.issue('https://graph.microsoft.com', [SMTP_ROLE])), false);
  });

  it('lets no token submit that is forged, of another issuer, or no token', async () => {
    const issuer = await createTokenIssuer(tenantId, clientId);
    const [header, , signature] = (await issuer.issue(EXCHANGE_ONLINE, [SMTP_ROLE])).split('.');
    const claims = Buffer.from(JSON.stringify({ aud: EXCHANGE_ONLINE, roles: [SMTP_ROLE] })).toString('base64url');
    assert.equal(await issuer.allowsSubmission(`${header}.${claims}.${signature}`), false);
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    assert.equal(await issuer.allowsSubmission(`${unsigned}.${claims}.`), false);
    const other = await createTokenIssuer(tenantId, clientId);
    assert.equal(await issuer.allowsSubmission(await other.issue(EXCHANGE_ONLINE, [SMTP_ROLE])), false);
    assert.equal(await issuer.allowsSubmission(''), false);
  });

  it('lets a token submit until it expires', async (t) => {
    const issuer = await createTokenIssuer(tenantId, clientId);
    t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 1) });
    const token = await issuer.issue(EXCHANGE_ONLINE, [SMTP_ROLE]);
    t.mock.timers.tick((TOKEN_LIFETIME - 1) * 1000);
    assert.equal(await issuer.allowsSubmission(token), true);
    t.mock.timers.tick(1000);
    assert.equal(await issuer.allowsSubmission(token), false);
  });
});
