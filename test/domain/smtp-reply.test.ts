/** Replies are read as RFC 5321 §4.2 and RFC 3463 have them, one line or many. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseReply, replyClass } from '../../src/domain/smtp-reply.ts';

suite('a reply', () => {
  test('of one line has code, enhanced status code and text', () => {
    assert.deepEqual(parseReply('535 5.7.3 Authentication unsuccessful [host]'), {
      code: 535,
      enhanced: '5.7.3',
      text: 'Authentication unsuccessful [host]',
    });
  });

  test('of several lines has the text of all of them', () => {
    assert.deepEqual(parseReply('550-5.7.708 Service unavailable.\r\n550 5.7.708 Access denied.'), {
      code: 550,
      enhanced: '5.7.708',
      text: 'Service unavailable. Access denied.',
    });
  });

  test('has the enhanced status code of the first line that gives one', () => {
    assert.deepEqual(parseReply('550-Access denied\r\n550-5.7.708 Service unavailable\r\n550 5.7.708 here'), {
      code: 550,
      enhanced: '5.7.708',
      text: 'Access denied Service unavailable here',
    });
  });

  test('keeps a second enhanced status code in its text', () => {
    assert.deepEqual(parseReply('550-5.7.1 Not delivered:\r\n550 5.7.708 Service unavailable'), {
      code: 550,
      enhanced: '5.7.1',
      text: 'Not delivered: 5.7.708 Service unavailable',
    });
  });

  test('is read with more white space than there should be', () => {
    const expected = { code: 535, enhanced: '5.7.3', text: 'Authentication unsuccessful' };
    for (const blank of ['  ', '\t', ' \t '])
      assert.deepEqual(parseReply(`535${blank}5.7.3${blank}Authentication unsuccessful`), expected);
  });

  test('keeps the text of a line that lost its code', () => {
    assert.equal(parseReply('550 5.7.606\n    Access denied, banned IP')?.text, 'Access denied, banned IP');
  });

  test('without an enhanced status code has none', () => {
    assert.deepEqual(parseReply('430 mailbox sign in failure'), {
      code: 430,
      enhanced: null,
      text: 'mailbox sign in failure',
    });
  });

  test('without text has an empty one', () => {
    assert.deepEqual(parseReply('334 '), { code: 334, enhanced: null, text: '' });
    assert.deepEqual(parseReply('354'), { code: 354, enhanced: null, text: '' });
    assert.deepEqual(parseReply('250 2.0.0'), { code: 250, enhanced: '2.0.0', text: '' });
  });

  test('takes no version or IP address for an enhanced status code', () => {
    assert.equal(parseReply('220 4.7.1.9 ready')?.enhanced, null);
    assert.equal(parseReply('550 3.1.1 odd')?.enhanced, null);
  });

  test('does not begin with three digits: it is none', () => {
    for (const raw of ['', '\r\n', 'Timeout', '55', '5355 5.7.3 x']) assert.equal(parseReply(raw), null, raw);
  });
});

test('the class of a reply follows from the first digit of its code', () => {
  const classOf = (code: number) => replyClass({ code, enhanced: null, text: '' });
  assert.deepEqual([250, 354, 421, 550].map(classOf), ['positive', 'intermediate', 'transient', 'permanent']);
});
