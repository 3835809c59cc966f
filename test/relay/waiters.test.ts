/** Who waits is answered once: by the outcome, or when its patience is over. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Submission } from '../../src/domain/submission.ts';
import { Waiters } from '../../src/relay/waiters.ts';
import { submissionTo } from '../domain/submissions.ts';

const submission = submissionTo(['jane@fabrikam.example']);
const pending = { kind: 'pending', submission, replayed: false } as const;

suite('a caller who waits', () => {
  test('is known until it is answered, and answered once', async () => {
    const waiters = new Waiters(() => assert.fail('it was patient'));
    const answer = waiters.wait(submission, 1_000, 60_000);
    assert.equal(waiters.has(submission.id), true);
    assert.equal(waiters.size, 1);
    assert.deepEqual(waiters.ids, [submission.id]);
    assert.equal(waiters.of(submission.id)?.until, 61_000);
    assert.equal(waiters.of(submission.id)?.isOver, false);
    waiters.tell(submission.id, pending);
    waiters.tell(submission.id, { kind: 'submitted', submission, replayed: false });
    assert.deepEqual(await answer, pending);
    assert.equal(waiters.has(submission.id), false);
    assert.equal(waiters.of(submission.id), null);
  });

  test('is told of when its patience is over, with the submission as it is by then, and may be let wait on', async () => {
    const later = { ...submission, revision: 2 };
    const over = Promise.withResolvers<Submission>();
    const waiters = new Waiters(over.resolve);
    const answer = waiters.wait(submission, 0, 1);
    waiters.changed(later);
    assert.equal(await over.promise, later);
    assert.equal(waiters.of(submission.id)?.isOver, true);
    waiters.tell(submission.id, pending);
    assert.equal(await answer, pending);
  });

  test('is not told of what nobody waits for', () => {
    const waiters = new Waiters(() => {});
    waiters.changed(submission);
    waiters.tell(submission.id, pending);
    assert.equal(waiters.size, 0);
  });
});
