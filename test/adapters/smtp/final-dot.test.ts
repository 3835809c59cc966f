/** The final dot goes out once the transaction's question is answered and not before; every reply that comes earlier is believed only where it refuses. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FailureError, failure } from '../../../src/domain/failure.ts';
import { failureOf } from '../../failure-of.ts';
import { scriptedServer } from './scripted-server.ts';
import { content, submissionClient, token, transaction } from './submissions.ts';

const KIB64 = 64 * 1024;
const line = `${'x'.repeat(62)}\r\n`;

/** Resolves after the server has had its say: what was sent to it has arrived by then. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('the final dot', () => {
  for (const [what, text] of [
    ['empty', ''],
    ['tiny', 'x'],
    ['a dot', '.'],
    ['exactly 64 KiB', line.repeat(1024)],
    ['a byte more than 64 KiB', `${line.repeat(1024)}x`],
    ['64 KiB and its last line is a dot', `${line.repeat(1024)}.\r\n`],
    ['large, without a line', 'x'.repeat(5 * KIB64)],
    ['large', line.repeat(20_000)],
  ] as const) {
    test(`of a content that is ${what} waits with the last line for the answer`, async () => {
      await using server = await scriptedServer();
      await using relay = submissionClient();
      const asked = Promise.withResolvers<void>();
      const answer = Promise.withResolvers<void>();
      let times = 0;
      const submitted = relay.client.submit(
        transaction(server.port, {
          content: Buffer.from(text),
          beforeFinalDot: () => {
            times += 1;
            asked.resolve();
            return answer.promise;
          },
        }),
      );
      await asked.promise;
      await settled();
      const before = server.contents[0] ?? Buffer.alloc(0);
      const lines = text.split('\r\n');
      const lastLine = lines.at(-1) || (lines.at(-2) ?? '');
      const withoutEnd = text.slice(0, text.lastIndexOf(lastLine));
      assert.ok(before.length <= withoutEnd.length, `${before.length} of ${text.length} bytes had come`);
      answer.resolve();
      const { reply } = await submitted;
      assert.equal(reply?.code, 250);
      assert.equal(times, 1);
      assert.ok(server.contents[0]?.toString().endsWith('\r\n.\r\n'));
    });
  }

  test('is asked for after it was told that the transaction begins', async () => {
    await using server = await scriptedServer();
    await using relay = submissionClient();
    const told: string[] = [];
    await relay.client.submit(
      transaction(server.port, {
        token: async () => {
          told.push('token');
          return token;
        },
        begun: () => void told.push('begun'),
        beforeFinalDot: async () => void told.push('final dot'),
      }),
    );
    assert.deepEqual(told, ['token', 'begun', 'final dot']);
  });

  test('is never sent when the question fails, whose error is passed on', async () => {
    await using server = await scriptedServer();
    await using relay = submissionClient();
    for (const error of [new FailureError(failure('internal-error')), new TypeError('the disk is full')]) {
      const submitted = relay.client.submit(
        transaction(server.port, {
          content: Buffer.from(line.repeat(3_000)),
          beforeFinalDot: () => Promise.reject(error),
        }),
      );
      await assert.rejects(submitted, (thrown) => thrown === error);
      assert.equal(relay.client.counts.open, 0);
    }
    await server.gone(2);
    for (const arrived of server.contents) assert.equal(arrived.includes('\r\n.\r\n'), false);
  });

  test('is not followed by RSET where content was begun and not ended', async () => {
    await using server = await scriptedServer({ content: '552 5.3.4 enough' });
    await using relay = submissionClient();
    const large = Buffer.from(line.repeat(100_000));
    const refused = await failureOf(relay.client.submit(transaction(server.port, { content: large })));
    assert.equal(refused.code, 'message-too-large');
    assert.equal(refused.smtp?.reply.code, 552);
    await server.gone(1);
    assert.equal(server.contents[0]?.includes('RSET'), false);
    assert.equal(server.commands.includes('RSET'), false);
  });

  test('alone makes a 250 a submission: one that comes earlier is believed by nobody', async () => {
    await using server = await scriptedServer({ content: '250 2.0.0 taken already' });
    await using relay = submissionClient();
    const early = relay.client.submit(
      transaction(server.port, { content: Buffer.from(line.repeat(3_000)), beforeFinalDot: () => settled() }),
    );
    const told = await failureOf(early);
    assert.equal(told.code, 'smtp-reply-malformed');
    assert.equal(told.stage, 'data');
  });

  test('has been refused, definitely, when 421 comes after it', async () => {
    await using server = await scriptedServer({ dot: '421 4.4.2 Connection dropped due to TimeOut' });
    await using relay = submissionClient();
    const told = await failureOf(relay.client.submit(transaction(server.port)));
    assert.equal(told.smtp?.reply.code, 421);
    assert.match(told.smtp?.reply.text ?? '', /TimeOut/);
    assert.equal(relay.client.counts.open, 0);
  });

  test('leaves a connection in use when the message is refused after it', async () => {
    await using server = await scriptedServer({ dot: '554 5.2.0 no' });
    await using relay = submissionClient();
    for (let time = 0; time < 3; time += 1) await failureOf(relay.client.submit(transaction(server.port)));
    assert.equal(server.count.total, 1);
    const verbs = server.commands.map((command) => command.split(' ', 1)[0]);
    assert.deepEqual(verbs.slice(4), [
      ...['MAIL', 'RCPT', 'DATA'],
      ...['RSET', 'MAIL', 'RCPT', 'DATA'],
      ...['RSET', 'MAIL', 'RCPT', 'DATA'],
    ]);
  });

  test('follows a content of a small message in the same piece', async () => {
    await using server = await scriptedServer();
    await using relay = submissionClient();
    await relay.client.submit(transaction(server.port));
    assert.equal(server.contents[0]?.toString(), `${content}.\r\n`);
  });

  test('leaves the submission in doubt when it is answered with a code that RFC 5321 does not have', async () => {
    for (const odd of ['000 2.0.0 taken', '150 2.0.0 taken']) {
      await using server = await scriptedServer({ dot: `${odd}` });
      await using relay = submissionClient();
      const found = await failureOf(relay.client.submit(transaction(server.port)));
      assert.equal(found.code, 'submission-in-doubt');
    }
  });
});
