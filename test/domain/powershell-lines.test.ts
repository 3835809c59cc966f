/** An administrator can paste the PowerShell lines of every failure, whatever address a caller made up: values are arguments and nothing else. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogue, failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { type Placeholder, placeholders, type Values } from '../../src/domain/catalogue/entry.ts';
import { failure } from '../../src/domain/failure.ts';
import { literal } from '../../src/domain/powershell.ts';
import { remedyFor } from '../../src/domain/remedy.ts';

const hostile = [
  `"o'brien; Remove-Mailbox x"@contoso.com`,
  "'; Remove-Mailbox x; '",
  '\u2019; Remove-Mailbox x; \u2018',
  '\u201a; Remove-Mailbox x #\u201b',
  '\u201c; Remove-Mailbox x; \u201d',
  '\uff07; Remove-Mailbox x; \u02bc',
  '$(Remove-Mailbox x)@contoso.com',
  '\u0024{env:PATH}@contoso.com',
  '`n`"`$x`0@contoso.com',
  'a\r\nRemove-Mailbox x\n@contoso.com',
  'a\u2028Remove-Mailbox x\u2029@contoso.com',
  'a\u0085Remove-Mailbox x@contoso.com',
  '\u202emoc.osotnoc@liam\u202c',
  '\u2066x\u2069\u200b@contoso.com',
  '| & { Remove-Mailbox x } #',
  '<# comment #> @contoso.com',
  '--% -Force @contoso.com',
  '@(Remove-Mailbox x)',
  '{mailbox}{from}{object_id}',
  "it''s\\'@contoso.com",
  '$&$1$$',
  "'",
  '',
];

/** A line as PowerShell reads it: what stands outside of single-quoted literals, each of those as one sign, and their values. */
function read(line: string): { outside: string; values: string[] } {
  const quote = /['\u2018-\u201b]/;
  const values: string[] = [];
  let outside = '';
  for (let at = 0; at < line.length; at++) {
    if (!quote.test(line[at] ?? '')) {
      outside += line[at];
      continue;
    }
    let value = '';
    for (at++; at < line.length; at++) {
      const isQuote = quote.test(line[at] ?? '');
      if (isQuote && !quote.test(line[at + 1] ?? '')) break;
      if (isQuote) at++;
      value += line[at];
    }
    assert.ok(at < line.length, `a literal is not closed: ${line}`);
    values.push(value);
    outside += '\u0000';
  }
  return { outside, values };
}

const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function allAre(value: string): Values {
  const names = Object.keys(placeholders) as Placeholder[];
  return Object.fromEntries(names.map((name) => [name, value]));
}

suite('the PowerShell lines of every failure', () => {
  for (const value of hostile) {
    test(`take ${JSON.stringify(value)} as one argument`, () => {
      for (const code of failureCodes) {
        const harmless = remedyFor(failure(code, { values: allAre('x') })).powershell;
        const lines = remedyFor(failure(code, { values: allAre(value) })).powershell;
        assert.equal(lines.length, harmless.length);
        lines.forEach((line, index) => {
          const expected = read(harmless[index] ?? '');
          const found = read(line);
          assert.equal(found.outside, expected.outside, `${code}: ${line}`);
          assert.doesNotMatch(line, unseen, `${code}: ${line}`);
          const put = read(literal(value)).values[0];
          assert.deepEqual(
            found.values.map((each, at) => (each === expected.values[at] ? 'as it was' : each)),
            expected.values.map((each) => (each === 'x' && put !== 'x' ? put : 'as it was')),
            `${code}: ${line}`,
          );
        });
      }
    });
  }

  test('put each value where the catalogue names it, and nowhere else', () => {
    for (const code of failureCodes) {
      const lines = remedyFor(failure(code, { values: allAre('value-of-this-tenant') })).powershell;
      catalogue[code].remedy.powershell.forEach((line, index) => {
        const named = [...line.matchAll(/\{([a-z_]+)\}/g)].length;
        assert.equal((lines[index] ?? '').split("'value-of-this-tenant'").length - 1, named, `${code}: ${line}`);
      });
    }
  });
});
