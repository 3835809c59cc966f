/** POST /send waits as its caller prefers, and each outcome has an answer that says who holds the message. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FailureError, failure } from '../../src/domain/failure.ts';
import { ACCEPTED, failed, pending } from './outcomes.ts';
import { dialogue, sendRequest } from './raw-socket.ts';
import { errorsOf, MAILBOX, message, recordingRelay } from './recording-relay.ts';

const fieldsOf = (response: Parameters<typeof errorsOf>[0]) => errorsOf(response).map((line) => line.split(': ')[0]);

suite('the wait', () => {
  const waits: [prefer: string | undefined, wait: number, applied: string | undefined][] = [
    [undefined, 30_000, undefined],
    ['return=minimal', 30_000, undefined],
    ['wait=5', 5_000, 'wait=5'],
    ['wait=300', 30_000, 'wait=30'],
    ['respond-async', 0, 'respond-async'],
  ];
  for (const [prefer, wait, applied] of waits) {
    test(`is as the caller prefers: ${prefer}`, async () => {
      const { post, options } = recordingRelay();
      const response = await post(message, prefer === undefined ? {} : { prefer });
      assert.equal(options[0]?.wait, wait);
      assert.equal(response.headers['preference-applied'], applied);
    });
  }

  test('is told in a problem as well', async () => {
    const { post } = recordingRelay({ deliver: async (held) => failed(held, failure('recipient-not-found')) });
    assert.equal((await post(message, { prefer: 'wait=5' })).headers['preference-applied'], 'wait=5');
  });

  test('may stand on several lines of the header', async () => {
    await using talk = await dialogue();
    talk.socket.write(
      sendRequest(talk.key, JSON.stringify(message), ['Prefer: foo', 'Prefer: wait=7', 'Connection: close']),
    );
    const [answer] = await talk.answers;
    assert.match(answer?.head ?? '', /^preference-applied: wait=7$/im);
    assert.equal(talk.options[0]?.wait, 7_000);
  });

  test('that is none is refused by its name, and nothing is submitted', async () => {
    const { post, submissions } = recordingRelay();
    const response = await post(message, { prefer: 'wait=soon' });
    assert.equal(response.statusCode, 400);
    assert.deepEqual(errorsOf(response), [
      'Prefer: wait="soon" is no whole number of seconds; wait=0 to wait=30 are possible',
    ]);
    assert.equal(submissions.length, 0);
  });
});

suite('a submission that goes on', () => {
  test('is answered 202 with its state and where to look, member for member', async () => {
    const gone = failure('recipient-not-found');
    const { post } = recordingRelay({
      deliver: async (held) =>
        pending(held, {
          status: 'deferred',
          recipients: [
            { address: 'a@fabrikam.example', state: 'accepted', failure: null },
            { address: 'b@fabrikam.example', state: 'rejected', failure: gone },
            { address: 'c@fabrikam.example', state: 'pending', failure: failure('recipient-mailbox-full') },
          ],
          nextAttemptAt: ACCEPTED + 60_000,
          attemptCount: 1,
          lastFailure: failure('server-busy'),
        }),
    });
    const response = await post(message);
    assert.equal(response.statusCode, 202);
    const { id, rejected, last_failure, ...body } = response.json();
    assert.equal(response.headers.location, `/submissions/${id}`);
    assert.deepEqual(body, {
      status: 'deferred',
      message_id: `<${id}@contoso.example>`,
      mailbox: MAILBOX,
      accepted: ['a@fabrikam.example'],
      next_attempt_at: '2026-03-02T08:01:00.000Z',
      scheduled_at: null,
      expires_at: '2026-03-03T08:00:00.000Z',
      attempts: 1,
    });
    assert.deepEqual(
      rejected.map((each: { recipient: string; failure: { code: string } }) => [each.recipient, each.failure.code]),
      [['b@fabrikam.example', 'recipient-not-found']],
    );
    assert.equal(last_failure.code, 'server-busy');
    assert.equal(last_failure.type, '/failures/server-busy');
  });

  test('has no failure before its first attempt', async () => {
    const { post } = recordingRelay({ deliver: async (held) => pending(held) });
    const body = (await post(message, { prefer: 'respond-async' })).json();
    assert.deepEqual([body.status, body.last_failure, body.attempts], ['queued', null, 0]);
  });
});

suite('a submission that failed', () => {
  test('is answered as a problem about the submission', async () => {
    const { post } = recordingRelay({ deliver: async (held) => failed(held, failure('send-as-denied')) });
    const response = await post(message, { 'x-request-id': 'order-4711' });
    const problem = response.json();
    assert.equal(response.statusCode, 403);
    assert.match(problem.instance, /^\/submissions\/01J\d{23}$/);
    assert.equal(problem.request_id, 'order-4711');
    assert.equal(problem.message_id, `<${problem.instance.slice('/submissions/'.length)}@contoso.example>`);
  });

  test('names each recipient with its own failure', async () => {
    const [gone, full] = [failure('recipient-not-found'), failure('recipient-mailbox-full')];
    const { post } = recordingRelay({
      deliver: async (held) =>
        failed(held, gone, {
          recipients: [
            { address: 'a@fabrikam.example', state: 'rejected', failure: gone },
            { address: 'b@fabrikam.example', state: 'rejected', failure: full },
          ],
        }),
    });
    const { rejected } = (await post(message)).json();
    assert.deepEqual(
      rejected.map((each: { recipient: string; failure: { code: string } }) => [each.recipient, each.failure.code]),
      [
        ['a@fabrikam.example', 'recipient-not-found'],
        ['b@fabrikam.example', 'recipient-mailbox-full'],
      ],
    );
  });

  test('is answered 504 when nobody knows, with the Message-ID to look for', async () => {
    const { post } = recordingRelay({
      deliver: async (held) => failed(held, failure('submission-in-doubt'), { status: 'in-doubt' }),
    });
    const response = await post(message);
    assert.equal(response.statusCode, 504);
    assert.match(response.json().message_id, /^<01J\d{23}@contoso\.example>$/);
    assert.match(response.json().instance, /^\/submissions\//);
  });

  test('before it was accepted is a problem about the request, with Retry-After where it helps', async () => {
    for (const code of ['outbox-full', 'idempotency-key-in-use', 'mailbox-paused'] as const) {
      const { post } = recordingRelay({
        deliver: async () => {
          throw new FailureError(failure(code));
        },
      });
      const response = await post(message, { 'x-request-id': 'order-4711' });
      assert.equal(response.json().instance, 'order-4711');
      assert.equal(response.json().code, code);
      assert.match(String(response.headers['retry-after']), /^\d+$/);
    }
  });
});

suite('how a message is to be submitted', () => {
  test('reaches the relay', async () => {
    const { post, submissions } = recordingRelay();
    const fields = { priority: 'bulk', scheduled_at: '2026-03-02T09:00:00+01:00', expires_in: 3_600, retry: false };
    assert.equal((await post({ ...message, ...fields })).statusCode, 200);
    const { priority, scheduledAt, expiresIn, retry } = submissions[0]?.request ?? {};
    assert.deepEqual([priority, scheduledAt, expiresIn, retry], ['bulk', ACCEPTED, 3_600, false]);
  });

  const refused: [what: string, fields: object, status: number, field: string][] = [
    ['a priority that is none', { priority: 'urgent' }, 400, 'priority'],
    ['a time without an offset', { scheduled_at: '2026-03-02T09:00:00' }, 422, 'scheduled_at'],
    ['a time as a number', { scheduled_at: 1_772_438_400 }, 400, 'scheduled_at'],
    ['a broken number of seconds', { expires_in: 1.5 }, 400, 'expires_in'],
    ['seconds as a text', { expires_in: '60' }, 400, 'expires_in'],
    ['retry as a text', { retry: 'no' }, 400, 'retry'],
  ];
  for (const [what, fields, status, field] of refused) {
    test(`is refused by name: ${what}`, async () => {
      const { post, submissions } = recordingRelay();
      const response = await post({ ...message, ...fields });
      assert.equal(response.statusCode, status);
      assert.deepEqual(fieldsOf(response), [field]);
      assert.equal(submissions.length, 0);
    });
  }
});
