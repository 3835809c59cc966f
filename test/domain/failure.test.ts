/** A failure takes from its catalogue entry what the occurrence does not say, and tells whether and when to try again. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  entryOf,
  FailureError,
  failure,
  httpStatus,
  isRetryable,
  retryAfterSeconds,
} from '../../src/domain/failure.ts';
import type { SmtpReply } from '../../src/domain/smtp-reply.ts';

function refused(code: number): { command: string; reply: SmtpReply } {
  return { command: 'DATA', reply: { code, enhanced: null, text: 'No' } };
}

suite('a failure', () => {
  test('takes its stage from its entry, and has no detail of its own', () => {
    const made = failure('server-busy');
    assert.equal(made.stage, entryOf('server-busy').stage);
    assert.equal(made.detail, null);
  });

  test('is permanent when its entry says never', () => {
    const made = failure('send-as-denied');
    assert.equal(isRetryable(made), false);
    assert.equal(retryAfterSeconds(made), null);
    assert.equal(httpStatus(made), 403);
  });

  test('that is permanent stays so even if the server asks to come back', () => {
    assert.equal(retryAfterSeconds(failure('send-as-denied', { retryAfter: 5 })), null);
  });

  test('waits as long as its entry says, unless the other side says otherwise', () => {
    assert.equal(retryAfterSeconds(failure('server-busy')), 60);
    assert.equal(retryAfterSeconds(failure('server-busy', { retryAfter: 7 })), 7);
  });

  test('with an unknown 4yz reply is retryable upstream trouble', () => {
    const made = failure('refused-by-server', { smtp: refused(450) });
    assert.equal(isRetryable(made), true);
    assert.equal(httpStatus(made), 503);
    assert.equal(retryAfterSeconds(made), 60);
  });

  test('with an unknown 5yz reply, or none, is permanent', () => {
    for (const made of [failure('refused-by-server', { smtp: refused(550) }), failure('refused-by-server')]) {
      assert.equal(isRetryable(made), false);
      assert.equal(httpStatus(made), 502);
      assert.equal(retryAfterSeconds(made), null);
    }
  });
});

suite('a FailureError', () => {
  test('carries the failure and, for the log, what caused it', () => {
    const cause = new Error('socket');
    const made = failure('connection-reset', { detail: 'Cut.' });
    const error = new FailureError(made, { cause });
    assert.equal(error.failure, made);
    assert.equal(error.cause, cause);
    assert.equal(error.message, 'connection-reset: Cut.');
    assert.equal(error.name, 'FailureError');
  });
});
