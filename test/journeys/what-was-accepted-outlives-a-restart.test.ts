/** What was answered 202 is submitted, whatever ends the relay meanwhile; and each record says what became of it. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { MAILBOX } from '../http/recording-relay.ts';
import { RelayInProcess } from './relay-in-process.ts';
import { type Answer, type AnswerBody, type LogLine, RelayProcess } from './relay-process.ts';

const ASYNC = { prefer: 'respond-async' };
const HOUR = 60 * 60_000;
const anybody = 'jane@fabrikam.example';
const invoice = (number: number, changes: object = {}) => ({
  from: MAILBOX,
  to: anybody,
  subject: `Invoice ${number}`,
  text: 'Hello',
  ...changes,
});

/** Has messages held, and answers their ids. */
async function hold(relay: RelayProcess, count: number, changes: object = {}): Promise<string[]> {
  const answers: Answer[] = [];
  for (let number = 1; number <= count; number += 1) answers.push(await relay.send(invoice(number, changes), ASYNC));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
  return answers.map(({ body }) => body.id);
}

const header = (raw: Buffer, name: string) => new RegExp(`^${name}: (.*)\r$`, 'm').exec(raw.toString('latin1'))?.[1];
const caught = ({ inbox }: Sandbox) => inbox.messages.map(({ raw }) => header(raw, 'Message-ID'));
const attemptsOf = ({ attempts }: AnswerBody) =>
  typeof attempts === 'number' ? [] : attempts.map(({ outcome, failure }) => [outcome, failure?.code ?? null]);

describe('after SIGTERM', () => {
  test('what waits for a mailbox that is paced waits on, and goes out when there is room', async () => {
    await using sandbox = await startSandbox({ mailbox: MAILBOX });
    const settings = { ...settingsFor(sandbox), MAILBOX_MESSAGES_PER_MINUTE: '2' };
    const first = await RelayProcess.start(settings);
    const ids = await hold(first, 5);
    for (const id of ids.slice(0, 2)) await first.settled(id, 'submitted');
    assert.equal(await first.stop(), 0);

    const second = await RelayProcess.start(settings);
    assert.equal((await second.event('outbox-opened')).waiting, 3);
    // Exchange Online counts on, whoever was stopped meanwhile.
    const [mailbox] = (await second.ask('GET', '/mailboxes')).body.data;
    const { status, queued, limits } = Object(mailbox);
    assert.deepEqual([status, queued, limits.messages_per_minute.used], ['paced', 3, 2]);
    assert.equal(await second.stop(), 0);

    await using third = await RelayProcess.start(settingsWithRoom(settings));
    const records = await Promise.all(ids.map((id) => third.settled(id, 'submitted')));
    for (const record of records) assert.deepEqual(attemptsOf(record), [['submitted', null]]);
    assert.deepEqual(caught(sandbox).toSorted(), records.map(({ message_id }) => message_id).toSorted());
  });

  test('what waits for the cure of a tenant goes out once it is cured, and tells of what was tried in vain', async () => {
    await using sandbox = await startSandbox({ mailbox: MAILBOX });
    const settings = settingsFor(sandbox);
    const first = await RelayProcess.start({ ...settings, CLIENT_SECRET: 'wrong-secret' });
    const [tried = ''] = await hold(first, 1);
    const held = await first.settled(tried, 'deferred');
    assert.equal(held.last_failure?.code, 'entra-client-secret-invalid');
    const others = await hold(first, 2);
    // Whoever waits is told, and keeps the message.
    assert.equal((await first.send(invoice(4, { retry: false }))).body.code, 'mailbox-paused');
    assert.equal(await first.stop(), 0);

    await using second = await RelayProcess.start(settings);
    assert.deepEqual(attemptsOf(await second.settled(tried, 'submitted')), [
      ['deferred', 'entra-client-secret-invalid'],
      ['submitted', null],
    ]);
    for (const id of others) assert.deepEqual(attemptsOf(await second.settled(id, 'submitted')), [['submitted', null]]);
    assert.equal(sandbox.inbox.messages.length, 3);
  });

  test('what is held for a mailbox that is not configured any more is held until it is again', async () => {
    await using sandbox = await startSandbox({ mailbox: MAILBOX });
    const settings = settingsFor(sandbox);
    const soon = { scheduled_at: new Date(Date.now() + 500).toISOString() };
    const first = await RelayProcess.start(settings);
    const [id = ''] = await hold(first, 1, soon);
    await first.stop('SIGKILL');

    const second = await RelayProcess.start({ ...settings, MAILBOX: 'other@contoso.example' });
    const { status, last_failure, next_attempt_at } = await second.settled(id, 'deferred');
    assert.deepEqual([status, last_failure?.code, next_attempt_at], ['deferred', 'mailbox-not-configured', null]);
    assert.match(last_failure?.detail ?? '', /has no mailbox billing@contoso\.example in tenant default/);
    await second.stop();

    await using third = await RelayProcess.start(settings);
    await third.settled(id, 'submitted');
  });
});

test('a process that is killed behind the final dot leaves nobody in the dark, and sends nothing twice by itself', async () => {
  await using sandbox = await startSandbox({ mailbox: MAILBOX });
  const settings = settingsFor(sandbox);
  // It takes the message, and is long in saying so.
  sandbox.script.add({ at: 'final-dot', delay: 60_000 });
  const first = await RelayProcess.start(settings);
  const [id = ''] = await hold(first, 1);
  await first.settled(id, 'sending');
  await first.event('connection-opened');
  while (sandbox.script.pending.length > 0) await delay(10);
  await first.stop('SIGKILL');

  await using second = await RelayProcess.start(settings);
  assert.equal((await second.event('outbox-opened')).interrupted, 1);
  const doubtful = await second.settled(id, 'in-doubt');
  assert.deepEqual(attemptsOf(doubtful), [['in-doubt', 'submission-in-doubt']]);
  sandbox.inbox.clear();
  assert.equal((await second.ask('POST', `/submissions/${id}/retry`)).status, 200);
  const { message_id } = await second.settled(id, 'submitted');
  assert.deepEqual(caught(sandbox), [message_id]);
  assert.equal(message_id, doubtful.message_id);
});

test('what is scheduled goes out when it is due, and bears the date of that instant', async () => {
  await using sandbox = await startSandbox({ mailbox: MAILBOX });
  const tenant = { ...sandbox, mailboxes: [MAILBOX] };
  const settings = { EXTRA_CA_FILE: sandbox.caFile };
  const due = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + HOUR);
  const first = await RelayInProcess.start([tenant], settings);
  const { status, body } = await first.send(invoice(1, { scheduled_at: due.toISOString() }));
  assert.deepEqual([status, body.status, body.next_attempt_at], [202, 'queued', due.toISOString()]);
  await first[Symbol.asyncDispose]();
  assert.equal(sandbox.inbox.messages.length, 0);

  const arrived = sandbox.inbox.next();
  const clock = { now: () => new Date(Date.now() + HOUR + 2_000) };
  await using _second = await RelayInProcess.start([tenant], { ...settings, DATA_DIR: first.folder }, { clock });
  const { raw } = await arrived;
  assert.equal(header(raw, 'Message-ID'), body.message_id);
  assert.equal(Date.parse(header(raw, 'Date') ?? ''), due.getTime());
});

describe('a record', () => {
  const scheduled = { scheduled_at: new Date(Date.now() + HOUR).toISOString() };

  test('is found by tag, recipient and status, also after a restart', async () => {
    await using sandbox = await startSandbox({ mailbox: MAILBOX });
    const settings = settingsFor(sandbox);
    const first = await RelayProcess.start(settings);
    const tags = [{ name: 'order', value: '4711' }];
    const [tagged = ''] = await hold(first, 1, { ...scheduled, tags });
    const [other = ''] = await hold(first, 1, { ...scheduled, to: [anybody, 'joe@fabrikam.example'] });
    await first.stop();
    await using second = await RelayProcess.start(settings);
    const found = async (query: string) =>
      (await second.ask('GET', `/submissions?${query}`)).body.data.map(({ id }) => id);
    assert.deepEqual(await found('tag=order:4711'), [tagged]);
    assert.deepEqual(await found('tag=order:4712'), []);
    assert.deepEqual(await found('recipient=joe@fabrikam.example'), [other]);
    assert.deepEqual(await found('status=queued'), [other, tagged]);
    assert.deepEqual(await found('status=submitted'), []);
  });

  test('that failed can be tried again with the same Message-ID, until its content is gone', async () => {
    await using sandbox = await startSandbox({ mailbox: MAILBOX });
    const settings = settingsFor(sandbox);
    const reply = '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup';
    sandbox.script.add({ at: 'rcpt', recipient: anybody, reply });
    const first = await RelayProcess.start(settings);
    const [id = ''] = await hold(first, 1);
    const failed = await first.settled(id, 'failed');
    assert.equal(failed.last_failure?.code, 'recipient-not-found');
    await first.stop();

    const second = await RelayProcess.start(settings);
    assert.equal((await second.ask('POST', `/submissions/${id}/retry`)).status, 200);
    const { message_id } = await second.settled(id, 'submitted');
    assert.deepEqual([message_id, caught(sandbox)], [failed.message_id, [failed.message_id]]);
    await second.stop();

    sandbox.script.add({ at: 'rcpt', recipient: anybody, reply });
    await using third = await RelayProcess.start({ ...settings, FAILED_CONTENT_RETENTION_HOURS: '0' });
    const [gone = ''] = await hold(third, 1);
    await third.settled(gone, 'failed');
    const answer = await third.ask('POST', `/submissions/${gone}/retry`);
    assert.deepEqual([answer.status, answer.body.code], [410, 'content-gone']);
  });

  test('that is canceled stays so, and one that is forgotten is gone', async () => {
    await using sandbox = await startSandbox({ mailbox: MAILBOX });
    const settings = settingsFor(sandbox);
    const first = await RelayProcess.start(settings);
    const [canceled = '', forgotten = ''] = await hold(first, 2, scheduled);
    assert.equal((await first.ask('POST', `/submissions/${canceled}/cancel`)).body.status, 'canceled');
    assert.equal((await first.ask('DELETE', `/submissions/${forgotten}`)).status, 204);
    await first.stop();
    await using second = await RelayProcess.start(settings);
    assert.equal((await second.event('outbox-opened')).waiting, 0);
    assert.equal((await second.ask('GET', `/submissions/${canceled}`)).body.status, 'canceled');
    assert.equal((await second.ask('GET', `/submissions/${forgotten}`)).status, 404);
  });
});

describe('a second relay on the same folder', () => {
  test('waits for the first to end, and takes over what it held', async () => {
    await using sandbox = await startSandbox({ mailbox: MAILBOX });
    const settings = { ...settingsFor(sandbox), MAILBOX_MESSAGES_PER_MINUTE: '1' };
    const first = await RelayProcess.start(settings);
    const ids = await hold(first, 2);
    await first.settled(ids[0] ?? '', 'submitted');
    const awaited = Promise.withResolvers<void>();
    const onLine = ({ event }: LogLine) => {
      if (event === 'outbox-awaited') awaited.resolve();
    };
    const starting = RelayProcess.start(settingsWithRoom(settings), { onLine });
    await awaited.promise;
    assert.equal((await first.send(invoice(3), ASYNC)).status, 202);
    assert.equal(await first.stop(), 0);
    await using second = await starting;
    assert.equal((await second.event('outbox-opened')).waiting, 2);
    for (const id of ids) await second.settled(id, 'submitted');
    while (second.events('submission-submitted').length < 2) await delay(10);
    assert.equal(sandbox.inbox.messages.length, 3);
  });

  test('refuses by name what does not become free', async () => {
    await using sandbox = await startSandbox({ mailbox: MAILBOX });
    const settings = { ...settingsFor(sandbox), SHUTDOWN_TIMEOUT: '0.1' };
    await using _first = await RelayProcess.start(settings);
    const { DATA_DIR } = settings;
    await assert.rejects(
      RelayProcess.start(settings),
      new RegExp(`ended with 69: DATA_DIR ${DATA_DIR} is used by another relay`),
    );
  });
});

function settingsWithRoom(settings: Readonly<Record<string, string>>) {
  return { ...settings, MAILBOX_MESSAGES_PER_MINUTE: '1000' };
}
