/** Whatever a value holds, an administrator's PowerShell reads it back as one string and runs nothing of it. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { literal } from '../../src/domain/powershell.ts';

const quotes = /['\u2018\u2019\u201a\u201b]/;

/** Reads a single-quoted literal as PowerShell does: two quotes of any kind are one, a single one ends it. */
function readBack(text: string): { value: string; rest: string } {
  assert.match(text[0] ?? '', quotes);
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const character = text[at] ?? '';
    const isQuote = quotes.test(character);
    if (isQuote && !quotes.test(text[at + 1] ?? '')) return { value, rest: text.slice(at + 1) };
    if (isQuote) at++;
    value += character;
  }
  assert.fail(`not closed: ${text}`);
}

suite('a PowerShell literal', () => {
  test('stands in single quotes', () => {
    assert.equal(literal('billing@contoso.com'), "'billing@contoso.com'");
    assert.equal(literal(''), "''");
  });

  for (const hostile of [
    "'; Remove-Mailbox x; '",
    "o'brien@contoso.com",
    '\u2019; Remove-Mailbox x; \u2018',
    '\u201a; Remove-Mailbox x; \u201b',
    "'\u2019'\u2018",
    "ends with '",
    '$(Remove-Mailbox x)',
    '$env:PATH `n `" " ; | & {0} #',
  ]) {
    test(`gives back ${JSON.stringify(hostile)} and nothing beyond it`, () => {
      assert.deepEqual(readBack(literal(hostile)), { value: hostile, rest: '' });
    });
  }

  test('holds no character that ends a line or cannot be seen', () => {
    const unseen = [
      '\0',
      '\n',
      '\r',
      '\t',
      '\u001b',
      '\u007f',
      '\u0085',
      '\u2028',
      '\u2029',
      '\u202a',
      '\u202e',
      '\u2066',
      '\u2069',
      '\u200e',
      '\u061c',
      '\u200b',
      '\ufeff',
    ];
    for (const character of unseen) {
      const written = literal(`a${character}b`);
      assert.equal(written, "'a\ufffdb'", `U+${character.charCodeAt(0).toString(16)}`);
    }
  });

  test('keeps letters of every script', () => {
    assert.equal(literal('Müller 株式会社'), "'Müller 株式会社'");
  });
});
