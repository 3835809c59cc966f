/** No server keeps a submission waiting: one that is silent, slow, endless or senseless is cut in time, and memory stays bounded. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Deadlines } from '../../../src/adapters/smtp/deadline.ts';
import { isRetryable } from '../../../src/domain/failure.ts';
import { failureOf } from '../../failure-of.ts';
import { endless, type Move, type Step, scriptedServer, stall, trickle } from './scripted-server.ts';
import { content, submissionClient, transaction } from './submissions.ts';

const large = Buffer.from(`${'x'.repeat(78)}\r\n`.repeat(400_000));
const SHORT = 250;

/** Steps with the deadline that is for them and the stage they belong to. */
const steps: readonly (readonly [Step, keyof Deadlines, string])[] = [
  ['greeting', 'greeting', 'connect'],
  ['ehlo', 'command', 'connect'],
  ['starttls', 'command', 'tls'],
  ['tls', 'command', 'tls'],
  ['second ehlo', 'command', 'connect'],
  ['auth', 'command', 'auth'],
  ['mail', 'command', 'mail-from'],
  ['rcpt', 'command', 'rcpt-to'],
  ['data', 'data', 'data'],
];

async function failureAt(step: Step, move: Move, deadlines: Partial<Deadlines>) {
  await using server = await scriptedServer({ [step]: move });
  await using relay = submissionClient({ deadlines });
  const failure = await failureOf(relay.client.submit(transaction(server.port)));
  assert.equal(relay.client.counts.open, 0);
  await server.gone(1);
  return failure;
}

describe('a server', () => {
  for (const [step, deadline, stage] of steps) {
    test(`that falls silent at ${step} is waited for until the deadline of ${deadline}`, async () => {
      const failure = await failureAt(step, stall, { [deadline]: SHORT });
      assert.equal(failure.code, 'connection-timeout');
      assert.equal(failure.stage, stage);
      assert.match(failure.detail ?? '', /no answer within 0.25 seconds/);
    });

    // In the handshake a trickle is no TLS, and refused at once.
    if (step === 'tls') continue;
    test(`that trickles its reply at ${step} is given no more time for it`, async () => {
      const failure = await failureAt(step, trickle, { [deadline]: SHORT });
      assert.equal(failure.code, 'connection-timeout');
      assert.equal(failure.stage, stage);
    });
  }

  test('that falls silent or trickles after the final dot leaves the submission in doubt', async () => {
    for (const move of [stall, trickle]) {
      assert.equal((await failureAt('dot', move, { finalDot: 40 })).code, 'submission-in-doubt');
    }
  });

  test('that stops reading while content goes out is caught', async () => {
    await using server = await scriptedServer({ content: ({ socket }) => void socket.pause() });
    await using relay = submissionClient({ deadlines: { data: SHORT } });
    const failure = await failureOf(relay.client.submit(transaction(server.port, { content: large })));
    assert.equal(failure.code, 'connection-timeout');
    assert.equal(failure.stage, 'data');
  });

  test('that does not answer QUIT is left', async () => {
    await using server = await scriptedServer({ quit: stall });
    await using relay = submissionClient({ deadlines: { quit: 20 } });
    await relay.client.submit(transaction(server.port));
    await relay.client.close();
    await server.gone(1);
  });

  for (const [step, , stage] of steps.filter(([each]) => each !== 'tls')) {
    test(`that says something else than a reply at ${step} is told by a failure of its own`, async () => {
      const failure = await failureAt(step, '<html>Welcome to the hotel</html>', {});
      assert.equal(failure.code, 'smtp-reply-malformed');
      assert.equal(failure.stage, step === 'starttls' ? 'tls' : stage);
      assert.ok(isRetryable(failure));
    });
  }

  test('that says something else than a reply after the final dot leaves the submission in doubt', async () => {
    assert.equal((await failureAt('dot', 'what?', {})).code, 'submission-in-doubt');
  });

  for (const [what, text] of [
    ['a line without an end', 'x'.repeat(64 * 1024)],
    ['a reply without an end', `250-${'x'.repeat(500)}\r\n`.repeat(100)],
    ['empty lines without an end', '\r\n'.repeat(10_000)],
    ['replies without an end', '250 OK\r\n'.repeat(10_000)],
  ] as const) {
    for (const step of ['greeting', 'ehlo', 'second ehlo', 'mail', 'dot'] as const) {
      // Each of them would be the reply to something.
      if (text.startsWith('250 ') && step !== 'greeting' && step !== 'mail') continue;
      test(`that sends ${what} at ${step} is cut`, async () => {
        const failure = await failureAt(step, endless(text), {});
        assert.equal(failure.code, step === 'dot' ? 'submission-in-doubt' : 'smtp-reply-malformed');
      });
    }
  }

  test('that sends a line of 10 MB costs no memory to speak of', async () => {
    const before = process.memoryUsage().heapUsed;
    const failure = await failureAt('mail', `250 ${'x'.repeat(10_000_000)}`, {});
    assert.equal(failure.code, 'smtp-reply-malformed');
    assert.ok((failure.detail?.length ?? 0) < 2_000);
    assert.ok(process.memoryUsage().heapUsed - before < 30_000_000);
  });

  test('that refuses at great length is quoted in short', async () => {
    const failure = await failureAt('mail', `554 5.6.0 ${'no '.repeat(10_000)}`, {});
    assert.equal(failure.smtp?.reply.code, 554);
    assert.ok((failure.smtp?.reply.text.length ?? 0) <= 1_001);
    assert.ok((failure.detail?.length ?? 0) < 1_200);
  });
});

test('a message is submitted within deadlines that nothing exceeds', async () => {
  await using server = await scriptedServer();
  await using relay = submissionClient();
  const result = await relay.client.submit(transaction(server.port));
  assert.equal(result.reply?.code, 250);
  assert.deepEqual(server.contents, [Buffer.concat([content, Buffer.from('.\r\n')])]);
});
