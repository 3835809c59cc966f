/** A mailbox is read as it was meant, or refused with words; nothing of an address is ever dropped. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mailbox, parseAddress, parseMailbox, sameAddress } from '../../src/domain/mailbox.ts';

suite('parseMailbox', () => {
  const read: [text: string, name: string | null, address: string][] = [
    ['jane@fabrikam.example', null, 'jane@fabrikam.example'],
    ['  jane@fabrikam.example \r\n', null, 'jane@fabrikam.example'],
    ['<jane@fabrikam.example>', null, 'jane@fabrikam.example'],
    ['Jane Doe <jane@fabrikam.example>', 'Jane Doe', 'jane@fabrikam.example'],
    ['Doe, Jane <jane@fabrikam.example>', 'Doe, Jane', 'jane@fabrikam.example'],
    ['"Doe, Jane" <jane@fabrikam.example>', 'Doe, Jane', 'jane@fabrikam.example'],
    ['"Jane \\"JD\\" \\\\ Doe" <jane@fabrikam.example>', 'Jane "JD" \\ Doe', 'jane@fabrikam.example'],
    ['"jane@home <x>" <jane@fabrikam.example>', 'jane@home <x>', 'jane@fabrikam.example'],
    ['Jane "JD" Doe <jane@fabrikam.example>', 'Jane "JD" Doe', 'jane@fabrikam.example'],
    ['山田太郎 <yamada@bücher.example>', '山田太郎', 'yamada@xn--bcher-kva.example'],
    ["O'Hara < o'hara@fabrikam.example >", "O'Hara", "o'hara@fabrikam.example"],
  ];
  for (const [text, name, address] of read) {
    test(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseMailbox(text), { name, address });
    });
  }

  const refused: [text: string, mistake: RegExp][] = [
    ['', /is empty/],
    [' ', /is empty/],
    ['Jane', /is not an e-mail address/],
    ['Jane <jane@fabrikam.example', /characters before the "@"/],
    ['jane@fabrikam.example>', /">" without "<"/],
    ['a@b.example, c@d.example', /looks like several addresses; give them as an array/],
    ['a@b.example;c@d.example', /looks like several addresses/],
    ['a@b.example, C <c@d.example>', /more than one address/],
    ['A <a@b.example>, C <c@d.example>', /more than one address/],
    ['Jane <>', /is not an e-mail address/],
    ['jane@fabrikam.example (Jane)', /no valid domain/],
  ];
  for (const [text, mistake] of refused) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      const result = parseMailbox(text);
      assert.ok('mistake' in result);
      assert.match(result.mistake, mistake);
    });
  }
});

suite('mailbox', () => {
  test('takes the name as it is, without reading it', () => {
    assert.deepEqual(mailbox('"A" <b@c.example>', 'a@b.example'), {
      name: '"A" <b@c.example>',
      address: 'a@b.example',
    });
    assert.deepEqual(mailbox('', 'a@b.example'), { name: null, address: 'a@b.example' });
  });
});

suite('parseAddress', () => {
  const local = 'a'.repeat(64);
  const label = 'd'.repeat(63);
  const read: [text: string, address: string][] = [
    ['Jane.Doe+tag@Fabrikam.EXAMPLE', 'Jane.Doe+tag@fabrikam.example'],
    ["!#$%&'*+/=?^_`{|}~-@b.example", "!#$%&'*+/=?^_`{|}~-@b.example"],
    ['a@b', 'a@b'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    ['a@BÜCHER.example', 'a@xn--bcher-kva.example'],
    ['a@例え。テスト', 'a@xn--r8jz45g.xn--zckzah'],
    [`${local}@b.example`, `${local}@b.example`],
    [`a@${label}.example`, `a@${label}.example`],
    // RFC 6531 §3.3
    ['jürgen.müller@bücher.example', 'jürgen.müller@xn--bcher-kva.example'],
    ['用户@例え.テスト', '用户@xn--r8jz45g.xn--zckzah'],
    ['δοκιμή@παράδειγμα.example', 'δοκιμή@xn--hxajbheg2az3al.example'],
    ['अजय@डाटा.भारत', 'अजय@xn--c2bd1gb.xn--h2brj9c'],
    ['e\u0301@b.example', 'e\u0301@b.example'],
    ['o’hara@b.example', 'o’hara@b.example'],
    [`${'ü'.repeat(32)}@b.example`, `${'ü'.repeat(32)}@b.example`],
  ];
  for (const [text, address] of read) {
    test(`reads ${text.slice(0, 40)}`, () => {
      assert.equal(parseAddress(text), address);
    });
  }

  const refused = [
    '@b.example',
    'a@',
    'a',
    'a@@b.example',
    'a@b@c.example',
    '.a@b.example',
    'a.@b.example',
    'a..b@c.example',
    'a b@c.example',
    '"a b"@c.example',
    'a@[192.0.2.1]',
    'a@b..example',
    'a@.example',
    'a@b.example.',
    'a@-b.example',
    'a@b-.example',
    'a@b_c.example',
    'a@b c.example',
    'a@b.example ',
    `${local}a@b.example`,
    `a@${label}d.example`,
    `a@${Array.from({ length: 5 }, () => label).join('.')}`,
    'a@b.example\u0000',
    'a\u0000@b.example',
    'a@b.exa\nmple',
    'a@b.example\r\nRCPT TO:<eve@evil.example>',
    'a@ü.example/path',
    'a@ü.example?query',
    'a@ü.example#fragment',
    'a@ü.example:25',
    'a@ü.example\\x',
    'a@ü.example\t',
    'a@ü%2eexample',
    'a@ü.exa mple',
    // Octets count, not characters.
    `${'ü'.repeat(33)}@b.example`,
    ...['\u200b', '\u200d', '\u202e', '\u2066', '\u00ad', '\ufeff', '\u0085', '\u2028', '\u00a0', '\u3000'].flatMap(
      (unseen) => [`a${unseen}b@c.example`, `a@b${unseen}c.example`],
    ),
    ...['\u0378', '\ue000', '\ud800', '\u{e0041}', '\u3164', '\ufe0f'].map((unseen) => `a${unseen}b@c.example`),
    'ü@b@c.example',
    'ü,a@b.example',
    'ü ü@b.example',
    'ü"@b.example',
    'ü>@b.example',
    'ü\r\nRCPT TO:<eve@evil.example>@b.example',
  ];
  for (const text of refused) {
    test(`refuses ${JSON.stringify(text).slice(0, 50)} with a sentence of one line`, () => {
      const result = parseAddress(text);
      assert.ok(typeof result !== 'string', `read as ${JSON.stringify(result)}`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      assert.doesNotMatch(result.mistake, /[\u0000-\u001f]/);
      assert.ok(result.mistake.length < 200);
    });
  }
});

suite('a text of megabytes', () => {
  const megabytes = 8_000_000;
  const texts: Record<string, string> = {
    'a local part': `${'a'.repeat(megabytes)}@b.example`,
    'a local part of dots': `${'a.'.repeat(megabytes / 2)}a@b.example`,
    'a domain': `a@${'b.'.repeat(megabytes / 2)}example`,
    'a name': `${'a'.repeat(megabytes)} <a@b.example>`,
    'a quoted name': `"${'\\"'.repeat(megabytes / 2)}" <a@b.example>`,
    'signs of addresses': '@'.repeat(megabytes),
    brackets: '<'.repeat(megabytes),
    'blanks within': `a${' '.repeat(megabytes)}<a@b.example>`,
  };
  for (const [what, text] of Object.entries(texts)) {
    test(`is refused at once and quoted in short: ${what}`, () => {
      const before = process.cpuUsage();
      for (const read of [parseMailbox(text), mailbox(null, text)]) {
        assert.ok('mistake' in read);
        assert.ok(read.mistake.length < 250);
      }
      // By its square it would be minutes.
      assert.ok(process.cpuUsage(before).user < 5_000_000);
    });
  }
});

test('the same address is the same in any case', () => {
  assert.equal(sameAddress('Jane@Fabrikam.example', 'jane@fabrikam.EXAMPLE'), true);
  assert.equal(sameAddress('jane@fabrikam.example', 'jane@fabrikam.example.org'), false);
});
