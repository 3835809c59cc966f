/** SIGTERM in the middle of the work: who was heard gets an answer, what was submitted is answered 200, and what was answered 202 is submitted after the next start. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { RelayProcess } from './relay-process.ts';

const OUTSTANDING = 16;
const BEFORE_STOP = 40;

test('a relay that is stopped under load loses no answer', { timeout: 60_000 }, async () => {
  await using sandbox = await startSandbox();
  const settings = { ...settingsFor(sandbox), LOG_LEVEL: 'info' };
  const relay = await RelayProcess.start(settings);
  const submitted: string[] = [];
  const held: string[] = [];
  const refused: (string | number)[] = [];
  const half = Promise.withResolvers<void>();
  let stopped = false;

  async function post(subject: string): Promise<void> {
    try {
      const { status, body } = await relay.send({
        from: sandbox.mailbox,
        to: 'jane@fabrikam.example',
        subject,
        text: 'Thank you.',
      });
      if (status === 200) submitted.push(subject);
      else if (status === 202) held.push(subject);
      else refused.push(body.code);
    } catch (error) {
      refused.push(String(Reflect.get(Object(error instanceof Error ? error.cause : null), 'code')));
    }
    if (submitted.length >= BEFORE_STOP) half.resolve();
  }
  let count = 0;
  const callers = Array.from({ length: OUTSTANDING }, async () => {
    while (!stopped) await post(`Invoice ${++count}`);
  });
  await half.promise;
  const code = relay.stop('SIGTERM');
  await relay.event('relay-stopping');
  stopped = true;
  await Promise.all(callers);

  assert.equal(await code, 0);
  const caught = () => sandbox.inbox.messages.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString('latin1'))?.[1]);
  assert.deepEqual(caught().toSorted(), submitted.toSorted());
  for (const each of refused) assert.match(String(each), /^(?:shutting-down|ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET)$/);

  await using next = await RelayProcess.start(settings);
  assert.equal((await next.event('outbox-opened')).waiting, held.length);
  while (next.events('submission-submitted').length < held.length) await delay(10);
  assert.deepEqual(caught().toSorted(), [...submitted, ...held].toSorted());
});

test('silent and idle connections do not hold a stop, and a second signal ends it', { timeout: 30_000 }, async () => {
  await using sandbox = await startSandbox({ authenticationFailureDelay: 20_000 });
  const mailbox = 'smtp-auth-unsuccessful@contoso.example';
  const quick = await RelayProcess.start(settingsFor(sandbox));
  const { hostname, port } = new URL(quick.url);
  const silent = connect(Number(port), hostname);
  await once(silent, 'connect');
  // Kept by its client, idle.
  await (await fetch(`${quick.url}/health/ready`)).text();
  const closed = once(silent, 'close');
  const begun = performance.now();
  assert.equal(await quick.stop(), 0);
  await closed;
  assert.ok(performance.now() - begun < 4_000);

  const slow = await RelayProcess.start({ ...settingsFor(sandbox), MAILBOX: mailbox });
  const lost = assert.rejects(slow.send({ from: mailbox, to: 'jane@fabrikam.example', text: 'Hello' }));
  await slow.event('token-acquired');
  const code = slow.stop('SIGTERM');
  await slow.event('relay-stopping');
  await slow.stop('SIGINT');
  assert.equal(await code, 1);
  await lost;
});
