/** Health is open to everybody, names only to who may operate, and live as long as the process works. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { failure } from '../../src/domain/failure.ts';
import type { Fill } from '../../src/ports/outbox.ts';
import { Health } from '../../src/relay/health.ts';
import { MAILBOX, recordingRelay, route } from './recording-relay.ts';

const clock = { now: () => new Date('2026-03-02T08:00:00Z') };

const roomy: Fill = { submissions: 2, bytes: 900, maxSubmissions: 3, maxBytes: 1_000, failing: false };

function failingHealth(): Health {
  const health = new Health([route], clock);
  health.tokenRequestFailed({
    tenant: 'default',
    clientId: 'c',
    failure: failure('entra-client-secret-expired'),
    cause: null,
    validUntil: null,
    milliseconds: 1,
  });
  return health;
}

suite('GET /health', () => {
  test('is ok with counts when nothing fails', async () => {
    const connections = () => ({ open: 3, busy: 2, waiting: 1 });
    const { server } = recordingRelay({
      options: { health: new Health([route], clock), connections, fill: () => roomy },
    });
    const response = await server.inject({ method: 'GET', url: '/health' });
    assert.equal(response.statusCode, 200);
    const { version, uptime, ...report } = response.json();
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert.ok(uptime >= 0);
    assert.deepEqual(report, {
      status: 'ok',
      tenants: { ok: 1, failing: 0 },
      mailboxes: { ok: 1, failing: 0 },
      token_cache: { kind: 'memory', status: 'ok', since: '2026-03-02T08:00:00.000Z' },
      outbox: { status: 'ok', submissions: 2, bytes: 900, max_submissions: 3, max_bytes: 1_000 },
      connections: { open: 3, busy: 2, waiting: 1 },
    });
  });

  const states: [status: string, fill: Partial<Fill>, ready: number][] = [
    ['full', { submissions: 3 }, 200],
    ['full', { bytes: 1_000 }, 200],
    ['failing', { failing: true }, 503],
    ['failing', { failing: true, submissions: 3 }, 503],
  ];
  for (const [status, fill, ready] of states) {
    test(`is degraded while the outbox is ${status}, and the relay ${ready === 200 ? '' : 'not '}ready: ${JSON.stringify(fill)}`, async () => {
      const { server } = recordingRelay({ options: { fill: () => ({ ...roomy, ...fill }) } });
      const report = (await server.inject({ method: 'GET', url: '/health' })).json();
      assert.deepEqual([report.status, report.outbox.status], ['degraded', status]);
      const answer = await server.inject({ method: 'GET', url: '/health/ready' });
      assert.equal(answer.statusCode, ready);
      if (ready === 503) {
        assert.equal(answer.json().code, 'outbox-unavailable');
        assert.match(String(answer.headers['retry-after']), /^\d+$/);
      }
      assert.equal((await server.inject({ method: 'GET', url: '/health/live' })).statusCode, 200);
    });
  }

  test('is degraded while the token cache is away, and the relay ready all the same', async () => {
    const health = new Health([route], clock, 'redis');
    const { server } = recordingRelay({ options: { health } });
    const report = async () => (await server.inject({ method: 'GET', url: '/health' })).json();
    health.tokenCacheLost();
    const { status, token_cache } = await report();
    assert.deepEqual([status, token_cache.kind, token_cache.status], ['degraded', 'redis', 'away']);
    assert.equal((await server.inject({ method: 'GET', url: '/health/ready' })).statusCode, 200);
    health.tokenCacheRecovered();
    assert.deepEqual((await report()).status, 'ok');
  });

  test('is degraded and still 200 when something fails, without names', async () => {
    const { server } = recordingRelay({ options: { health: failingHealth() } });
    const response = await server.inject({ method: 'GET', url: '/health' });
    assert.equal(response.statusCode, 200);
    assert.equal(response.json().status, 'degraded');
    assert.deepEqual(response.json().tenants, { ok: 0, failing: 1 });
    assert.equal('failing' in response.json(), false);
  });

  test('tells the names to a client that may operate, and to no other', async () => {
    const operator = recordingRelay({ options: { health: failingHealth() } });
    const authorization = `Bearer ${operator.key}`;
    const told = await operator.server.inject({ method: 'GET', url: '/health', headers: { authorization } });
    assert.deepEqual(told.json().failing, {
      tenants: [
        {
          name: 'default',
          code: 'entra-client-secret-expired',
          title: told.json().failing.tenants[0].title,
          since: '2026-03-02T08:00:00.000Z',
        },
      ],
      mailboxes: [],
    });
    const elsewhere = recordingRelay({ client: { tenants: ['fabrikam'] }, options: { health: failingHealth() } });
    const other = await elsewhere.server.inject({
      method: 'GET',
      url: '/health',
      headers: { authorization: `Bearer ${elsewhere.key}` },
    });
    assert.deepEqual(other.json().failing, { tenants: [], mailboxes: [] });
    const sender = recordingRelay({ client: { scopes: ['send'] }, options: { health: failingHealth() } });
    const untold = await sender.server.inject({
      method: 'GET',
      url: '/health',
      headers: { authorization: `Bearer ${sender.key}` },
    });
    assert.equal(untold.statusCode, 200);
    assert.equal('failing' in untold.json(), false);
    assert.equal(untold.body.includes(MAILBOX), false);
  });

  test('refuses a wrong key', async () => {
    const { server } = recordingRelay();
    const headers = { authorization: `Bearer ${randomUUID()}` };
    assert.equal((await server.inject({ method: 'GET', url: '/health', headers })).statusCode, 401);
  });

  for (const url of ['/health', '/health/live', '/health/ready']) {
    test(`answers HEAD and refuses POST: ${url}`, async () => {
      const { server } = recordingRelay();
      const head = await server.inject({ method: 'HEAD', url });
      assert.equal(head.statusCode, 200);
      assert.equal(head.body, '');
      const post = await server.inject({ method: 'POST', url });
      assert.equal(post.statusCode, 405);
      assert.equal(post.headers.allow, 'GET, HEAD');
    });
  }
});
