import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { headerSection, headerValues, withoutStuffedDots } from '../../src/sandbox/message-content.ts';

describe('Message content', () => {
  it('loses the stuffed dot of each line, and no other dot', () => {
    const pairs = [
      ['', ''],
      ['..a\r\n', '.a\r\n'],
      ['a\r\n..\r\n...b\r\n', 'a\r\n.\r\n..b\r\n'],
      ['a.b\r\nc.\r\n', 'a.b\r\nc.\r\n'],
      ['a\n..b\r..c\r\n', 'a\n..b\r..c\r\n'],
    ] as const;
    for (const [stuffed, plain] of pairs) {
      assert.equal(withoutStuffedDots(Buffer.from(stuffed)).toString(), plain);
    }
  });

  it('has a header section up to the first empty line', () => {
    assert.equal(headerSection(Buffer.from('A: 1\r\n\r\nB: 2\r\n\r\n')).toString(), 'A: 1\r\n\r\n');
    assert.equal(headerSection(Buffer.from('\r\nA: 1\r\n\r\n')).toString(), '\r\n');
    assert.equal(headerSection(Buffer.from('A: 1\r\n')).toString(), 'A: 1\r\n');
  });

  it('gives every value of a field, unfolded, from the header section alone', () => {
    const content = Buffer.from('FROM: a\r\n b\r\nX-From: x\r\nFrom : c\r\n\r\nFrom: d\r\n');
    assert.deepEqual(headerValues(content, 'from'), ['a b', 'c']);
  });
});
