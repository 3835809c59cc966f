/** A submission is shown as it is at this moment, which its record alone does not know. */

import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import type { Submission } from '../../src/domain/submission.ts';
import { placeOf, standingOf } from '../../src/relay/place.ts';
import { presentBy } from '../../src/relay/present.ts';
import { submissionTo } from '../domain/submissions.ts';
import { linesWith } from './lines-with.ts';
import { HOUR, MINUTE, NOW, routeWith } from './places.ts';

/** A submission that stands in lines, whose view is asked for. */
function standing(t: TestContext, facts: Partial<Submission> = {}, route = {}) {
  const given = linesWith(t, { routes: [routeWith(route)] });
  const submission = { ...submissionTo(['jane@fabrikam.example']), ...facts };
  const stand = () => given.lines.add(placeOf(standingOf(submission, routeWith(route)), given.lines.nextOrder()));
  return { ...given, submission, stand, shown: () => presentBy(given.lines)(submission) };
}

suite('a submission', () => {
  test('that stands nowhere is as its record says', (t) => {
    const { submission, shown } = standing(t);
    assert.equal(shown(), submission);
  });

  test('with an attempt under way is sending', (t) => {
    const { stand, shown } = standing(t);
    stand();
    assert.equal(shown().status, 'sending');
    assert.equal(shown().nextAttemptAt, null);
  });

  test('that waits for its time says when that is', (t) => {
    const { stand, shown } = standing(t, { scheduledAt: NOW + HOUR, nextAttemptAt: NOW + HOUR });
    stand();
    assert.equal(shown().status, 'queued');
    assert.equal(shown().nextAttemptAt, NOW + HOUR);
  });

  test('that waits for the budget says when there is room', async (t) => {
    const { add, end, stand, shown } = standing(t, {}, { messagesPerMinute: 1 });
    add();
    await end();
    stand();
    assert.equal(shown().nextAttemptAt, NOW + MINUTE);
  });

  test('that waits for a pause says for what, and when the next is tried', async (t) => {
    const { add, fail, stand, shown } = standing(t);
    add();
    await fail('smtp-auth-unsuccessful');
    stand();
    assert.equal(shown().lastFailure?.code, 'smtp-auth-unsuccessful');
    assert.equal(shown().nextAttemptAt, NOW + MINUTE);
  });

  test('that waits for the probe of another keeps the instant of its record, since nobody knows one', async (t) => {
    const { add, fail, submission, stand, shown, pass } = standing(t);
    add();
    await fail('smtp-auth-unsuccessful');
    add();
    await pass(MINUTE);
    stand();
    assert.equal(shown().nextAttemptAt, submission.nextAttemptAt);
  });

  test('whose mailbox is not configured is deferred, and says so', (t) => {
    const { stand, shown } = standing(t, { mailbox: 'gone@contoso.example' });
    stand();
    assert.equal(shown().status, 'deferred');
    assert.equal(shown().nextAttemptAt, null);
    assert.equal(shown().lastFailure?.code, 'mailbox-not-configured');
    assert.equal(shown().lastFailure?.values.mailbox, 'gone@contoso.example');
  });
});
