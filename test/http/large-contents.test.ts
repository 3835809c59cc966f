/** Large contents are taken out of a body before it is parsed, and what is read of it is what parsing the whole would give. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { LargeContents } from '../../src/http/large-contents.ts';
import { free } from '../../src/relay/spent-bytes.ts';

const large = randomBytes(90_000).toString('base64');

/** The body's value with its large contents put back, and how many were taken out. */
function read(body: string) {
  const contents = new LargeContents(Buffer.from(body));
  const texts: string[] = [];
  const value = contents.parse((text) => {
    texts.push(text);
    return JSON.parse(text);
  });
  let standIns = 0;
  const whole: unknown = JSON.parse(JSON.stringify(value), (_key, each) => {
    const letters = typeof each === 'string' ? contents.lettersFor(each) : undefined;
    if (letters) standIns += 1;
    return letters?.toString('utf8') ?? each;
  });
  return { whole, standIns, texts, contents };
}

suite('a large content', () => {
  test('of each attachment is taken out, whatever blanks stand around it', () => {
    const body = `{"attachments": [{"filename": "a", "content":"${large}"},\n{"content" \t:\r\n "${large}", "filename": "b"}], "subject": "ü"}`;
    const { whole, standIns, texts, contents } = read(body);
    assert.deepEqual(whole, JSON.parse(body));
    assert.equal(standIns, 2);
    assert.ok((texts[0]?.length ?? 0) < 500);
    contents.free();
    assert.equal(contents.lettersFor(large), undefined);
  });

  const asTheyAre: Record<string, string> = {
    'a small one': JSON.stringify({ attachments: [{ content: 'SGVsbG8=' }] }),
    'one with an escape in it': `{"attachments":[{"content":"${large}\\n${large}"}]}`,
    'the value of another field': JSON.stringify({ text: large, attachments: [] }),
    'a header of that name': JSON.stringify({ headers: { content: large } }),
    'a header of that name beside an attachment': JSON.stringify({
      headers: { content: large },
      attachments: [{ content: large }],
    }),
    'the word in a text': JSON.stringify({ text: `"content":"${large}"`, attachments: [{ content: 'SGVsbG8=' }] }),
    'the word as a value': JSON.stringify({ attachments: [{ filename: 'content', content: 'SGVsbG8=' }] }),
    'an attachment too deep': JSON.stringify({ attachments: { 0: { content: large } } }),
    'a body that is no object': JSON.stringify([large]),
  };
  for (const [what, body] of Object.entries(asTheyAre)) {
    test(`is left where it is, or put back: ${what}`, () => {
      const { whole, standIns } = read(body);
      assert.deepEqual(whole, JSON.parse(body));
      assert.equal(standIns, 0);
    });
  }

  test('is not looked for in a body that is not well-formed: what is wrong is told of the whole', () => {
    const body = `{"attachments":[{"content":"${large}"}], oops}`;
    assert.throws(() => read(body), new RegExp(`position ${body.indexOf('oops')}`));
    assert.throws(() => read(`{"attachments":[{"content":"${large}`), SyntaxError);
  });

  test('cannot be named by a caller', () => {
    const { standIns } = read(JSON.stringify({ attachments: [{ content: large }, { content: 'undefined-0' }] }));
    assert.equal(standIns, 1);
  });
});

suite('memory', () => {
  test('of bytes that are large and alone in it is given back at once', () => {
    const alone = Buffer.allocUnsafeSlow(100_000);
    free(alone);
    assert.equal(alone.length, 0);
  });

  test('that is shared, or small, is left alone', () => {
    const whole = Buffer.allocUnsafeSlow(200_000);
    free(whole.subarray(0, 100_000));
    assert.equal(whole.length, 200_000);
    const small = Buffer.from('Hello');
    free(small);
    assert.equal(small.toString(), 'Hello');
  });
});
