/** Filters find what they say; what is misspelt is refused by its name and never means everything. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { given, withSubmissions } from './noted-submissions.ts';
import { ACCEPTED, ID } from './outcomes.ts';
import { errorsOf } from './recording-relay.ts';

suite('GET /submissions', () => {
  test('lists submissions without their attempts, and where the next page begins', async () => {
    const { ask, called } = withSubmissions();
    const { data, next } = (await ask('GET', '/submissions')).json();
    assert.equal(data[0].id, ID);
    assert.equal('attempts' in data[0], false);
    assert.equal(next, '01J-next');
    assert.deepEqual(called[0]?.slice(2), [null, 20]);
    assert.deepEqual(given(called), {});
  });

  const filters: [query: string, filter: object][] = [
    ['status=failed', { statuses: ['failed'] }],
    ['status=failed&status=in-doubt', { statuses: ['failed', 'in-doubt'] }],
    ['status=failed,%20in-doubt&status=failed', { statuses: ['failed', 'in-doubt'] }],
    ['mailbox=billing@CONTOSO.example', { mailbox: 'billing@contoso.example' }],
    ['client=crm', { client: 'crm' }],
    ['tag=document', { tag: { name: 'document' } }],
    ['tag=document:', { tag: { name: 'document', value: '' } }],
    ['tag=document:a:b', { tag: { name: 'document', value: 'a:b' } }],
    ['recipient=jane%40fabrikam.example', { recipient: 'jane@fabrikam.example' }],
    [
      'accepted_from=2026-03-02T08:00:00Z&accepted_before=2026-03-02T10:00:00%2B01:00',
      { acceptedFrom: ACCEPTED, acceptedBefore: ACCEPTED + 3_600_000 },
    ],
  ];
  for (const [query, filter] of filters) {
    test(`filters: ${query}`, async () => {
      const { ask, called } = withSubmissions();
      const response = await ask('GET', `/submissions?${query}`);
      assert.equal(response.statusCode, 200, response.body);
      assert.deepEqual(given(called), filter);
    });
  }

  test('takes a cursor and a limit', async () => {
    const { ask, called } = withSubmissions();
    assert.equal((await ask('GET', '/submissions?after=01J-next&limit=100')).statusCode, 200);
    assert.deepEqual(called[0]?.slice(2), ['01J-next', 100]);
  });

  const refused: [query: string, ...fields: string[]][] = [
    ['stauts=failed', '?stauts'],
    ['status=sent', '?status'],
    ['status=', '?status'],
    ['status=failed,sent', '?status'],
    ['mailbox=billing', '?mailbox'],
    ['mailbox=a@b.example&mailbox=c@d.example', '?mailbox'],
    ['client=', '?client'],
    ['tag=:4711', '?tag'],
    ['accepted_from=yesterday', '?accepted_from'],
    ['accepted_before=2026-03-02T08:00:00', '?accepted_before'],
    ['recipient=', '?recipient'],
    ['limit=0', '?limit'],
    ['limit=101', '?limit'],
    ['limit=1e1', '?limit'],
    ['limit=ten', '?limit'],
    ['after=', '?after'],
    ['after=%00', '?after'],
    ['limit=0&x=1&status=sent&__proto__=1', '?x', '?__proto__', '?status', '?limit'],
  ];
  for (const [query, ...fields] of refused) {
    test(`refuses by name: ${query}`, async () => {
      const { ask, called } = withSubmissions();
      const response = await ask('GET', `/submissions?${query}`);
      assert.equal(response.statusCode, 400, response.body);
      assert.equal(response.json().code, 'invalid-request');
      assert.deepEqual(
        response.json().errors.map(({ field }: { field: string }) => field),
        fields,
      );
      assert.deepEqual(called, []);
    });
  }

  test('shows the value that cannot be used', async () => {
    const { ask } = withSubmissions();
    const response = await ask('GET', '/submissions?status=failed,falied&limit=1000');
    assert.deepEqual(errorsOf(response), [
      '?status: "falied" is none of queued, sending, deferred, submitted, failed, in-doubt, canceled',
      '?limit: "1000" is no whole number from 1 to 100',
    ]);
  });

  test('tells that a plus sign in a URL is a blank', async () => {
    const { ask } = withSubmissions();
    const response = await ask('GET', '/submissions?accepted_from=2026-03-02T08:00:00+01:00');
    assert.match(errorsOf(response).join(), /in a URL "\+" is written %2B$/);
  });

  test('lets only operators ask for another client', async () => {
    const { ask, called } = withSubmissions(['read']);
    const response = await ask('GET', '/submissions?client=crm');
    assert.equal(response.statusCode, 403);
    assert.match(errorsOf(response).join(), /^\?client: The filter "client" asks for the scope "operate"/);
    assert.deepEqual(called, []);
  });
});
