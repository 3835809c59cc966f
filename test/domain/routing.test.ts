/** The sender decides which mailbox of which tenant submits, within what its client may use. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Client } from '../../src/domain/client.ts';
import { type Route, Routing, type Tenant, tenantValues } from '../../src/domain/routing.ts';
import { clientWith } from './clients.ts';

const tenant = (name: string): Tenant => ({
  name,
  tenantId: `${name}.example`,
  clientId: `client of ${name}`,
  authorityHost: 'https://login.example',
  scope: 'https://outlook.example/.default',
  smtpHost: 'smtp.example',
  smtpPort: 587,
  externalRecipientsPerDay: null,
  domains: [],
});
const route = (mailbox: string, of: string, sendAs: string[] = []): Route => ({
  mailbox,
  tenant: tenant(of),
  sendAs,
  maxRecipients: 500,
  maxMessageBytes: 1_000,
  maxConnections: 3,
  messagesPerMinute: 30,
  recipientsPerDay: 10_000,
});
const billing = route('billing@contoso.example', 'contoso', ['*@contoso.example']);
const orders = route('orders@contoso.example', 'contoso');
const sales = route('Sales@fabrikam.example', 'fabrikam', ['news@fabrikam.example', '*']);
const routing = new Routing([billing, orders, sales]);

/** The mailbox that submits, or why none does. */
function routed(from: string, client: Partial<Client> = {}, mailbox: string | null = null): string {
  const found = routing.routeFor({ client: clientWith(client), from, mailbox });
  if (!('code' in found)) return found.mailbox;
  assert.equal(found.code, 'sender-not-allowed');
  assert.deepEqual(found.values, { from });
  return `${found.errors[0]?.field}: ${found.detail}`;
}

suite('a sender', () => {
  test('is routed to the mailbox of its address, in any case', () => {
    assert.equal(routed('billing@contoso.example'), 'billing@contoso.example');
    assert.equal(routed('SALES@Fabrikam.example'), 'Sales@fabrikam.example');
  });

  test('is routed by its address before its domain, and by its domain before any', () => {
    assert.equal(routed('orders@contoso.example'), 'orders@contoso.example');
    assert.equal(routed('ceo@contoso.example'), 'billing@contoso.example');
    assert.equal(routed('news@fabrikam.example'), 'Sales@fabrikam.example');
    assert.equal(routed('anybody@contoso.example.org'), 'Sales@fabrikam.example');
  });

  test('is routed to the mailbox that the caller names, where that may send as it', () => {
    assert.equal(routed('orders@contoso.example', {}, 'BILLING@contoso.example'), 'billing@contoso.example');
    assert.equal(
      routed('ceo@contoso.example', {}, 'orders@contoso.example'),
      'mailbox: orders@contoso.example does not submit as ceo@contoso.example; it submits as orders@contoso.example. ' +
        'Client erp may send as: billing@contoso.example, *@contoso.example, orders@contoso.example, sales@fabrikam.example, news@fabrikam.example, *.',
    );
    assert.match(
      routed('ceo@contoso.example', {}, 'nobody@contoso.example'),
      /^mailbox: nobody@contoso\.example is no mailbox/,
    );
  });
});

suite('a client', () => {
  test('sends as nobody without senders of its own', () => {
    assert.match(
      routed('billing@contoso.example', { maySendAs: [] }),
      /may not send as.*Client erp may send as nobody/,
    );
  });

  test('is told what would have matched: the narrower of what it and the mailboxes allow', () => {
    assert.equal(
      routed('orders@contoso.example', { maySendAs: ['billing@contoso.example', '*@fabrikam.example'] }),
      'from: Client erp may not send as orders@contoso.example. ' +
        'Client erp may send as: billing@contoso.example, sales@fabrikam.example, news@fabrikam.example, *@fabrikam.example.',
    );
  });

  test('is confined to its tenants, and hears of no sender beyond them', () => {
    assert.equal(routed('orders@contoso.example', { tenants: ['contoso'] }), 'orders@contoso.example');
    assert.equal(
      routed('news@fabrikam.example', { tenants: ['contoso'] }),
      'from: No mailbox that client erp may use submits as news@fabrikam.example. ' +
        'Client erp may send as: billing@contoso.example, *@contoso.example, orders@contoso.example.',
    );
    assert.match(routed('x@contoso.example', { tenants: ['contoso'] }, 'sales@fabrikam.example'), /^mailbox: /);
  });

  test('hears of ten senders at most', () => {
    const many = new Routing(Array.from({ length: 50 }, (_, index) => route(`m${index}@contoso.example`, 'contoso')));
    const refused = many.routeFor({ client: clientWith(), from: 'ceo@fabrikam.example', mailbox: null });
    assert.ok('code' in refused);
    assert.match(refused.detail ?? '', /m9@contoso\.example and more\.$/);
  });
});

suite('routing', () => {
  test('without any mailbox routes nobody', () => {
    const found = new Routing([]).routeFor({ client: clientWith(), from: 'billing@contoso.example', mailbox: null });
    assert.ok('code' in found);
  });

  test('finds the senders that several mailboxes claim equally', () => {
    assert.deepEqual(routing.equalClaims, []);
    const rivals = [
      route('a@x.example', 'x', ['*@x.example']),
      route('b@x.example', 'x', ['*@x.example', 'a@x.example']),
    ];
    assert.deepEqual(
      new Routing(rivals).equalClaims.map(({ sender, routes }) => [sender, routes.length]),
      [
        ['a@x.example', 2],
        ['*@x.example', 2],
      ],
    );
  });

  test("knows a tenant's values as the remedies name them", () => {
    assert.deepEqual(tenantValues(tenant('contoso')), {
      tenant_id: 'contoso.example',
      client_id: 'client of contoso',
      scope: 'https://outlook.example/.default',
      authority_host: 'https://login.example',
      smtp_host: 'smtp.example',
    });
  });
});
