/** A request that is repeated with its Idempotency-Key submits once: at the same time, later, and after a crash. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { MAILBOX } from '../http/recording-relay.ts';
import { type Answer, RelayProcess } from './relay-process.ts';

const invoice = { from: MAILBOX, to: 'jane@fabrikam.example', subject: 'Invoice 4711', text: 'Hello' };
const keyed = () => ({ 'idempotency-key': randomUUID() });
const isReplayed = ({ headers }: Answer) => headers.get('idempotent-replayed') === 'true';

test('of many at once one submits, and the others are told that it runs, or of its receipt', async () => {
  await using sandbox = await startSandbox({ mailbox: MAILBOX });
  await using relay = await RelayProcess.start(settingsFor(sandbox));
  const key = keyed();
  const answers = await Promise.all(Array.from({ length: 20 }, () => relay.send(invoice, key)));
  const first = answers.filter((answer) => answer.status === 200 && !isReplayed(answer));
  assert.equal(first.length, 1);
  for (const answer of answers) {
    if (answer.status === 409) {
      assert.equal(answer.body.code, 'idempotency-key-in-use');
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
    } else assert.deepEqual([answer.status, answer.body.id], [200, first[0]?.body.id]);
  }
  const again = await relay.send(invoice, key);
  assert.ok(isReplayed(again));
  assert.deepEqual(again.body, first[0]?.body);
  assert.equal(sandbox.inbox.messages.length, 1);
});

test('another message with the same key is refused, and the first one is answered as before', async () => {
  await using sandbox = await startSandbox({ mailbox: MAILBOX });
  await using relay = await RelayProcess.start(settingsFor(sandbox));
  const key = keyed();
  const { body } = await relay.send(invoice, key);
  const other = await relay.send({ ...invoice, subject: 'Invoice 4712' }, key);
  assert.deepEqual([other.status, other.body.code], [409, 'idempotency-key-reused']);
  // The same in another order is the same.
  const reordered = Object.fromEntries(Object.entries(invoice).reverse());
  assert.equal((await relay.send(reordered, key)).body.id, body.id);
  assert.equal(sandbox.inbox.messages.length, 1);
});

test('a refusal frees the key, so that what is cured goes out under it, with the same Message-ID', async () => {
  await using sandbox = await startSandbox({ mailbox: MAILBOX });
  await using relay = await RelayProcess.start(settingsFor(sandbox));
  const key = keyed();
  const reply = '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup';
  sandbox.script.add({ at: 'rcpt', reply });
  const refused = await relay.send(invoice, key);
  assert.deepEqual([refused.status, refused.body.code], [422, 'recipient-not-found']);
  const cured = await relay.send(invoice, key);
  assert.deepEqual([cured.status, isReplayed(cured)], [200, false]);
  assert.equal(cured.body.message_id, refused.body.message_id);
  assert.ok(isReplayed(await relay.send(invoice, key)));
  assert.equal(sandbox.inbox.messages.length, 1);
});

test('a request that is repeated after a crash finds what the first has brought about', async () => {
  await using sandbox = await startSandbox({ mailbox: MAILBOX });
  const settings = settingsFor(sandbox);
  const first = await RelayProcess.start(settings);
  const [held, sent] = [keyed(), keyed()];
  const later = { ...invoice, scheduled_at: new Date(Date.now() + 60 * 60_000).toISOString() };
  const waiting = await first.send(later, held);
  const receipt = await first.send(invoice, sent);
  assert.deepEqual([waiting.status, receipt.status], [202, 200]);
  await first.stop('SIGKILL');

  await using second = await RelayProcess.start(settings);
  const replays = [await second.send(later, held), await second.send(invoice, sent)];
  assert.deepEqual(replays.map(isReplayed), [true, true]);
  assert.deepEqual(
    replays.map(({ status, body }) => [status, body]),
    [waiting, receipt].map(({ status, body }) => [status, body]),
  );
  assert.equal(sandbox.inbox.messages.length, 1);
});

test('a request that is repeated after a crash behind the final dot is told of the doubt, and submits nothing', async () => {
  await using sandbox = await startSandbox({ mailbox: MAILBOX });
  const settings = settingsFor(sandbox);
  sandbox.script.add({ at: 'final-dot', delay: 60_000 });
  const first = await RelayProcess.start(settings);
  const key = keyed();
  const lost = assert.rejects(first.send(invoice, key));
  while (sandbox.script.pending.length > 0) await delay(10);
  await first.stop('SIGKILL');
  await lost;
  sandbox.inbox.clear();

  await using second = await RelayProcess.start(settings);
  for (let times = 0; times < 2; times += 1) {
    const again = await second.send(invoice, key);
    assert.deepEqual([again.status, again.body.code, isReplayed(again)], [504, 'submission-in-doubt', true]);
    assert.match(again.body.instance, /^\/submissions\//);
  }
  assert.equal(sandbox.inbox.messages.length, 0);
});
