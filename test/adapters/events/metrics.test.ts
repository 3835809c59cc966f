/** The metrics count what the events tell, have no more series however many callers there are, and are the ones that docs/metrics.md names. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { countIn } from '../../exposition.ts';
import { metrics, noStatus, read, tellAll } from './told-metrics.ts';

suite('the metrics', () => {
  test('count what the events tell', async () => {
    const counting = metrics();
    tellAll(counting, 1);
    tellAll(counting, 2);
    const series = await read(counting);
    const expected: [name: string, labels: Record<string, string>, value: number][] = [
      ['http_requests_total', { route: '/send', method: 'POST', status: '422' }, 2],
      ['http_request_failures_total', { failure: 'recipient-not-found' }, 2],
      ['http_request_duration_seconds_count', { route: '/send' }, 2],
      ['submissions_total', { outcome: 'submitted' }, 2],
      ['submissions_total', { outcome: 'failed' }, 2],
      ['submissions_total', { outcome: 'in_doubt' }, 2],
      ['submission_failures_total', { failure: 'send-as-denied' }, 2],
      ['submission_failures_total', { failure: 'submission-in-doubt' }, 2],
      ['submission_duration_seconds_sum', { outcome: 'failed' }, 4],
      ['recipients_accepted_total', {}, 4],
      ['recipients_rejected_total', { failure: 'recipient-not-found' }, 2],
      ['token_requests_total', { outcome: 'acquired' }, 2],
      ['token_requests_total', { outcome: 'failed' }, 2],
      ['token_request_failures_total', { failure: 'entra-app-disabled' }, 2],
      ['smtp_connections_opened_total', {}, 2],
      ['smtp_connections_closed_total', { reason: 'idle' }, 2],
      ['smtp_connections_closed_total', { reason: 'server' }, 0],
      ['stage_duration_seconds_count', { stage: 'token' }, 4],
      ['stage_duration_seconds_count', { stage: 'connect' }, 2],
      ['stage_duration_seconds_count', { stage: 'envelope' }, 2],
      ['stage_duration_seconds_count', { stage: 'content' }, 2],
      ['stage_duration_seconds_sum', { stage: 'final_dot' }, 0.06],
      ['message_size_bytes_sum', {}, 3],
      ['submissions_accepted_total', {}, 2],
      ['submissions_finished_total', { status: 'submitted' }, 2],
      ['submissions_finished_total', { status: 'in_doubt' }, 2],
      ['submissions_finished_total', { status: 'canceled' }, 0],
      ['submission_age_seconds_count', {}, 2],
      ['submission_age_seconds_sum', {}, 6],
      ['attempts_deferred_total', {}, 2],
      ['in_doubt_total', {}, 2],
      ['pauses_total', { about: 'mailbox' }, 2],
      ['pauses_total', { about: 'tenant' }, 0],
    ];
    for (const [name, labels, value] of expected)
      assert.equal(countIn(series, `exo_relay_${name}`, labels), value, `${name} ${JSON.stringify(labels)}`);
  });

  test('have the series that alerts watch before the first of its counts, which would be no increase otherwise', async () => {
    const series = await read(metrics());
    const there = (name: string, labels: Record<string, string> = {}) =>
      series.some(
        (one) =>
          one.name === `exo_relay_${name}` &&
          one.value === 0 &&
          Object.entries(labels).every(([label, value]) => one.labels[label] === value),
      );
    assert.ok(there('http_request_failures_total', { failure: 'internal-error' }));
    assert.ok(there('submissions_accepted_total'));
    for (const status of ['submitted', 'failed']) assert.ok(there('submissions_finished_total', { status }), status);
    for (const outcome of ['acquired', 'failed']) assert.ok(there('token_requests_total', { outcome }), outcome);
  });

  test('ask for what they show at the moment they are read', async () => {
    let open = 1;
    const showing = metrics({
      connections: () => ({ open, busy: 1, waiting: 5 }),
      submissionsUnderWay: () => 6,
      health: () => ({
        tokenCache: { status: 'ok' },
        tenants: { total: 3, failing: [1] },
        mailboxes: { total: 9, failing: [1, 2] },
      }),
    });
    await read(showing);
    open = 3;
    const series = await read(showing, { bytes: 1_000, waiting: 2 });
    const shown = (name: string, labels: Record<string, string> = {}) => countIn(series, `exo_relay_${name}`, labels);
    assert.equal(shown('smtp_connections', { state: 'busy' }), 1);
    assert.equal(shown('smtp_connections', { state: 'idle' }), 2);
    assert.equal(shown('submissions_waiting'), 5);
    assert.equal(shown('submissions_under_way'), 6);
    assert.equal(shown('tenants', { state: 'ok' }), 2);
    assert.equal(shown('mailboxes', { state: 'failing' }), 2);
    assert.equal(shown('http_bodies_in_flight_bytes'), 1_000);
    assert.equal(shown('http_bodies_waiting'), 2);
    assert.equal(shown('build_info', { version: '1.2.3', node_version: process.versions.node }), 1);
  });

  test('show what is held, since when, and what keeps it from going out', async () => {
    const now = Date.UTC(2026, 2, 2, 9);
    const series = await read(
      metrics({
        clock: { now: () => new Date(now) },
        statuses: () => ({
          ...noStatus,
          queued: { count: 7, oldest: now - 90_000 },
          submitted: { count: 8, oldest: now - 1_000 },
          'in-doubt': { count: 1, oldest: now + 5_000 },
        }),
        fill: () => ({ submissions: 7, bytes: 900, maxSubmissions: 10, maxBytes: 1_000, failing: true }),
        lines: () => ({
          paused: { sender: 1, mailbox: 2, tenant: 3 },
          paced: 4,
          budgetUse: { messagesPerMinute: 1, recipientsPerDay: 0.5, externalRecipientsPerDay: 0.25 },
        }),
      }),
    );
    const expected: [name: string, labels: Record<string, string>, value: number][] = [
      ['outbox_submissions', { state: 'queued' }, 7],
      ['outbox_submissions', { state: 'submitted' }, 8],
      ['outbox_submissions', { state: 'in_doubt' }, 1],
      ['outbox_oldest_seconds', { state: 'queued' }, 90],
      ['outbox_oldest_seconds', { state: 'deferred' }, 0],
      ['outbox_oldest_seconds', { state: 'in_doubt' }, 0],
      ['outbox_held_submissions', {}, 7],
      ['outbox_max_submissions', {}, 10],
      ['outbox_bytes', {}, 900],
      ['outbox_max_bytes', {}, 1_000],
      ['outbox_failing', {}, 1],
      ['paused', { about: 'sender' }, 1],
      ['paused', { about: 'tenant' }, 3],
      ['mailboxes_paced', {}, 4],
      ['budget_used_ratio_max', { budget: 'messages_per_minute' }, 1],
      ['budget_used_ratio_max', { budget: 'external_recipients_per_day' }, 0.25],
    ];
    for (const [name, labels, value] of expected)
      assert.equal(countIn(series, `exo_relay_${name}`, labels), value, `${name} ${JSON.stringify(labels)}`);
    assert.equal(series.filter(({ name }) => name === 'exo_relay_outbox_submissions').length, 7);
  });

  test('have no more series however many tenants, mailboxes, clients, recipients and servers there are', async () => {
    const counting = metrics();
    const ours = async () => (await read(counting)).filter(({ name }) => name.startsWith('exo_relay_')).length;
    tellAll(counting, 0);
    const before = await ours();
    for (let number = 1; number <= 1_000; number += 1) tellAll(counting, number);
    assert.equal(await ours(), before);
    assert.doesNotMatch(
      (await counting.read({ bytes: 0, waiting: 0 })).text,
      /contoso|fabrikam|tenant-|client-|10\.0\.0/,
    );
  });

  test('of two relays in a process do not touch each other', async () => {
    const [one, other] = [metrics(), metrics()];
    tellAll(one, 1);
    assert.equal(countIn(await read(other), 'exo_relay_smtp_connections_opened_total'), 0);
  });
});

suite('docs/metrics.md', () => {
  const document = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');

  test('names every metric with its type, and no other', async () => {
    const { text } = await metrics().read({ bytes: 0, waiting: 0 });
    const there = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    const named = [...document.matchAll(/^\| `([a-z_0-9]+)` \| (\w+) \|/gm)].map(([, name, type]) => `${name} ${type}`);
    assert.ok(there.length > 40, 'hardly any metric was found');
    assert.deepEqual(named.sort(), there.sort());
  });

  test('names the labels of every metric of the relay', async () => {
    const counting = metrics();
    tellAll(counting, 1);
    const series = await read(counting);
    for (const [, name = '', labels = ''] of document.matchAll(/^\| `(exo_relay_\w+)` \| \w+ \|([^|]*)\|/gm)) {
      const one = series.find((each) => each.name.replace(/_(?:bucket|sum|count)$/, '') === name || each.name === name);
      assert.ok(one, name);
      const named = [...labels.matchAll(/`(\w+)`/g)].map((match) => match[1]);
      assert.deepEqual(
        named,
        Object.keys(one.labels).filter((label) => label !== 'le'),
        name,
      );
    }
  });
});
