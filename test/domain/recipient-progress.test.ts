/** Each recipient is settled by itself, only those of the attempt are touched, and no doubt is lost. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { failure } from '../../src/domain/failure.ts';
import { type AttemptResult, type Judgement, recipientsAfter } from '../../src/domain/recipient-progress.ts';
import type { RecipientState, Submission } from '../../src/domain/submission.ts';
import { ann, attemptFor, ben, cleo, inShort, refusal, submissionTo, taken } from './submissions.ts';

const untold: Judgement = { awaited: true, inDoubt: 'hold' };
const told: Judgement = { awaited: false, inDoubt: 'hold' };
const repeating: Judgement = { awaited: false, inDoubt: 'repeat' };
const doubt = failure('submission-in-doubt');

function after(submission: Submission, result: Partial<AttemptResult>, judgement: Judgement = told): string[] {
  return inShort(recipientsAfter(submission, attemptFor(submission, result), judgement));
}

function withStates(...recipients: RecipientState[]): Submission {
  return { ...submissionTo([]), recipients };
}

suite('a recipient', () => {
  test('is accepted, waits or is rejected as the server said of it', () => {
    const rejected = [
      { recipient: ben, failure: refusal(450) },
      { recipient: cleo, failure: refusal(550) },
    ];
    assert.deepEqual(after(submissionTo([ann, ben, cleo]), { accepted: [ann], rejected, reply: taken }), [
      'ann accepted',
      'ben pending refused-by-server',
      'cleo rejected refused-by-server',
    ]);
  });

  test('that is settled stays so, whatever a later attempt says', () => {
    const before = withStates(
      { address: ann, state: 'accepted', failure: null },
      { address: ben, state: 'rejected', failure: refusal(550) },
      { address: cleo, state: 'pending', failure: null },
    );
    assert.deepEqual(after(before, { failure: failure('message-too-large') }), [
      'ann accepted',
      'ben rejected refused-by-server',
      'cleo rejected message-too-large',
    ]);
  });

  test('that the attempt did not name stays as it was', () => {
    const failed = { named: [ann], failure: failure('message-too-large') };
    assert.deepEqual(after(submissionTo([ann, ben]), failed), ['ann rejected message-too-large', 'ben pending']);
  });

  test('takes its own refusal before that of the whole', () => {
    const rejected = [
      { recipient: ann, failure: refusal(550) },
      { recipient: ben, failure: refusal(450) },
    ];
    const recipients = recipientsAfter(
      submissionTo([ann, ben, cleo]),
      attemptFor(submissionTo([ann, ben, cleo]), { failure: { ...failure('server-busy'), rejected } }),
      told,
    );
    assert.deepEqual(inShort(recipients), [
      'ann rejected refused-by-server',
      'ben pending refused-by-server',
      'cleo pending server-busy',
    ]);
    for (const recipient of recipients) assert.deepEqual(recipient.failure?.rejected, []);
  });

  test('of a mailbox that cannot send is refused to who waits, and waits itself once 202 was answered', () => {
    const failed = { failure: failure('entra-client-secret-expired') };
    assert.deepEqual(after(submissionTo([ann]), failed, untold), ['ann rejected entra-client-secret-expired']);
    assert.deepEqual(after(submissionTo([ann]), failed, told), ['ann pending entra-client-secret-expired']);
  });

  test('waits for a limit of the mailbox where others were accepted, also while the caller waits', () => {
    const rejected = [{ recipient: ben, failure: failure('recipient-rate-limit-exceeded') }];
    assert.deepEqual(after(submissionTo([ann, ben]), { accepted: [ann], rejected }, untold), [
      'ann accepted',
      'ben pending recipient-rate-limit-exceeded',
    ]);
  });

  test('of a submission with one attempt never waits', () => {
    const once = submissionTo([ann, ben], { retry: false });
    assert.deepEqual(after(once, { failure: failure('server-busy') }, untold), [
      'ann rejected server-busy',
      'ben rejected server-busy',
    ]);
    assert.deepEqual(after(once, { accepted: [ann], rejected: [{ recipient: ben, failure: refusal(450) }] }, untold), [
      'ann accepted',
      'ben rejected refused-by-server',
    ]);
  });
});

suite('a recipient in doubt', () => {
  test('is held for an operator, with those alone that the attempt named and the server did not refuse', () => {
    const failed = { named: [ann, ben], rejected: [{ recipient: ben, failure: refusal(450) }], failure: doubt };
    assert.deepEqual(after(submissionTo([ann, ben, cleo]), failed), [
      'ann in-doubt submission-in-doubt',
      'ben pending refused-by-server',
      'cleo pending',
    ]);
  });

  test('is tried again where the relay is set to, but for a submission with one attempt', () => {
    assert.deepEqual(after(submissionTo([ann]), { failure: doubt }, repeating), ['ann pending submission-in-doubt']);
    const once = submissionTo([ann], { retry: false });
    assert.deepEqual(after(once, { failure: doubt }, repeating), ['ann in-doubt submission-in-doubt']);
  });

  test('stays so through later failures, for good ones too, until it is accepted', () => {
    const before = withStates({ address: ann, state: 'pending', failure: doubt });
    assert.deepEqual(after(before, { failure: failure('connection-refused') }, repeating), [
      'ann pending submission-in-doubt',
    ]);
    assert.deepEqual(after(before, { failure: failure('recipient-not-found') }, repeating), [
      'ann in-doubt submission-in-doubt',
    ]);
    assert.deepEqual(after(before, { accepted: [ann], reply: taken }, repeating), ['ann accepted']);
  });
});
