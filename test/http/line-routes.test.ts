/** Operators see how the lines of mailboxes and tenants stand and end their pauses; nobody else does. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { linesOf } from './lines.ts';
import { recordingRelay } from './recording-relay.ts';

const withLines = (asked: string[] = []) => recordingRelay({ relay: { lines: linesOf(asked) } });

suite('GET /mailboxes', () => {
  test('tells what waits, what is used and why it is paused, member for member', async () => {
    const response = await withLines().ask('GET', '/mailboxes');
    assert.equal(response.statusCode, 200);
    const [{ pauses, ...mailbox }, ...more] = response.json().data;
    assert.deepEqual(more, []);
    assert.deepEqual(mailbox, {
      mailbox: 'billing@contoso.example',
      tenant: 'default',
      status: 'paused',
      queued: 3,
      deferred: 2,
      sending: 1,
      oldest: '2026-03-02T08:00:00.000Z',
      next_attempt_at: '2026-03-02T08:01:00.000Z',
      limits: {
        connections: { limit: 3, used: 0, left: 3, next_at: null },
        messages_per_minute: { limit: 30, used: 30, left: 0, next_at: '2026-03-02T08:00:02.000Z' },
        recipients_per_day: { limit: 10_000, used: 0, left: 10_000, next_at: null },
      },
    });
    const [{ failure, ...pause }] = pauses;
    assert.deepEqual(pause, {
      about: 'mailbox',
      name: 'billing@contoso.example',
      since: '2026-03-02T08:00:00.000Z',
      until: '2026-03-02T08:01:00.000Z',
      probes: 4,
    });
    assert.equal(failure.code, 'smtp-auth-disabled-for-mailbox');
    assert.match(failure.remedy.powershell.join('\n'), /'billing@contoso\.example'/);
  });
});

suite('GET /tenants', () => {
  test("tells of a tenant's own limit where there is one", async () => {
    const { data } = (await withLines().ask('GET', '/tenants')).json();
    assert.deepEqual(
      data.map(({ tenant, mailboxes, limits }: Record<string, unknown>) => [tenant, mailboxes, limits]),
      [
        ['default', 1, { external_recipients_per_day: { limit: 5_000, used: 0, left: 5_000, next_at: null } }],
        ['fabrikam', 1, { external_recipients_per_day: null }],
      ],
    );
  });
});

suite('a pause', () => {
  test('of a mailbox is ended by its address, whose domain may be written in any way', async () => {
    const asked: string[] = [];
    const { ask } = withLines(asked);
    for (const address of ['billing@contoso.example', 'billing%40Contoso.example']) {
      const response = await ask('POST', `/mailboxes/${address}/resume`);
      assert.equal(response.statusCode, 200);
      assert.deepEqual([response.json().status, response.json().pauses], ['idle', []]);
    }
    assert.deepEqual(asked, ['billing@contoso.example', 'billing@contoso.example']);
  });

  test('of a tenant is ended by its name', async () => {
    const response = await withLines().ask('POST', '/tenants/default/resume');
    assert.deepEqual([response.statusCode, response.json().tenant], [200, 'default']);
  });

  test('of what does not exist is not found', async () => {
    const asked: string[] = [];
    const { ask } = withLines(asked);
    for (const url of ['/mailboxes/nobody@contoso.example/resume', '/tenants/nobody/resume', '/mailboxes/a/resume']) {
      const response = await ask('POST', url);
      assert.equal(response.statusCode, 404);
      assert.equal(response.json().code, 'not-found');
    }
    assert.deepEqual(asked, ['nobody@contoso.example', 'nobody']);
  });

  test('of the longest address there can be is looked for', async () => {
    const asked: string[] = [];
    const address = `${'a'.repeat(64)}@${`${'b'.repeat(59)}.`.repeat(3)}example`;
    await withLines(asked).ask('POST', `/mailboxes/${address.replaceAll('b', '%62')}/resume`);
    assert.deepEqual(asked, [address]);
  });
});

suite('the mailboxes and tenants routes', () => {
  const routes: ['GET' | 'POST', string][] = [
    ['GET', '/mailboxes'],
    ['GET', '/tenants'],
    ['POST', '/mailboxes/billing@contoso.example/resume'],
    ['POST', '/tenants/default/resume'],
  ];
  for (const [method, url] of routes) {
    test(`ask for the scope operate and know no parameters: ${method} ${url}`, async () => {
      const asked: string[] = [];
      const lines = linesOf(asked);
      const reader = recordingRelay({ relay: { lines }, client: { scopes: ['send', 'read'] } });
      const forbidden = await reader.ask(method, url);
      assert.deepEqual([forbidden.statusCode, forbidden.json().code], [403, 'forbidden-scope']);
      const refused = await recordingRelay({ relay: { lines } }).ask(method, `${url}?tenant=a`);
      assert.deepEqual([refused.statusCode, refused.json().errors[0].field], [400, '?tenant']);
      assert.equal((await reader.server.inject({ method, url })).statusCode, 401);
      assert.deepEqual(asked, []);
    });
  }
});
