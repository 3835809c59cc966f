/** However many messages are posted at once, Entra ID is asked once, and no more connections are opened than Exchange allows. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { RelayProcess } from './relay-process.ts';

test('a hundred concurrent sends take one token and at most three connections', async () => {
  await using sandbox = await startSandbox();
  await using relay = await RelayProcess.start(settingsFor(sandbox));
  const send = (number: number) =>
    relay.send({
      from: sandbox.mailbox,
      to: `customer-${number}@fabrikam.example`,
      subject: `Invoice ${number}`,
      text: 'Hello',
    });

  const answers = await Promise.all(Array.from({ length: 100 }, (_, number) => send(number)));

  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(new Set(answers.map(({ body }) => body.message_id)).size, 100);
  assert.equal(sandbox.inbox.messages.length, 100);
  assert.deepEqual(
    new Set(sandbox.inbox.messages.flatMap(({ envelope }) => envelope.rcptTo)),
    new Set(answers.flatMap(({ body }) => body.accepted)),
  );
  assert.equal(sandbox.counts.tokenRequests, 1);
  assert.ok(sandbox.counts.connections <= 3, `${sandbox.counts.connections} connections`);
});

test('one connection carries one message after the other', async () => {
  await using sandbox = await startSandbox();
  await using relay = await RelayProcess.start(settingsFor(sandbox));
  for (let number = 0; number < 20; number += 1) {
    const answer = await relay.send({
      from: sandbox.mailbox,
      to: 'jane@fabrikam.example',
      subject: `Invoice ${number}`,
      text: 'Hello',
    });
    assert.equal(answer.status, 200);
  }
  assert.equal(sandbox.counts.connections, 1);
  assert.equal(sandbox.counts.authenticationAttempts, 1);
});

test('a refused message leaves its connection fit for the next', async () => {
  await using sandbox = await startSandbox();
  await using relay = await RelayProcess.start(settingsFor(sandbox));
  const send = (to: string | string[]) => relay.send({ from: sandbox.mailbox, to, subject: 'Invoice', text: 'Hello' });

  assert.equal((await send('recipient-not-found@fabrikam.example')).status, 422);
  assert.equal((await send('tenant-traffic-not-accepted@fabrikam.example')).status, 502);
  assert.equal((await relay.ask('POST', '/tenants/default/resume')).status, 200);
  assert.equal((await send('smtp-client-not-authenticated@fabrikam.example')).status, 502);
  assert.equal((await relay.ask('POST', `/mailboxes/${sandbox.mailbox}/resume`)).status, 200);
  const partly = await send(['recipient-not-found@fabrikam.example', 'jane@fabrikam.example']);

  assert.equal(partly.status, 200);
  assert.deepEqual(partly.body.accepted, ['jane@fabrikam.example']);
  const [refused] = partly.body.rejected;
  assert.equal(refused?.recipient, 'recipient-not-found@fabrikam.example');
  assert.equal(refused?.failure.code, 'recipient-not-found');
  assert.equal(refused?.failure.smtp.enhanced, '5.1.10');
  assert.equal(sandbox.counts.connections, 1);
});

test('a connection that the server closed is replaced by a new one', async () => {
  await using sandbox = await startSandbox();
  await using relay = await RelayProcess.start(settingsFor(sandbox));
  const send = (to: string) => relay.send({ from: sandbox.mailbox, to, subject: 'Invoice', text: 'Hello' });

  assert.equal((await send('jane@fabrikam.example')).status, 200);
  assert.equal((await send('submission-in-doubt@fabrikam.example')).status, 504);
  assert.equal((await send('jane@fabrikam.example')).status, 200);
  assert.equal(sandbox.counts.connections, 2);
  assert.equal(sandbox.counts.tokenRequests, 1);
});
