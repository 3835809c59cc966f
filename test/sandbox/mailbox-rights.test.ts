import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SandboxClock } from '../../src/sandbox/clock.ts';
import type { MailboxOptions, TenantOptions } from '../../src/sandbox/directory.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { SmtpDialogue, signIn, submit } from './smtp-dialogue.ts';

const BILLING = 'billing@contoso.example';

async function sandboxWith(tenant: TenantOptions, mailbox: MailboxOptions = {}, clock = new SandboxClock()) {
  return await startSandbox({ clock, tenants: [{ ...tenant, mailboxes: { [BILLING]: mailbox } }] });
}

/** The reply to AUTH without its tail. */
async function replyTo(sandbox: Sandbox): Promise<string> {
  const [client, reply] = await signIn(sandbox);
  client[Symbol.dispose]();
  return reply.replace(/ \[SBX0CA0001\.\S+ \S+ 08DD[0-9A-F]{12}\]$/, '');
}

const OK = '235 2.7.0 Authentication successful';
const UNSUCCESSFUL = '535 5.7.3 Authentication unsuccessful';
const OFF_FOR_TENANT =
  '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.';
const OFF_FOR_MAILBOX = '535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox';
const SECURITY_DEFAULTS =
  "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.";

describe('A sign-in', () => {
  const cases: [string, TenantOptions, MailboxOptions, string][] = [
    ['needs FullAccess when the token has SMTP.SendAsApp', {}, { fullAccess: false }, UNSUCCESSFUL],
    ['is not saved by RBAC when the token has SMTP.SendAsApp', {}, { fullAccess: false, rbac: true }, UNSUCCESSFUL],
    ['needs RBAC when the token has no role', { smtpSendAsApp: false }, {}, UNSUCCESSFUL],
    ['needs no mailbox permission with RBAC', { smtpSendAsApp: false }, { fullAccess: false, rbac: true }, OK],
    ['needs a service principal in Exchange', { servicePrincipal: 'missing' }, {}, UNSUCCESSFUL],
    ['needs the object id of the enterprise application', { servicePrincipal: 'wrong-object-id' }, {}, UNSUCCESSFUL],
    ['needs SMTP AUTH in the tenant', { smtpAuth: false }, {}, OFF_FOR_TENANT],
    ['needs SMTP AUTH on the mailbox', {}, { smtpAuth: false }, OFF_FOR_MAILBOX],
    ['is let in by the mailbox where the tenant shuts it out', { smtpAuth: false }, { smtpAuth: true }, OK],
    [
      'is shut out by security defaults, whatever the mailbox says',
      { securityDefaults: true },
      { smtpAuth: true },
      SECURITY_DEFAULTS,
    ],
    ['hears of the switch before it hears of rights', { smtpAuth: false }, { fullAccess: false }, OFF_FOR_TENANT],
  ];
  for (const [what, tenant, mailbox, reply] of cases) {
    it(what, async () => {
      await using sandbox = await sandboxWith(tenant, mailbox);
      assert.equal(await replyTo(sandbox), reply);
    });
  }
});

describe('A right that changes while the sandbox runs', () => {
  it('holds for the next sign-in', async () => {
    await using sandbox = await sandboxWith({ smtpAuth: false });
    assert.equal(await replyTo(sandbox), OFF_FOR_TENANT);
    sandbox.administration.changeMailbox(BILLING, { smtpAuth: true });
    assert.equal(await replyTo(sandbox), OK);
    sandbox.administration.changeMailbox(BILLING, { smtpAuth: null });
    sandbox.administration.changeTenant('contoso.example', { smtpAuth: true, servicePrincipal: 'missing' });
    assert.equal(await replyTo(sandbox), UNSUCCESSFUL);
  });

  it('holds once its delay is over', async () => {
    const clock = new SandboxClock({ running: false });
    await using sandbox = await sandboxWith({}, { fullAccess: false }, clock);
    sandbox.administration.changeMailbox(BILLING, { fullAccess: true }, { after: 1_800_000 });
    clock.advance(1_799_999);
    assert.equal(await replyTo(sandbox), UNSUCCESSFUL);
    clock.advance(1);
    assert.equal(await replyTo(sandbox), OK);
  });

  it('shuts the mailbox to a session that is open, behind the final dot with 430', async () => {
    await using sandbox = await sandboxWith({});
    using client = await SmtpDialogue.authenticated(sandbox);
    assert.match(await submit(client, BILLING), /^250 /);
    sandbox.administration.changeMailbox(BILLING, { fullAccess: false });
    assert.match(
      await submit(client, BILLING),
      /^430 4\.2\.0 STOREDRV; mailbox logon failure; .*Cannot open mailbox\./,
    );
    sandbox.administration.changeMailbox(BILLING, { fullAccess: true });
    assert.match(await submit(client, BILLING), /^250 /);
  });

  it('lets a session send as an address from then on', async () => {
    await using sandbox = await sandboxWith({});
    using client = await SmtpDialogue.authenticated(sandbox);
    assert.match(
      await submit(client, 'sales@contoso.example'),
      /^554 5\.2\.252 SendAsDenied; billing@\S+ not allowed to send as sales@/,
    );
    sandbox.administration.changeMailbox(BILLING, { sendAs: ['Sales@contoso.example'] });
    assert.match(await submit(client, 'sales@contoso.example'), /^250 /);
  });

  it('is put back by a reset, and what was to come does not come', async () => {
    const clock = new SandboxClock({ running: false });
    await using sandbox = await sandboxWith({}, {}, clock);
    sandbox.administration.changeTenant(sandbox.tenantId, { securityDefaults: true });
    sandbox.administration.changeMailbox(BILLING, { fullAccess: false }, { after: 1_000 });
    sandbox.administration.reset();
    clock.advance(2_000);
    assert.equal(await replyTo(sandbox), OK);
  });

  it('names what there is when a tenant, an app or a mailbox is unknown', async () => {
    await using sandbox = await sandboxWith({});
    const { administration, clientId } = sandbox;
    assert.throws(
      () => administration.changeTenant('x.example', {}),
      /no tenant x\.example; there are: contoso\.example/,
    );
    assert.throws(
      () => administration.changeMailbox('x@y.example', {}),
      /no mailbox x@y\.example; there are: billing@contoso/,
    );
    assert.throws(
      () => administration.changeTenant('contoso.example', {}, { clientId: 'x' }),
      new RegExp(`no app x in contoso.example; there are: ${clientId}`),
    );
  });
});

describe('Two apps in one tenant', () => {
  it('share its switches, and have rights of their own', async () => {
    const tenantId = '6f9a3c1e-8f0e-4b8a-9d53-3c1d7a1f2b10';
    const mailboxes = { [BILLING]: {} };
    await using sandbox = await startSandbox({
      tenants: [
        { tenantId, mailboxes },
        { tenantId, mailboxes },
      ],
    });
    const [, other] = sandbox.tenants;
    sandbox.administration.changeMailbox(BILLING, { fullAccess: false }, { clientId: other?.clientId ?? '' });
    assert.equal(await replyTo(sandbox), OK);
    const [client, reply] = await signIn(sandbox, other);
    client[Symbol.dispose]();
    assert.match(reply, /^535 5\.7\.3 /);
  });
});
