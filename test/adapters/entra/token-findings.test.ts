/** Findings name each claim that differs, and nothing else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingsOn } from '../../../src/adapters/entra/token-findings.ts';
import type { Tenant } from '../../../src/domain/routing.ts';
import type { TokenClaims } from '../../../src/ports.ts';

const tenant: Tenant = {
  name: 'contoso',
  tenantId: '22222222-2222-4222-8222-222222222222',
  clientId: '11111111-1111-4111-8111-111111111111',
  authorityHost: 'https://login.microsoftonline.com',
  scope: 'https://outlook.office365.com/.default',
  smtpHost: 'smtp.office365.com',
  smtpPort: 587,
  externalRecipientsPerDay: null,
  domains: [],
};
const claims: TokenClaims = {
  audience: 'https://outlook.office365.com',
  roles: ['SMTP.SendAsApp'],
  appId: tenant.clientId,
  tenantId: tenant.tenantId,
  objectId: null,
};

test('a token as it was asked for has none', () => {
  assert.deepEqual(findingsOn(claims, tenant), []);
  assert.deepEqual(findingsOn({ ...claims, appId: tenant.clientId.toUpperCase() }, tenant), []);
});

test('Exchange Online is known by each of its names', () => {
  for (const audience of [
    'https://outlook.office.com',
    'https://outlook.office365.com/',
    '00000002-0000-0ff1-ce00-000000000000',
  ])
    assert.deepEqual(findingsOn({ ...claims, audience }, tenant), [], audience);
});

test('of another cloud the resource of the scope is meant', () => {
  const ofUs = { ...tenant, scope: 'https://outlook.office365.us/.default' };
  assert.deepEqual(findingsOn({ ...claims, audience: 'https://outlook.office365.us' }, ofUs), []);
  assert.deepEqual(findingsOn(claims, ofUs), [
    'The token is for https://outlook.office365.com, not for https://outlook.office365.us.',
  ]);
});

test('each other claim that differs is named', () => {
  const other = '33333333-3333-4333-8333-333333333333';
  const differing = { ...claims, audience: null, appId: other, tenantId: other };
  assert.deepEqual(findingsOn(differing, tenant), [
    'The token is for nobody, not for https://outlook.office365.com.',
    `The token is that of app ${other}, not of ${tenant.clientId}.`,
    `The token is of tenant ${other}, not of ${tenant.tenantId}.`,
  ]);
});

test('a tenant that is configured by its domain may have any id', () => {
  assert.deepEqual(findingsOn(claims, { ...tenant, tenantId: 'contoso.onmicrosoft.com' }), []);
});

test('a missing role is said to be right where RBAC for Applications is used', () => {
  assert.match(findingsOn({ ...claims, roles: [] }, tenant).join(), /carries no role .*by design where RBAC for App/);
  assert.match(findingsOn({ ...claims, roles: ['Mail.Send'] }, tenant).join(), /carries Mail\.Send and not SMTP\./);
});
