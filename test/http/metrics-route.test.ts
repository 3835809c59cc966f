/** /metrics is open, unless a token is set: then it is for who presents it. */

import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import type { MetricsSource } from '../../src/http/metrics-route.ts';
import { recordingRelay } from './recording-relay.ts';

const metrics: MetricsSource = {
  read: async ({ bytes, waiting }) => ({
    mediaType: 'text/plain; version=0.0.4; charset=utf-8',
    text: `${bytes} ${waiting}\n`,
  }),
};

suite('GET /metrics', () => {
  test('answers what was measured, and with it what of bodies is in memory', async () => {
    const { server } = recordingRelay({ options: { metrics } });
    const response = await server.inject({ method: 'GET', url: '/metrics' });
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(response.body, '0 0\n');
  });

  test('asks for the token, where there is one, and for nothing else', async () => {
    const token = randomUUID();
    const metricsTokenSha256 = createHash('sha256').update(token).digest('hex');
    const { server, key } = recordingRelay({ options: { metrics, metricsTokenSha256 } });
    const get = (headers: Record<string, string>) => server.inject({ method: 'GET', url: '/metrics', headers });
    assert.equal((await get({ authorization: `Bearer ${token}` })).statusCode, 200);
    for (const headers of [
      {},
      { authorization: token },
      { authorization: `Bearer ${randomUUID()}` },
      { authorization: `Bearer ${key}` },
    ]) {
      const refused = await get(headers);
      assert.equal(refused.statusCode, 401);
      assert.equal(refused.json().code, 'unauthenticated');
      assert.equal(refused.headers['www-authenticate'], 'Bearer');
      assert.equal(refused.body.includes(token), false);
    }
  });

  test('answers HEAD and refuses POST', async () => {
    const { server } = recordingRelay({ options: { metrics } });
    assert.equal((await server.inject({ method: 'HEAD', url: '/metrics' })).statusCode, 200);
    assert.equal((await server.inject({ method: 'POST', url: '/metrics' })).headers.allow, 'GET, HEAD');
  });
});
