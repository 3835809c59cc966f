/** Each client is held to its rate, and told where it stands. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mock, suite, test } from 'node:test';
import { message, recordingRelay } from './recording-relay.ts';

const rateHeaders = ({ headers }: { headers: Record<string, unknown> }) =>
  ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after'].map((name) => headers[name]);

suite('a client', () => {
  test('is told what is left, and 429 when nothing is, until the window ends', async () => {
    mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-03-02T08:00:00Z') });
    try {
      const { post, submissions } = recordingRelay({ client: { rate: { requests: 2, seconds: 60 } } });
      assert.deepEqual(rateHeaders(await post(message)), [2, 1, 60, undefined].map(asHeader));
      mock.timers.setTime(Date.parse('2026-03-02T08:00:10.500Z'));
      assert.deepEqual(rateHeaders(await post('{')), [2, 0, 50, undefined].map(asHeader));
      const refused = await post(message);
      assert.equal(refused.statusCode, 429);
      assert.deepEqual(rateHeaders(refused), [2, 0, 50, 50].map(asHeader));
      const problem = refused.json();
      assert.equal(problem.code, 'rate-limited');
      assert.equal(problem.retryable, true);
      assert.equal(problem.retry_after, 50);
      assert.match(problem.detail, /Client erp may make 2 requests in 60 s .* in 50 s/);
      mock.timers.setTime(Date.parse('2026-03-02T08:01:00Z'));
      assert.equal((await post(message)).statusCode, 200);
      assert.equal(submissions.length, 2);
    } finally {
      mock.timers.reset();
    }
  });

  test('is not counted for requests that show no key or a wrong one', async () => {
    const { post, server } = recordingRelay({ client: { rate: { requests: 1, seconds: 60 } } });
    for (let count = 0; count < 5; count++) {
      const response = await post(message, { authorization: `Bearer ${randomUUID()}` });
      assert.equal(response.statusCode, 401);
      assert.deepEqual(rateHeaders(response), [undefined, undefined, undefined, undefined]);
    }
    for (let count = 0; count < 5; count++)
      assert.equal((await server.inject({ method: 'GET', url: '/health' })).statusCode, 200);
    assert.equal((await post(message)).statusCode, 200);
  });

  test('is refused before its body is read', async () => {
    const { post } = recordingRelay({ client: { rate: { requests: 1, seconds: 60 } } });
    await post(message);
    assert.equal((await post('x', { 'content-length': '99999999' })).statusCode, 429);
  });
});

function asHeader(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
