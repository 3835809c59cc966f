/** External are the recipients outside the domains of the tenant, and no others. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { countExternal } from '../../src/domain/external-recipients.ts';

const contoso = { domains: ['contoso.example', 'contoso.onmicrosoft.com'] };

suite('external recipients', () => {
  test('are those in none of the domains of the tenant, in any case', () => {
    const addresses = ['a@contoso.example', 'b@CONTOSO.example', 'c@contoso.onmicrosoft.com', 'd@fabrikam.example'];
    assert.equal(countExternal(addresses, contoso), 1);
  });

  test('are those in subdomains and in domains that only end alike', () => {
    assert.equal(countExternal(['a@mail.contoso.example', 'b@notcontoso.example'], contoso), 2);
  });

  test('are told by what stands behind the last at sign', () => {
    assert.equal(countExternal(['"a@contoso.example"@fabrikam.example'], contoso), 1);
  });

  test('are all of them where no domain is known, and none of nobody', () => {
    assert.equal(countExternal(['a@contoso.example'], { domains: [] }), 1);
    assert.equal(countExternal([], contoso), 0);
  });
});
