/** The envelope names who sends and each recipient once, whatever the header shows. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envelopeOf } from '../../src/domain/envelope.ts';
import type { Message } from '../../src/domain/message.ts';
import { plainRequest } from './plain-request.ts';

const to = (address: string) => ({ name: null, address });
const message: Message = {
  from: { name: 'Billing', address: 'billing@contoso.example' },
  to: [],
  cc: [],
  bcc: [],
  replyTo: [to('questions@contoso.example')],
  subject: '',
  text: null,
  html: null,
  headers: [['X-To', 'eve@evil.example']],
  attachments: [],
  importance: null,
  inReplyTo: null,
  references: [],
};

test('the reverse path is the address of from', () => {
  assert.equal(envelopeOf(plainRequest(message)).reversePath, 'billing@contoso.example');
});

test('the forward paths are those of to, cc and bcc in this order, and nobody else', () => {
  const { forwardPaths } = envelopeOf(
    plainRequest({
      ...message,
      bcc: [to('b@x.example')],
      cc: [to('c@x.example')],
      to: [to('t@x.example')],
    }),
  );
  assert.deepEqual(forwardPaths, ['t@x.example', 'c@x.example', 'b@x.example']);
});

test('a recipient that is named again receives once, as written first', () => {
  const { forwardPaths } = envelopeOf(
    plainRequest({
      ...message,
      to: [to('Jane@x.example'), to('jane@x.example')],
      cc: [to('JANE@X.example')],
      bcc: [to('jane@x.example'), to('john@x.example')],
    }),
  );
  assert.deepEqual(forwardPaths, ['Jane@x.example', 'john@x.example']);
});

test('the sender may be a recipient, too', () => {
  assert.deepEqual(envelopeOf(plainRequest({ ...message, bcc: [message.from] })).forwardPaths, [
    'billing@contoso.example',
  ]);
});

test('nobody receives when nobody is named', () => {
  assert.deepEqual(envelopeOf(plainRequest(message)).forwardPaths, []);
});

test('the reverse path is another where the caller says so', () => {
  const request = { ...plainRequest(message), returnPath: 'bounces@contoso.example' };
  assert.equal(envelopeOf(request).reversePath, 'bounces@contoso.example');
});

test('an address outside ASCII makes the envelope an internationalised one, wherever it stands', () => {
  const jurgen = to('jürgen@x.example');
  for (const fields of [
    { from: jurgen },
    { to: [jurgen] },
    { cc: [jurgen] },
    { bcc: [jurgen] },
    { replyTo: [jurgen] },
  ]) {
    assert.equal(envelopeOf(plainRequest({ ...message, ...fields })).internationalized, true);
  }
  assert.equal(envelopeOf({ ...plainRequest(message), returnPath: jurgen.address }).internationalized, true);
});

test('a name or a text outside ASCII does not', () => {
  const named = { ...message, to: [{ name: 'Jürgen', address: 'j@x.example' }], subject: 'Größe', text: '日本' };
  assert.equal(envelopeOf(plainRequest(named)).internationalized, false);
});
