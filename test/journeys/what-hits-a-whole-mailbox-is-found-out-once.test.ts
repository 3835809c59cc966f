/** A cause that all messages of a sender, a mailbox or a tenant share is found out by a few of them, not by each; once it is cured the others go out. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { MAILBOX } from '../http/recording-relay.ts';
import { RelayInProcess } from './relay-in-process.ts';

const ASYNC = { prefer: 'respond-async' };
const MINUTE = 60_000;
/** Connections of a mailbox: so many may be under way when a pause begins. */
const CONNECTIONS = 3;

const SIGN_IN_REFUSED = '535 5.7.3 Authentication unsuccessful [{hostname} {session}]';
const SEND_AS_DENIED =
  '554 5.2.252 SendAsDenied; billing@contoso.example not allowed to send as shop@contoso.example; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied';

/** A sandbox and a relay before it, whose clock can be set forward. */
async function practice() {
  const sandbox = await startSandbox({
    tenants: [{ mailboxes: { [MAILBOX]: { sendAs: ['shop@contoso.example'] } } }],
  });
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const tenant = { ...sandbox, mailboxes: [MAILBOX], sendAs: ['shop@contoso.example'] };
  const relay = await RelayInProcess.start([tenant], { EXTRA_CA_FILE: sandbox.caFile }, { clock });
  const message = { from: MAILBOX, to: 'jane@fabrikam.example', subject: 'Invoice', text: 'Hello' };
  return {
    sandbox,
    relay,
    message,
    once: { ...message, retry: false },
    letPass: (milliseconds: number) => {
      ahead += milliseconds;
    },
    /** Resolves once so many have arrived. */
    arrived: async (count: number) => {
      while (sandbox.inbox.messages.length < count) await delay(5);
    },
    [Symbol.asyncDispose]: async () => {
      await relay[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

describe('a sign-in that is refused', () => {
  test('costs a storm of a hundred messages no more than the connections that were open, and no message', async () => {
    await using at = await practice();
    at.sandbox.script.add({ at: 'auth', reply: SIGN_IN_REFUSED, times: 1_000 });
    const answers = await Promise.all(Array.from({ length: 100 }, () => at.relay.send(at.message, ASYNC)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
    const paused = await at.relay.send(at.message, { prefer: 'wait=1' });
    assert.deepEqual([paused.status, paused.body.last_failure?.code], [202, 'smtp-auth-unsuccessful']);
    const attempts = at.sandbox.counts.authenticationAttempts;
    assert.ok(attempts <= CONNECTIONS, `${attempts} attempts to sign in`);

    at.sandbox.script.clear();
    await at.relay.resume(MAILBOX);
    await at.arrived(101);
    const ids = at.sandbox.inbox.messages.map(({ raw }) => /^Message-ID: (.*)\r$/m.exec(raw.toString('latin1'))?.[1]);
    assert.equal(new Set(ids).size, 101);
  });

  test('is looked into by one message a while later, and its success lets the others go', async () => {
    await using at = await practice();
    at.sandbox.script.add({ at: 'auth', reply: SIGN_IN_REFUSED, times: 2 });
    assert.equal((await at.relay.send(at.once)).body.code, 'smtp-auth-unsuccessful');
    for (let number = 0; number < 5; number += 1) await at.relay.send(at.message, ASYNC);
    assert.equal(at.sandbox.counts.authenticationAttempts, 1);

    // The probe fails, and the next one comes later than the first did.
    at.letPass(MINUTE + 1_000);
    await at.relay.send(at.message, ASYNC);
    while (at.sandbox.script.pending.length > 0) await delay(5);
    at.letPass(MINUTE + 1_000);
    assert.equal((await at.relay.send(at.once)).body.code, 'mailbox-paused');
    assert.equal(at.sandbox.counts.authenticationAttempts, 2);

    at.letPass(MINUTE);
    await at.relay.send(at.message, ASYNC);
    await at.arrived(7);
    assert.equal((await at.relay.send(at.once)).status, 200);
  });
});

test('the right to send as somebody that is refused three times pauses that sender, and no other', async () => {
  await using at = await practice();
  at.sandbox.script.add({ at: 'final-dot', reply: SEND_AS_DENIED, times: 3 });
  const asShop = { ...at.once, from: 'shop@contoso.example', mailbox: MAILBOX };
  for (let number = 0; number < 3; number += 1) assert.equal((await at.relay.send(asShop)).body.code, 'send-as-denied');
  const fourth = await at.relay.send(asShop);
  assert.deepEqual([fourth.status, fourth.body.code], [503, 'mailbox-paused']);
  assert.match(fourth.body.detail, /The sender shop@contoso\.example pauses after send-as-denied/);
  assert.equal((await at.relay.send(at.once)).status, 200);
  await at.relay.resume(MAILBOX);
  assert.equal((await at.relay.send(asShop)).status, 200);
});

test('connections that are lost three times in a row pause the mailbox, and one that holds begins the count anew', async () => {
  await using at = await practice();
  const lost = (times: number) => at.sandbox.script.add({ at: 'auth', reply: null, times });
  const codes = async (count: number) => {
    const found: unknown[] = [];
    // With more patience than that a caller waits for the end of the pause, which is a short one.
    const impatient = () => at.relay.send(at.once, { prefer: 'wait=1' });
    for (let number = 0; number < count; number += 1) found.push((await impatient()).body.code);
    return found;
  };
  lost(2);
  assert.deepEqual(await codes(3), ['connection-reset', 'connection-reset', undefined]);
  // The server takes leave, so that the next ones need connections of their own.
  await at.relay.send({ ...at.once, to: 'smtp-service-not-available@fabrikam.example' });
  lost(3);
  assert.deepEqual(await codes(4), ['connection-reset', 'connection-reset', 'connection-reset', 'mailbox-paused']);
  // A way may be back at any time, and is looked for sooner than a right.
  at.letPass(MINUTE / 2);
  assert.deepEqual(await codes(1), [undefined]);
});
