/** Labels and wishes of a caller's are kept as they are, or refused by their place. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Message } from '../../src/domain/message.ts';
import { mistakesInRequest } from '../../src/domain/request-rules.ts';
import type { SubmissionRequest } from '../../src/domain/submission-request.ts';
import { plainRequest } from './plain-request.ts';

const message: Message = {
  from: { name: null, address: 'billing@contoso.example' },
  to: [],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: '',
  text: 'a',
  html: null,
  headers: [],
  attachments: [],
  importance: null,
  inReplyTo: null,
  references: [],
};
const found = (fields: Partial<SubmissionRequest>) =>
  mistakesInRequest({ ...plainRequest(message), ...fields }).map(({ code, field }) => `${code} ${field}`);
const tag = (name: string, value = '') => ({ tags: [{ name, value }] });

suite('tags', () => {
  test('may be in any script, twice the same, and empty in their value', () => {
    assert.deepEqual(found({ tags: Array.from({ length: 20 }, () => ({ name: 'Größe 請求書 🙂', value: '' })) }), []);
    assert.deepEqual(found(tag('a'.repeat(256), 'b'.repeat(256))), []);
  });

  test('are twenty at most', () => {
    const tags = Array.from({ length: 21 }, () => ({ name: 'a', value: 'b' }));
    assert.deepEqual(found({ tags }), ['value-invalid tags']);
  });

  test('have a name, which is short and can be printed, as has their value', () => {
    assert.deepEqual(found(tag('')), ['value-invalid tags[0].name']);
    for (const text of ['a'.repeat(257), 'a\nb', 'a\0', '\u202ea', 'a\u2028', '\ud800', 'a\u007f']) {
      assert.deepEqual(found(tag(text, text)), ['value-invalid tags[0].name', 'value-invalid tags[0].value']);
    }
  });
});

suite('metadata', () => {
  test('may have fifty entries with keys of 40 and values of 500 characters', () => {
    const key = (index: number) => `Order_No-${index}`.padEnd(40, 'x');
    const metadata = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [key(index), 'ü'.repeat(500)]));
    assert.deepEqual(found({ metadata }), []);
    assert.deepEqual(found({ metadata: { a: '' } }), []);
  });

  test('has no more entries, and no longer ones', () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`a${index}`, '']));
    assert.deepEqual(found({ metadata: many }), ['value-invalid metadata']);
    assert.deepEqual(found({ metadata: { a: 'b'.repeat(501) } }), ['value-invalid metadata.a']);
  });

  test('has keys of letters, digits, "_" and "-"', () => {
    for (const key of ['', 'a'.repeat(41), 'a b', 'a.b', 'ä', 'a\n', '\0']) {
      assert.deepEqual(found({ metadata: { [key]: '' } }), ['value-invalid metadata'], JSON.stringify(key));
    }
  });

  test('has no control characters', () => {
    for (const value of ['a\r\nb', '\0', 'a\u001b[31m', '\u2029', '\udc00']) {
      assert.deepEqual(found({ metadata: { a: value } }), ['value-invalid metadata.a']);
    }
  });
});

suite('dsn', () => {
  test('may ask for several occasions, or for none at all', () => {
    assert.deepEqual(found({ dsn: { notify: ['success', 'failure', 'delay'], ret: 'full' } }), []);
    assert.deepEqual(found({ dsn: { notify: ['never'], ret: null } }), []);
  });

  test('says never alone, and nothing twice', () => {
    assert.deepEqual(found({ dsn: { notify: ['never', 'failure'], ret: null } }), ['value-invalid dsn.notify']);
    assert.deepEqual(found({ dsn: { notify: ['delay', 'delay'], ret: null } }), ['value-invalid dsn.notify']);
  });
});

test('references are two hundred at most', () => {
  const references = (length: number) => ({
    message: { ...message, references: Array.from({ length }, (_, index) => `<${index}@b.example>`) },
  });
  assert.deepEqual(found(references(200)), []);
  assert.deepEqual(found(references(201)), ['value-invalid references']);
});
