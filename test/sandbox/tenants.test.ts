import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type Sandbox, type SandboxTenant, startSandbox } from '../../src/sandbox/sandbox.ts';
import { SmtpDialogue, xoauth2 } from './smtp-dialogue.ts';
import { postTokenForm } from './token-request.ts';

const clientId = randomUUID();

describe('A sandbox of several tenants', () => {
  let sandbox: Sandbox;
  let contoso: SandboxTenant;
  let fabrikam: SandboxTenant;
  before(async () => {
    sandbox = await startSandbox({
      tenants: [
        { clientId, mailboxes: { 'billing@contoso.example': { sendAs: ['Sales@contoso.example'] } } },
        { clientId, mailboxes: { 'billing@fabrikam.example': {} } },
      ],
    });
    [contoso, fabrikam] = sandbox.tenants as [SandboxTenant, SandboxTenant];
  });
  after(() => sandbox.close());

  async function tokenOf(tenant: SandboxTenant): Promise<string> {
    const { clientSecret: client_secret, tenantId } = tenant;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret, scope: sandbox.scope };
    return JSON.parse((await postTokenForm(sandbox, form, { tenant: tenantId })).body).access_token;
  }

  async function authenticate(mailbox: string, token: string): Promise<[SmtpDialogue, string]> {
    const client = await SmtpDialogue.secured(sandbox);
    return [client, await client.say(`AUTH XOAUTH2 ${xoauth2(mailbox, token)}`)];
  }

  it('has the first one where it has its only one', () => {
    const { tenantId, clientSecret, mailbox } = sandbox;
    assert.deepEqual({ tenantId, domain: 'contoso.example', clientId, clientSecret, mailbox }, contoso);
  });

  it('knows an app of several tenants by one secret', () => {
    assert.equal(fabrikam.clientSecret, contoso.clientSecret);
    assert.notEqual(fabrikam.tenantId, contoso.tenantId);
  });

  it('signs the tenant into its tokens, and counts their requests by tenant', async () => {
    const count = () => sandbox.counts.tokenRequestsByTenant.get(fabrikam.tenantId) ?? 0;
    const before = count();
    for (const tenant of [contoso, fabrikam]) {
      const claims = JSON.parse(Buffer.from((await tokenOf(tenant)).split('.')[1] ?? '', 'base64url').toString());
      assert.equal(claims.tid, tenant.tenantId);
      assert.equal(claims.iss, `https://sts.windows.net/${tenant.tenantId}/`);
    }
    assert.equal(count(), before + 1);
  });

  it('opens a mailbox to tokens of its own tenant only', async () => {
    const [one, accepted] = await authenticate('billing@fabrikam.example', await tokenOf(fabrikam));
    const [other, refused] = await authenticate('billing@fabrikam.example', await tokenOf(contoso));
    assert.match(accepted, /^235 /);
    assert.match(refused, /^535 5\.7\.3 /);
    one[Symbol.dispose]();
    other[Symbol.dispose]();
  });

  it('lets a mailbox send as the addresses it was given, and as no other', async () => {
    const [client] = await authenticate('billing@contoso.example', await tokenOf(contoso));
    const submit = async (from: string) => {
      client.send(`MAIL FROM:<${from}>\r\nRCPT TO:<jane@b.example>\r\nDATA\r\nFrom: ${from}\r\n\r\nHello\r\n.\r\n`);
      return (await client.replies(4))[3];
    };
    assert.match((await submit('sales@contoso.example')) ?? '', /^250 /);
    assert.match((await submit('ceo@contoso.example')) ?? '', /^554 5\.2\.252 SendAsDenied;/);
    client[Symbol.dispose]();
  });

  it('refuses a token from the moment it is revoked', async () => {
    const [old, other] = [await tokenOf(contoso), await tokenOf(contoso)];
    sandbox.entra.revoke(old);
    for (const [token, reply] of [
      [old, /^535 /],
      [other, /^235 /],
    ] as const) {
      const [client, said] = await authenticate(contoso.mailbox, token);
      assert.match(said, reply);
      client[Symbol.dispose]();
    }
  });
});
