/** Submissions are found by whom they belong to, and changed by operators. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Scope } from '../../src/domain/client.ts';
import { FailureError, failure } from '../../src/domain/failure.ts';
import { given, reply, withSubmissions } from './noted-submissions.ts';
import { ID } from './outcomes.ts';
import { recordingRelay } from './recording-relay.ts';

suite('GET /submissions/{id}', () => {
  test('tells all of the record, member for member', async () => {
    const { ask, called } = withSubmissions();
    const response = await ask('GET', `/submissions/${ID}`);
    assert.equal(response.statusCode, 200);
    const { recipients, attempts, ...view } = response.json();
    assert.deepEqual(view, {
      id: ID,
      status: 'submitted',
      client: 'erp',
      tenant: 'default',
      mailbox: 'billing@contoso.example',
      from: 'billing@contoso.example',
      message_id: `<${ID}@contoso.example>`,
      attempt_count: 1,
      priority: 'normal',
      retry: true,
      tags: [{ name: 'document', value: '4711' }],
      metadata: { customer: '1' },
      size: 1_000,
      accepted_at: '2026-03-02T08:00:00.000Z',
      scheduled_at: null,
      expires_at: '2026-03-03T08:00:00.000Z',
      next_attempt_at: null,
      finished_at: '2026-03-02T08:00:00.900Z',
      last_failure: null,
      reply,
    });
    assert.deepEqual(recipients[0], { address: 'jane@fabrikam.example', state: 'accepted', failure: null });
    assert.equal(recipients[1].failure.code, 'recipient-not-found');
    const [{ failure: told, ...attempt }] = attempts;
    assert.deepEqual(attempt, {
      started_at: '2026-03-02T08:00:00.000Z',
      ended_at: '2026-03-02T08:00:00.900Z',
      outcome: 'submitted',
      stage: 'rcpt-to',
      reply,
      server: '[smtp.example 2026 1]',
    });
    assert.equal(told.smtp.code, 550);
    assert.deepEqual(called, [['find', ID]]);
  });

  test('takes an id in small letters', async () => {
    const { ask, called } = withSubmissions();
    assert.equal((await ask('GET', `/submissions/${ID.toLowerCase()}`)).statusCode, 200);
    assert.deepEqual(called, [['find', ID]]);
  });

  test('does not find what is no id, and asks nobody', async () => {
    const { ask, called } = withSubmissions();
    for (const id of ['x', '4711', `${ID}0`, ID.replace('J', 'U'), ID.replace('0', '8'), '..%2f', 'retry']) {
      const response = await ask('GET', `/submissions/${id}`);
      assert.equal(response.statusCode, 404, id);
      assert.match(response.json().detail, /is not the id of a submission/);
    }
    assert.deepEqual(called, []);
  });
});

suite('an operator', () => {
  for (const name of ['retry', 'cancel']) {
    test(`can ${name} a submission, and is told how it is now`, async () => {
      const { ask, called } = withSubmissions();
      const response = await ask('POST', `/submissions/${ID}/${name}`);
      assert.equal(response.statusCode, 200);
      assert.equal(response.json().id, ID);
      assert.equal(response.json().attempts.length, 1);
      assert.deepEqual(called, [[name, ID]]);
    });
  }

  test('can have a submission forgotten', async () => {
    const { ask, called } = withSubmissions();
    const response = await ask('DELETE', `/submissions/${ID}`);
    assert.deepEqual([response.statusCode, response.body], [204, '']);
    assert.deepEqual(called, [['forget', ID]]);
  });

  test('is told why it cannot be done, of which submission', async () => {
    const refuse = (code: 'content-gone' | 'submission-sending' | 'not-found') => async () => {
      throw new FailureError(failure(code));
    };
    const submissions = {
      retry: refuse('content-gone'),
      cancel: refuse('submission-sending'),
      forget: refuse('not-found'),
    };
    const { ask } = recordingRelay({ relay: { submissions } });
    const answers = [
      await ask('POST', `/submissions/${ID}/retry`),
      await ask('POST', `/submissions/${ID}/cancel`),
      await ask('DELETE', `/submissions/${ID}`),
    ];
    assert.deepEqual(
      answers.map((answer) => [answer.statusCode, answer.json().code]),
      [
        [410, 'content-gone'],
        [409, 'submission-sending'],
        [404, 'not-found'],
      ],
    );
    for (const answer of answers) assert.equal(answer.json().instance, `/submissions/${ID}`);
  });
});

suite('POST /submissions/retry', () => {
  test('tries all again that the filters find, and tells which could not be', async () => {
    const { ask, called } = withSubmissions();
    const body = { status: ['failed', 'in-doubt'], tag: 'document:4711', client: 'crm', mailbox: null };
    const response = await ask('POST', '/submissions/retry', body);
    assert.equal(response.statusCode, 200);
    const { refused, ...told } = response.json();
    assert.deepEqual(told, { retried: 2, next: 'cursor' });
    assert.deepEqual([refused[0].id, refused[0].failure.code], [ID, 'content-gone']);
    assert.deepEqual(given(called), {
      statuses: ['failed', 'in-doubt'],
      tag: { name: 'document', value: '4711' },
      client: 'crm',
    });
  });

  test('takes one status as a text, and no filter at all when it is said', async () => {
    const { ask, called } = withSubmissions();
    assert.equal((await ask('POST', '/submissions/retry', { status: 'failed' })).statusCode, 200);
    assert.equal((await ask('POST', '/submissions/retry', {})).statusCode, 200);
    assert.deepEqual(JSON.parse(JSON.stringify(called)), [
      ['retryMany', { statuses: ['failed'] }, null],
      ['retryMany', {}, null],
    ]);
  });

  const refused: [body: unknown, ...fields: string[]][] = [
    [{ stauts: 'failed' }, 'stauts'],
    [{ limit: 10 }, 'limit'],
    [{ status: 'sent', mailbox: 1, recipient: ['a@b.example'] }, 'status', 'mailbox', 'recipient'],
    [[], 'body'],
  ];
  for (const [body, ...fields] of refused) {
    test(`refuses by name: ${JSON.stringify(body)}`, async () => {
      const { ask, called } = withSubmissions();
      const response = await ask('POST', '/submissions/retry', body);
      assert.equal(response.statusCode, 400);
      assert.deepEqual(
        response.json().errors.map(({ field }: { field: string }) => field),
        fields,
      );
      assert.deepEqual(called, []);
    });
  }

  test('does not take nothing for everything', async () => {
    const { ask, called } = withSubmissions();
    assert.equal((await ask('POST', '/submissions/retry')).statusCode, 400);
    assert.deepEqual(called, []);
  });
});

suite('the submissions routes', () => {
  const routes: [method: 'GET' | 'POST' | 'DELETE', url: string, scopes: readonly Scope[]][] = [
    ['GET', '/submissions', ['read', 'operate']],
    ['GET', `/submissions/${ID}`, ['read', 'operate']],
    ['POST', `/submissions/${ID}/retry`, ['operate']],
    ['POST', `/submissions/${ID}/cancel`, ['operate']],
    ['DELETE', `/submissions/${ID}`, ['operate']],
    ['POST', '/submissions/retry', ['operate']],
  ];
  for (const [method, url, scopes] of routes) {
    test(`ask for ${scopes.join(' or ')}: ${method} ${url}`, async () => {
      for (const scope of ['send', 'read', 'operate'] as const) {
        const { ask, called } = withSubmissions([scope]);
        const response = await ask(method, url, url.endsWith('ns/retry') ? {} : undefined);
        const may = scopes.includes(scope);
        assert.equal(response.statusCode === 403, !may, scope);
        assert.equal(called.length, may ? 1 : 0);
      }
    });
  }

  test('are for nobody without a key, and refuse parameters that they do not know', async () => {
    for (const [method, url] of routes) {
      const { ask, server, called } = withSubmissions();
      assert.equal((await server.inject({ method, url })).statusCode, 401);
      const response = await ask(method, `${url}?force=true`, url.endsWith('ns/retry') ? {} : undefined);
      assert.deepEqual([response.statusCode, response.json().errors[0].field], [400, '?force']);
      assert.deepEqual(called, []);
    }
  });

  test('pass over an empty body that is declared as JSON, and answer over a real connection', async () => {
    const { server, key, called } = withSubmissions();
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    for (const [method, path] of [
      ['POST', '/cancel'],
      ['DELETE', ''],
    ]) {
      const response = await fetch(`${url}/submissions/${ID}${path}`, { method: method ?? '', headers });
      assert.equal(response.ok, true, await response.text());
    }
    assert.equal(called.length, 2);
    await server.close();
  });
});
