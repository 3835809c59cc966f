/** A submission moves from state to state by what happened to its recipients, each time with the next revision, and its record says why. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { failure } from '../../src/domain/failure.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { isFinal } from '../../src/domain/submission.ts';
import {
  type AttemptPolicy,
  type AttemptResult,
  afterAttempt,
  canceled,
  expired,
  held,
  interrupted,
  refused,
  retriedNow,
} from '../../src/domain/submission-progress.ts';
import { ACCEPTED_AT, ann, attemptFor, ben, cleo, inShort, refusal, submissionTo, taken } from './submissions.ts';

const LATER = ACCEPTED_AT + 60_000;
const policy: AttemptPolicy = { awaited: false, inDoubt: 'hold', retryAt: () => LATER };
const busy = failure('server-busy');
const doubt = failure('submission-in-doubt');
const HOUR = 3_600_000;

function after(submission: Submission, result: Partial<AttemptResult>, use: Partial<AttemptPolicy> = {}): Submission {
  const next = afterAttempt(submission, attemptFor(submission, result), { ...policy, ...use });
  assert.equal(next.revision, submission.revision + 1);
  return next;
}

/** Final, and so without anything that still waits. */
function assertFinal(submission: Submission, status: Submission['status'], at: number): void {
  assert.equal(submission.status, status);
  assert.ok(isFinal(submission));
  assert.equal(submission.nextAttemptAt, null);
  assert.equal(submission.finishedAt, at);
  assert.ok(submission.recipients.every(({ state }) => state !== 'pending'));
}

function assertDeferred(submission: Submission, until: number): void {
  assert.equal(submission.status, 'deferred');
  assert.equal(submission.nextAttemptAt, until);
  assert.equal(submission.finishedAt, null);
}

suite('a new submission', () => {
  test('is queued for at once or for when it is scheduled, with every recipient pending', () => {
    const made = submissionTo([ann, ben]);
    assert.equal(made.revision, 1);
    assert.equal(made.status, 'queued');
    assert.equal(made.nextAttemptAt, ACCEPTED_AT);
    assert.deepEqual(inShort(made.recipients), ['ann pending', 'ben pending']);
    assert.deepEqual(made.envelope, { reversePath: 'ceo@contoso.example', dsn: null, internationalized: false });
    assert.equal(submissionTo([ann], { scheduledAt: LATER }).nextAttemptAt, LATER);
  });
});

suite('after an attempt a submission', () => {
  test('is submitted when every recipient was accepted', () => {
    const next = after(submissionTo([ann, ben]), { accepted: [ann, ben], reply: taken });
    assertFinal(next, 'submitted', ACCEPTED_AT + 2_000);
    assert.equal(next.lastFailure, null);
    assert.equal(next.reply, taken);
    assert.deepEqual(next.attempts, [
      {
        startedAt: ACCEPTED_AT + 1_000,
        endedAt: ACCEPTED_AT + 2_000,
        outcome: 'submitted',
        reply: taken,
        failure: null,
        serverTail: 'Hostname=DM5.namprd08.prod.outlook.com',
      },
    ]);
  });

  test('is submitted when one was accepted and the others refused for good, who keep their failure', () => {
    const rejected = [{ recipient: ben, failure: refusal(550) }];
    const next = after(submissionTo([ann, ben]), { accepted: [ann], rejected, reply: taken });
    assertFinal(next, 'submitted', ACCEPTED_AT + 2_000);
    assert.equal(next.lastFailure, null);
    assert.deepEqual(inShort(next.recipients), ['ann accepted', 'ben rejected refused-by-server']);
    assert.equal(next.attempts[0]?.outcome, 'submitted');
    assert.equal(next.attempts[0]?.failure?.stage, 'rcpt-to');
  });

  test('is deferred for a recipient that may be accepted later, and submitted once it is settled', () => {
    const rejected = [{ recipient: ben, failure: refusal(450) }];
    const first = after(submissionTo([ann, ben]), { accepted: [ann], rejected, reply: taken });
    assertDeferred(first, LATER);
    assert.equal(first.lastFailure?.code, 'refused-by-server');
    assert.equal(first.reply, taken);
    const second = after(first, { failure: refusal(550) });
    assertFinal(second, 'submitted', ACCEPTED_AT + 2_000);
    assert.equal(second.attempts[1]?.outcome, 'failed');
    assert.equal(second.reply, taken);
  });

  test('has failed when nobody was accepted and nobody may be', () => {
    const next = after(submissionTo([ann]), { failure: refusal(550) });
    assertFinal(next, 'failed', ACCEPTED_AT + 2_000);
    assert.equal(next.lastFailure?.smtp?.reply.code, 550);
    assert.equal(next.attempts[0]?.outcome, 'failed');
    assert.equal(next.attempts[0]?.serverTail, 'A.prod.outlook.com 1 2');
  });

  test('has failed for the reason of a recipient where the attempt gives none', () => {
    const next = after(submissionTo([ann]), { rejected: [{ recipient: ann, failure: refusal(550) }] });
    assertFinal(next, 'failed', ACCEPTED_AT + 2_000);
    assert.equal(next.lastFailure?.code, 'refused-by-server');
  });

  test('is deferred as long as the schedule says for the failure and the number of attempts', () => {
    const asked: unknown[] = [];
    const retryAt: AttemptPolicy['retryAt'] = (because, count) => {
      asked.push([because?.code, count]);
      return LATER;
    };
    const first = after(submissionTo([ann]), { failure: busy }, { retryAt });
    assertDeferred(first, LATER);
    assert.equal(first.lastFailure?.code, 'server-busy');
    assert.equal(first.attempts[0]?.outcome, 'deferred');
    after(first, { failure: failure('connection-refused') }, { retryAt });
    assert.deepEqual(asked, [
      ['server-busy', 1],
      ['connection-refused', 2],
    ]);
  });

  test('is tried again as often as the catalogue says for a recipient, and then given up', () => {
    const full = failure('recipient-mailbox-full');
    let submission = submissionTo([ann]);
    const statuses: string[] = [];
    for (let number = 0; number < 4; number += 1) {
      submission = after(submission, { failure: full });
      statuses.push(submission.status);
    }
    assert.deepEqual(statuses, ['deferred', 'deferred', 'deferred', 'failed']);
    assert.equal(submission.recipients[0]?.failure?.code, 'recipient-mailbox-full');
  });

  test('is due by the recipient that can be tried first', () => {
    const rejected = [
      { recipient: ann, failure: failure('recipient-mailbox-full') },
      { recipient: ben, failure: failure('recipient-thread-limit') },
      { recipient: cleo, failure: failure('recipient-not-found') },
    ];
    const next = after(submissionTo([ann, ben, cleo]), { failure: { ...failure('recipient-not-found'), rejected } });
    assertDeferred(next, LATER);
    assert.equal(next.lastFailure?.code, 'recipient-thread-limit');
  });

  test('is never due after it expires', () => {
    const expiresAt = ACCEPTED_AT + 30_000;
    assertDeferred(after(submissionTo([ann], { expiresAt }), { failure: busy }), expiresAt);
  });

  test('keeps its first attempt and the latest ones, counts all, and lists no recipients in them', () => {
    let submission = submissionTo([ann]);
    const rejected = [{ recipient: ann, failure: refusal(450) }];
    for (let count = 1; count <= 25; count += 1) {
      submission = after(submission, { startedAt: count, failure: { ...refusal(450), rejected } });
    }
    assert.equal(submission.attemptCount, 25);
    const starts = submission.attempts.map(({ startedAt }) => startedAt);
    assert.deepEqual(starts, [1, ...Array.from({ length: 19 }, (_, at) => at + 7)]);
    for (const { failure } of submission.attempts) assert.deepEqual(failure?.rejected, []);
  });
});

suite('a submission in doubt', () => {
  test('is final where an operator decides', () => {
    const next = after(submissionTo([ann]), { failure: doubt });
    assertFinal(next, 'in-doubt', ACCEPTED_AT + 2_000);
    assert.equal(next.lastFailure?.code, 'submission-in-doubt');
    assert.equal(next.attempts[0]?.outcome, 'in-doubt');
  });

  test('is deferred while another recipient waits, and in doubt once that is settled', () => {
    const rejected = [{ recipient: ben, failure: refusal(450) }];
    const first = after(submissionTo([ann, ben]), { rejected, failure: doubt });
    assertDeferred(first, LATER);
    assert.equal(first.lastFailure?.code, 'refused-by-server');
    const second = after(first, { accepted: [ben], reply: taken });
    assertFinal(second, 'in-doubt', ACCEPTED_AT + 2_000);
    assert.equal(second.lastFailure?.code, 'submission-in-doubt');
    assert.deepEqual(inShort(second.recipients), ['ann in-doubt submission-in-doubt', 'ben accepted']);
  });

  test('is tried again where the relay is set to', () => {
    const next = after(submissionTo([ann]), { failure: doubt }, { inDoubt: 'repeat' });
    assertDeferred(next, LATER);
    assert.equal(next.lastFailure?.code, 'submission-in-doubt');
    assert.equal(next.attempts[0]?.outcome, 'in-doubt');
  });

  test('is what a process leaves that ended after the mark', () => {
    const next = interrupted(submissionTo([ann]), ACCEPTED_AT + 5, LATER, 'hold');
    assertFinal(next, 'in-doubt', LATER);
    assert.equal(next.attempts[0]?.startedAt, ACCEPTED_AT + 5);
    assert.equal(next.lastFailure?.values.message_id, '<01J@contoso.example>');
    assertDeferred(interrupted(submissionTo([ann]), ACCEPTED_AT + 5, LATER, 'repeat'), LATER);
  });
});

suite('a submission that is held', () => {
  const paused = failure('mailbox-paused', { detail: 'send-as-denied' });

  test('is deferred with the reason, without an attempt', () => {
    const next = held(submissionTo([ann]), paused, LATER);
    assertDeferred(next, LATER);
    assert.equal(next.lastFailure, paused);
    assert.equal(next.attemptCount, 0);
    assert.equal(next.revision, 2);
  });

  test('is the same when nothing changes, and another when anything does', () => {
    const before = held(submissionTo([ann]), paused, LATER);
    assert.equal(held(before, failure('mailbox-paused', { detail: 'send-as-denied' }), LATER), before);
    assert.equal(held(before, paused, LATER + 1).nextAttemptAt, LATER + 1);
    assert.equal(held(before, failure('mailbox-paused'), LATER).revision, 3);
    assert.equal(held(before, failure('mailbox-not-configured'), LATER).lastFailure?.code, 'mailbox-not-configured');
  });

  test('is never due after it expires, and the same then too', () => {
    const before = held(submissionTo([ann], { expiresAt: LATER }), paused, LATER + HOUR);
    assertDeferred(before, LATER);
    assert.equal(held(before, paused, LATER + HOUR), before);
  });
});

suite('a submission that is refused without an attempt', () => {
  test('has failed with the reason', () => {
    const paced = failure('mailbox-paced');
    const next = refused(submissionTo([ann], { retry: false }), paced, LATER);
    assertFinal(next, 'failed', LATER);
    assert.equal(next.revision, 2);
    assert.equal(next.lastFailure, paced);
    assert.deepEqual(inShort(next.recipients), ['ann rejected mailbox-paced']);
    assert.equal(next.attemptCount, 0);
  });

  test('is submitted when somebody was accepted before', () => {
    const rejected = [{ recipient: ben, failure: refusal(450) }];
    const partly = after(submissionTo([ann, ben]), { accepted: [ann], rejected, reply: taken });
    assertFinal(refused(partly, failure('content-gone'), LATER), 'submitted', LATER);
  });
});

suite('a submission that expires', () => {
  test('has failed, and says and shows what it waited for in vain', () => {
    const next = expired(after(submissionTo([ann]), { failure: refusal(450) }), LATER);
    assertFinal(next, 'failed', LATER);
    assert.deepEqual(inShort(next.recipients), ['ann rejected submission-expired']);
    assert.equal(next.lastFailure?.code, 'submission-expired');
    assert.match(next.lastFailure.detail ?? '', /The last failure was refused-by-server: .+[.]$/);
    assert.equal(next.lastFailure.stage, 'rcpt-to');
    assert.equal(next.lastFailure.smtp?.reply.code, 450);
    assert.equal(next.lastFailure.messageId, '<01J@contoso.example>');
    assert.equal(next.recipients[0]?.failure?.values.recipient, ann);
  });

  test('says so when its turn never came', () => {
    assert.match(expired(submissionTo([ann]), LATER).lastFailure?.detail ?? '', /its turn never came/);
  });

  test('is submitted when somebody was accepted before', () => {
    const rejected = [{ recipient: ben, failure: refusal(450) }];
    const next = expired(after(submissionTo([ann, ben]), { accepted: [ann], rejected, reply: taken }), LATER);
    assertFinal(next, 'submitted', LATER);
    assert.equal(next.lastFailure, null);
    assert.deepEqual(inShort(next.recipients), ['ann accepted', 'ben rejected submission-expired']);
  });

  test('is in doubt when it may have been submitted', () => {
    const next = expired(after(submissionTo([ann]), { failure: doubt }, { inDoubt: 'repeat' }), LATER);
    assertFinal(next, 'in-doubt', LATER);
    assert.equal(next.lastFailure?.code, 'submission-in-doubt');
  });
});

suite('a submission that is canceled', () => {
  test('is final, with nobody pending', () => {
    const next = canceled(after(submissionTo([ann]), { failure: busy }), LATER);
    assertFinal(next, 'canceled', LATER);
    assert.equal(next.revision, 3);
    assert.equal(next.lastFailure?.code, 'submission-canceled');
    assert.deepEqual(inShort(next.recipients), ['ann rejected submission-canceled']);
  });

  test('is in doubt when it may have been submitted', () => {
    const next = canceled(after(submissionTo([ann]), { failure: doubt }, { inDoubt: 'repeat' }), LATER);
    assertFinal(next, 'in-doubt', LATER);
    assert.equal(next.lastFailure?.code, 'submission-in-doubt');
  });
});

suite('a submission that is tried again at once', () => {
  const rejected = [{ recipient: ben, failure: refusal(550) }];
  const partly = after(submissionTo([ann, ben]), { accepted: [ann], rejected, reply: taken });

  test('is queued for all but those who were accepted, and forgets why it was not', () => {
    const next = retriedNow(partly, LATER, HOUR);
    assert.equal(next.status, 'queued');
    assert.equal(next.nextAttemptAt, LATER);
    assert.equal(next.finishedAt, null);
    assert.equal(next.revision, partly.revision + 1);
    assert.deepEqual(inShort(next.recipients), ['ann accepted', 'ben pending']);
    assert.equal(next.attemptCount, 1);
  });

  test('lives as long as it did, or as long as it is given', () => {
    assert.equal(retriedNow(partly, LATER, HOUR).expiresAt, partly.expiresAt);
    assert.equal(retriedNow(partly, partly.expiresAt, HOUR).expiresAt, partly.expiresAt + HOUR);
  });

  test('was in doubt, canceled, failed or deferred before', () => {
    const befores = [
      after(submissionTo([ann]), { failure: doubt }),
      canceled(submissionTo([ann]), LATER),
      expired(submissionTo([ann]), LATER),
    ];
    for (const before of befores) {
      const next = retriedNow(before, LATER, HOUR);
      assert.equal(next.status, 'queued');
      assert.equal(next.lastFailure, null);
      assert.deepEqual(inShort(next.recipients), ['ann pending']);
    }
    const deferred = retriedNow(after(submissionTo([ann]), { failure: busy }), ACCEPTED_AT + 3_000, HOUR);
    assert.equal(deferred.nextAttemptAt, ACCEPTED_AT + 3_000);
  });

  test('is no longer in doubt, since who asks for it has decided', () => {
    const again = retriedNow(after(submissionTo([ann]), { failure: doubt }), LATER, HOUR);
    assert.equal(after(again, { failure: refusal(550) }).status, 'failed');
  });
});
