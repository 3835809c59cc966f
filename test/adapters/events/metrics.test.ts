/** The metrics count what the events tell, have no more series however many callers there are, and are the ones that docs/metrics.md names. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { Metrics } from '../../../src/adapters/events/metrics.ts';
import { failure } from '../../../src/domain/failure.ts';
import { countIn, type Metric, seriesIn } from '../../exposition.ts';

const nothing = { total: 0, failing: [] };

function metrics(sources: Partial<ConstructorParameters<typeof Metrics>[1]> = {}) {
  return new Metrics('1.2.3', {
    connections: () => ({ open: 0, busy: 0, waiting: 0 }),
    submissionsUnderWay: () => 0,
    health: () => ({
      tokenCache: { status: 'ok' },
      tenants: nothing,
      mailboxes: nothing,
    }),
    ...sources,
  });
}

async function read(of: Metrics, bodies = { bytes: 0, waiting: 0 }): Promise<Metric[]> {
  const { text } = await of.read(bodies);
  return seriesIn(text);
}

const submission = (number: number) => ({
  requestId: `r${number}`,
  id: `id${number}`,
  messageId: `<${number}@contoso.example>`,
  client: `client-${number}`,
  tenant: `tenant-${number}`,
  mailbox: `mailbox-${number}@contoso.example`,
  tags: [],
  metadata: {},
});

/** One of everything that happens, to somebody else each time. */
function tellAll(to: Metrics, number: number): void {
  const mailbox = `mailbox-${number}@contoso.example`;
  const server = `server-${number}:587`;
  const tenant = { tenant: `tenant-${number}`, clientId: `client-${number}` };
  to.requestAnswered({
    requestId: `r${number}`,
    client: `client-${number}`,
    address: `10.0.0.${number}`,
    method: 'POST',
    route: '/send',
    status: 422,
    failure: 'recipient-not-found',
    milliseconds: number,
  });
  to.submissionAccepted({ ...submission(number), size: number, recipients: 1 });
  to.submissionSubmitted({
    ...submission(number),
    accepted: 2,
    rejected: [{ recipient: `gone-${number}@fabrikam.example`, failure: 'recipient-not-found' }],
    reply: `OK ${number}`,
    times: { envelope: 10, content: 20, finalDot: 30 },
    milliseconds: 1_000,
  });
  for (const code of ['send-as-denied', 'submission-in-doubt'] as const)
    to.submissionFailed({ ...submission(number), failure: failure(code), cause: null, milliseconds: 2_000 });
  to.tokenAcquired({ ...tenant, expiresAt: new Date(), roles: [`role-${number}`], milliseconds: 40 });
  const refused = { failure: failure('entra-app-disabled'), cause: null, validUntil: null, milliseconds: 60 };
  to.tokenRequestFailed({ ...tenant, ...refused });
  to.connectionOpened({ mailbox, server, milliseconds: 50 });
  to.connectionClosed({ mailbox, server, messages: number, reason: 'it was idle' });
}

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
    ];
    for (const [name, labels, value] of expected)
      assert.equal(countIn(series, `exo_relay_${name}`, labels), value, `${name} ${JSON.stringify(labels)}`);
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

  test('asks in its alerts for metrics that there are', () => {
    for (const [name] of (document.split('## What to be woken for')[1] ?? '').matchAll(/exo_relay_\w+/g))
      assert.ok(document.includes(`| \`${name}\` |`), name);
  });
});
