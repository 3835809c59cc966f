/** A record is read as it was written, and what the catalogue has forgotten since keeps its words. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { decodeRecord, encodeRecord } from '../../../src/adapters/outbox/record.ts';
import { failure } from '../../../src/domain/failure.ts';
import { START, submissionOf } from './submissions.ts';

suite('a record of the outbox', () => {
  const refused = failure('send-as-denied', {
    detail: 'Denied.',
    smtp: { command: 'DATA', reply: { code: 554, enhanced: '5.2.252', text: 'SendAsDenied' } },
    rejected: [{ recipient: 'ada@example.com', failure: failure('recipient-not-found') }],
  });
  const submission = submissionOf({
    recipients: [{ address: 'ada@example.com', state: 'rejected', failure: refused }],
    attempts: [
      { startedAt: START, endedAt: START, outcome: 'failed', reply: null, failure: refused, serverTail: null },
    ],
    lastFailure: refused,
  });

  test('is read as it was written', () => {
    assert.deepEqual(decodeRecord(encodeRecord(submission)), submission);
    assert.deepEqual(decodeRecord(encodeRecord(submissionOf({ id: 'x', requestId: 'x' }))).id, 'x');
  });

  test('keeps the words of failures whose code is not in the catalogue any more, wherever they stand', () => {
    const text = encodeRecord(submission).replaceAll('"send-as-denied"', '"once-known"');
    const read = decodeRecord(text.replaceAll('"recipient-not-found"', '"also-once-known"'));
    for (const found of [read.lastFailure, read.attempts[0]?.failure, read.recipients[0]?.failure]) {
      assert.equal(found?.code, 'refused-by-server');
      assert.match(found.detail ?? '', /once-known\. Denied\.$/);
      assert.deepEqual(found.smtp, refused.smtp);
      assert.equal(found.rejected[0]?.failure.code, 'refused-by-server');
      assert.match(found.rejected[0]?.failure.detail ?? '', /also-once-known\.$/);
    }
  });

  test('is refused when its version is unknown', () => {
    assert.throws(() => decodeRecord('{"v":2}'), /version 2/);
  });
});
