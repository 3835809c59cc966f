/** Sender patterns are read as people write them, and the closest one is asked first. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers, matchesAny, parseSenderPattern, patternsFor } from '../../src/domain/sender-pattern.ts';

test('a pattern is an address, every address of a domain, or any', () => {
  assert.equal(parseSenderPattern(' Billing@Contoso.COM '), 'billing@contoso.com');
  assert.equal(parseSenderPattern('*@Bücher.example'), '*@xn--bcher-kva.example');
  assert.equal(parseSenderPattern('*'), '*');
});

test('anything else is a mistake that says what is expected', () => {
  for (const text of [
    '',
    '@contoso.com',
    '*@',
    '**',
    'contoso.com',
    '*@*.com',
    '*@contoso.com, *@fabrikam.com',
    '*@con_toso',
  ]) {
    const read = parseSenderPattern(text);
    assert.ok(typeof read === 'object', text);
    assert.match(read.mistake, /is none of an address, "\*@" and a domain, or "\*"/);
  }
  assert.deepEqual(parseSenderPattern('bill*@contoso.com'), {
    mistake: '"bill*@contoso.com" has "*" within a name; only "*@contoso.com" and "*" are patterns',
  });
});

test('an address is matched by itself, its domain and any, in this order and in any case', () => {
  assert.deepEqual(patternsFor('Billing@Contoso.com'), ['billing@contoso.com', '*@contoso.com', '*']);
  assert.equal(matchesAny(['*@contoso.com'], 'Billing@CONTOSO.com'), true);
  assert.equal(matchesAny(['*@contoso.com'], 'billing@mail.contoso.com'), false);
  assert.equal(matchesAny([], 'billing@contoso.com'), false);
});

test('a wider pattern covers a narrower one', () => {
  assert.equal(covers('*', '*@contoso.com'), true);
  assert.equal(covers('*@contoso.com', 'billing@contoso.com'), true);
  assert.equal(covers('*@contoso.com', '*'), false);
  assert.equal(covers('*@contoso.com', 'x@notcontoso.com'), false);
  assert.equal(covers('billing@contoso.com', '*@contoso.com'), false);
});
