/** What a relay submits, refuses and asks for shows in its metrics, and who it was for does not. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { countIn, type Metric, seriesIn } from '../exposition.ts';
import { RelayProcess } from './relay-process.ts';

async function metricsOf({ url }: RelayProcess, headers: Record<string, string> = {}): Promise<Metric[]> {
  const response = await fetch(`${url}/metrics`, { headers });
  assert.equal(response.status, 200);
  return seriesIn(await response.text());
}

test('counts rise as messages are submitted and refused', async () => {
  await using sandbox = await startSandbox();
  await using relay = await RelayProcess.start(settingsFor(sandbox));
  const send = (to: string | string[]) => relay.send({ from: sandbox.mailbox, to, subject: 'Invoice', text: 'Hello' });
  const before = await metricsOf(relay);
  assert.equal(countIn(before, 'exo_relay_submissions_total', { outcome: 'submitted' }), 0);

  await send('jane@fabrikam.example');
  await send(['jane@fabrikam.example', 'recipient-not-found@fabrikam.example']);
  await send('send-as-denied@fabrikam.example');
  await relay.send({ from: 'nobody@contoso.example', to: 'jane@fabrikam.example', text: 'Hello' });

  const series = await metricsOf(relay);
  const value = (name: string, labels?: Record<string, string>) => countIn(series, `exo_relay_${name}`, labels);
  assert.equal(value('submissions_total', { outcome: 'submitted' }), 2);
  assert.equal(value('submissions_total', { outcome: 'failed' }), 1);
  assert.equal(value('submission_failures_total', { failure: 'send-as-denied' }), 1);
  assert.equal(value('recipients_accepted_total'), 2);
  assert.equal(value('recipients_rejected_total', { failure: 'recipient-not-found' }), 1);
  assert.equal(value('http_requests_total', { route: '/send', method: 'POST', status: '200' }), 2);
  assert.equal(value('http_request_failures_total', { failure: 'sender-not-allowed' }), 1);
  assert.equal(value('http_request_duration_seconds_count', { route: '/send' }), 4);
  assert.equal(value('token_requests_total', { outcome: 'acquired' }), 1);
  assert.equal(value('smtp_connections_opened_total'), 1);
  assert.equal(value('smtp_connections', { state: 'idle' }), 1);
  for (const stage of ['envelope', 'content', 'final_dot'])
    assert.equal(value('stage_duration_seconds_count', { stage }), 2);
  for (const stage of ['token', 'connect']) assert.equal(value('stage_duration_seconds_count', { stage }), 1);
  assert.ok(value('stage_duration_seconds_sum', { stage: 'connect' }) > 0);
  assert.equal(value('mailboxes', { state: 'ok' }) + value('mailboxes', { state: 'failing' }), 1);
  assert.ok(countIn(series, 'process_resident_memory_bytes') > 0);
  assert.ok(countIn(series, 'nodejs_eventloop_lag_p99_seconds') > 0);
});

test('a token that is refused shows as such, and as a tenant that fails', async () => {
  await using sandbox = await startSandbox();
  await using relay = await RelayProcess.start({ ...settingsFor(sandbox), CLIENT_SECRET: randomUUID().repeat(2) });
  const { body } = await relay.send({ from: sandbox.mailbox, to: 'jane@fabrikam.example', text: 'Hello' });
  const series = await metricsOf(relay);
  assert.equal(countIn(series, 'exo_relay_token_requests_total', { outcome: 'failed' }), 1);
  assert.equal(countIn(series, 'exo_relay_token_request_failures_total', { failure: body.code }), 1);
  assert.equal(countIn(series, 'exo_relay_tenants', { state: 'failing' }), 1);
});

test('a thousand paths and recipients, with failures or without, make no series of their own', async () => {
  await using sandbox = await startSandbox();
  await using relay = await RelayProcess.start(settingsFor(sandbox));
  const visit = async (number: number) => {
    await (await fetch(`${relay.url}/path-${number}?query=${number}`)).text();
    await (await fetch(`${relay.url}/failures/code-${number}`)).text();
    // Within the rate of a client, whose refusals would be a series that was not there before.
    await relay.send(
      number % 2 === 0
        ? { from: sandbox.mailbox, to: `customer ${number}`, text: 'Hello' }
        : { from: `${number}@contoso.example`, to: 'jane@fabrikam.example', text: 'Hello' },
    );
  };
  const ours = async () => (await metricsOf(relay)).filter(({ name }) => name.startsWith('exo_relay_')).length;
  await visit(0);
  await visit(1);
  await ours();
  const before = await ours();
  for (let number = 2; number < 352; number += 50)
    await Promise.all(Array.from({ length: 50 }, (_, index) => visit(number + index)));
  assert.equal(await ours(), before);
});

test('with a token they are for who presents it', async () => {
  await using sandbox = await startSandbox();
  const token = randomUUID();
  await using relay = await RelayProcess.start({ ...settingsFor(sandbox), METRICS_TOKEN: token });
  assert.equal((await fetch(`${relay.url}/metrics`)).status, 401);
  const series = await metricsOf(relay, { authorization: `Bearer ${token}` });
  assert.equal(countIn(series, 'exo_relay_http_request_failures_total', { failure: 'unauthenticated' }), 1);
  assert.equal(JSON.stringify(relay.log).includes(token), false);
});
