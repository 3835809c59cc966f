/** Claims are read for words only, from whatever the token turns out to be. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimsOf } from '../../../src/adapters/entra/token-claims.ts';

function tokenWith(claims: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
}

test('claims of a token that is no JWT are none', () => {
  for (const token of ['', 'opaque', 'a.b.c', `a.${Buffer.from('null').toString('base64url')}.c`])
    assert.equal(claimsOf(token), null);
});

test('claims of another kind than expected are left out', () => {
  assert.deepEqual(claimsOf(tokenWith({ aud: 7, roles: 'SMTP.SendAsApp', oid: ['x'] })), {
    audience: null,
    roles: [],
    appId: null,
    tenantId: null,
    objectId: null,
  });
});

test('an object id that is no GUID is not taken, since it would end in a PowerShell line', () => {
  assert.equal(claimsOf(tokenWith({ oid: "x'; Remove-Mailbox" }))?.objectId, null);
});
