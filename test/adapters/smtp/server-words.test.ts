/** What a server says is shown without what it echoes of a token, and without what changes how it looks. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { harmless, replyIn, replyTo } from '../../../src/adapters/smtp/server-words.ts';
import { FailureError } from '../../../src/domain/failure.ts';
import { ECHO, scriptedServer } from './scripted-server.ts';
import { submissionClient, token, transaction } from './submissions.ts';

const secret = token.value;

describe('the words of a server', () => {
  test('show no secret, nor a piece of it', () => {
    assert.equal(harmless(`a ${secret} b ${secret}`, [secret]), 'a [redacted] b [redacted]');
    assert.equal(harmless(secret, [secret]), '[redacted]');
    assert.equal(harmless(`cut: ${secret.slice(0, 30)}...`, [secret]), 'cut: [redacted]...');
    const folded = harmless(`${secret.slice(0, 20)} ${secret.slice(20, 40)}`, [secret]);
    assert.equal(folded, '[redacted] [redacted]');
    assert.equal(harmless('nothing of it', [secret]), 'nothing of it');
    assert.equal(harmless('nothing', ['']), 'nothing');
  });

  test('are cut where they are too long', () => {
    assert.equal(harmless('x'.repeat(1_000), []).length, 1_000);
    assert.equal(harmless('x'.repeat(1_000_000), []).length, 1_001);
    assert.equal(replyIn(`250 ${'x'.repeat(1_000_000)}`, [])?.text.length, 1_001);
  });

  test('hold no character that changes how they look', () => {
    assert.equal(harmless('a\u202eb\u0007c\u2028d\u200be\x1b[31m', []), 'a?b?c?d?e?[31m');
    assert.equal(replyIn('554 5.2.0 \u202eevil\u0000', [])?.text, '?evil?');
  });

  test('are left out where a command is agreed to, and nobody sees them, but for those to a message', () => {
    assert.deepEqual(replyTo('MAIL FROM:<a@b.example>', '250 2.1.0 Sender OK', []), {
      code: 250,
      enhanced: '2.1.0',
      text: '',
    });
    assert.equal(replyTo('.', '250 2.0.0 OK <1@b.example>', [])?.text, 'OK <1@b.example>');
    assert.equal(replyTo('RCPT TO:<a@b.example>', '550 5.1.10 No such recipient', [])?.text, 'No such recipient');
    assert.equal(replyTo('DATA', 'nothing of it', []), null);
  });

  test('never show the token of an AUTH line that is echoed', async () => {
    await using server = await scriptedServer({ auth: ECHO });
    await using relay = submissionClient();
    const error = await relay.client.submit(transaction(server.port)).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof FailureError);
    assert.equal(error.failure.smtp?.reply.code, 535);
    const shown = inspect(error, { depth: 10 }) + JSON.stringify(error.failure);
    assert.match(shown, /\[redacted\]/);
    assert.equal(shown.includes(secret.slice(0, 20)), false);
    assert.equal(shown.includes(Buffer.from(secret).toString('base64').slice(4, 24)), false);
  });

  test('never show the token where they come unasked for either', async () => {
    await using server = await scriptedServer({ auth: `235 ok\r\n500 ${secret}` });
    await using relay = submissionClient();
    const error = await relay.client.submit(transaction(server.port)).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof FailureError);
    assert.equal(inspect(error, { depth: 10 }).includes(secret.slice(0, 20)), false);
  });
});
