/** A Message-ID is read with or without its brackets, and whatever could end a header field is none. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseMessageId } from '../../src/domain/message-id.ts';

suite('parseMessageId', () => {
  const read: [text: string, id: string][] = [
    ['<4711@contoso.com>', '<4711@contoso.com>'],
    ['4711@contoso.com', '<4711@contoso.com>'],
    [' <4711@contoso.com>\r\n', '<4711@contoso.com>'],
    [
      '<AM0PR0702MB1234$5678!abc=@AM0PR0702MB1234.eurprd07.prod.outlook.com>',
      '<AM0PR0702MB1234$5678!abc=@AM0PR0702MB1234.eurprd07.prod.outlook.com>',
    ],
    ['<a@[192.0.2.1]>', '<a@[192.0.2.1]>'],
    [`<${'a'.repeat(898)}@b>`, `<${'a'.repeat(898)}@b>`],
  ];
  for (const [text, id] of read) {
    test(`reads ${JSON.stringify(text).slice(0, 40)}`, () => assert.equal(parseMessageId(text), id));
  }

  const refused = [
    ...['', '<>', '4711', '@', 'a@', '@b', '<a@b> <c@d>', '<a@b>,<c@d>', 'a b@c', '<a@b', 'a@b>', '<<a@b>>'],
    ...['<a@b\r\nBcc: eve@evil.example>', '<a\n@b>', '<a\0@b>', '<ü@b>', '<a@b\u2028c>', `<${'a'.repeat(899)}@b>`],
    `<${'a'.repeat(8_000_000)}@b>`,
  ];
  for (const text of refused) {
    test(`refuses ${JSON.stringify(text.slice(0, 40))} in a short sentence of one line`, () => {
      const result = parseMessageId(text);
      assert.ok(typeof result !== 'string', `read as ${JSON.stringify(result)}`);
      assert.match(result.mistake, /^[\x20-\x7eü…]{10,200}$/);
    });
  }
});
