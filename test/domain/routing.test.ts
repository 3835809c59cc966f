/** The sender alone decides which mailbox of which tenant submits. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Route, routeFor, type Tenant, tenantValues } from '../../src/domain/routing.ts';

const tenant = (name: string): Tenant => ({
  name,
  tenantId: `${name}.example`,
  clientId: `client of ${name}`,
  authorityHost: 'https://login.example',
  scope: 'https://outlook.example/.default',
  smtpHost: 'smtp.example',
  smtpPort: 587,
});
const billing: Route = { mailbox: 'billing@contoso.example', tenant: tenant('contoso') };
const sales: Route = { mailbox: 'Sales@fabrikam.example', tenant: tenant('fabrikam') };

test('a sender is routed to the mailbox of its address, in any case', () => {
  assert.equal(routeFor('billing@contoso.example', [billing, sales]), billing);
  assert.equal(routeFor('SALES@Fabrikam.example', [billing, sales]), sales);
});

test('a sender that no mailbox has is refused, with the senders that would do', () => {
  for (const from of [
    'ceo@contoso.example',
    'billing@contoso.example.org',
    'xbilling@contoso.example',
    'billing@fabrikam.example',
  ]) {
    const refused = routeFor(from, [billing, sales]);
    assert.ok('code' in refused);
    assert.equal(refused.code, 'sender-not-allowed');
    assert.equal(
      refused.detail,
      `This relay does not submit as ${from}. It may submit as: billing@contoso.example, Sales@fabrikam.example.`,
    );
    assert.deepEqual(
      refused.errors.map(({ field }) => field),
      ['from'],
    );
    assert.deepEqual(refused.values, { from });
  }
});

test('without any mailbox nobody is routed', () => {
  assert.ok('code' in routeFor('billing@contoso.example', []));
});

test("a tenant's values are named as the remedies name them", () => {
  assert.deepEqual(tenantValues(tenant('contoso')), {
    tenant_id: 'contoso.example',
    client_id: 'client of contoso',
    scope: 'https://outlook.example/.default',
    authority_host: 'https://login.example',
    smtp_host: 'smtp.example',
  });
});
