/** What a lost connection means at each step of the dialogue, whether it was reset, closed, or taken leave of with 421. */

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { isRetryable } from '../../../src/domain/failure.ts';
import { failureOf } from '../../failure-of.ts';
import { drop, fin, type Script, type Step, scriptedServer } from './scripted-server.ts';
import { content, submissionClient, transaction } from './submissions.ts';

const LEAVE = '421 4.3.2 Service not available, closing transmission channel';
const large = Buffer.from(`${'x'.repeat(78)}\r\n`.repeat(40_000));

const steps: readonly (readonly [Step, string])[] = [
  ['greeting', 'connect'],
  ['ehlo', 'connect'],
  ['starttls', 'tls'],
  ['tls', 'tls'],
  ['second ehlo', 'connect'],
  ['auth', 'auth'],
  ['mail', 'mail-from'],
  ['rcpt', 'rcpt-to'],
  ['data', 'data'],
  ['content', 'data'],
];

describe('a connection that is lost', () => {
  for (const [step, stage] of steps) {
    for (const [how, move] of [
      ['reset', drop],
      ['closed', fin],
    ] as const) {
      test(`at ${step}, being ${how}, has submitted nothing, and may be tried again`, async () => {
        await using server = await scriptedServer({ [step]: move });
        await using relay = submissionClient();
        const message = step === 'content' ? large : content;
        const failure = await failureOf(relay.client.submit(transaction(server.port, { content: message })));
        assert.equal(failure.code, step === 'tls' ? 'tls-handshake-failed' : 'connection-reset');
        // A reset may overtake the replies to what went out in the same piece (RFC 2920).
        const overtaken = how === 'reset' && ['rcpt', 'data'].includes(step) ? ['mail-from', 'rcpt-to'] : [];
        assert.ok([stage, ...overtaken].includes(failure.stage), failure.stage);
        assert.ok(isRetryable(failure));
        assert.equal(relay.client.counts.open, 0);
      });
    }
  }

  for (const [how, move] of [
    ['reset', drop],
    ['closed', fin],
  ] as const) {
    test(`after the final dot, being ${how}, leaves the submission in doubt`, async () => {
      await using server = await scriptedServer({ dot: move });
      await using relay = submissionClient();
      const failure = await failureOf(relay.client.submit(transaction(server.port)));
      assert.equal(failure.code, 'submission-in-doubt');
      assert.equal(isRetryable(failure), false);
    });

    test(`just before the final dot, being ${how}, has submitted nothing`, async () => {
      await using server = await scriptedServer();
      await using relay = submissionClient();
      const beforeFinalDot = async () => {
        server.play(move);
        await server.gone(1);
      };
      const failure = await failureOf(relay.client.submit(transaction(server.port, { beforeFinalDot })));
      assert.equal(failure.code, 'connection-reset');
      assert.equal(failure.stage, 'data');
      assert.ok(isRetryable(failure));
    });
  }
});

describe('a server that takes its leave with 421', () => {
  const leaving: readonly (readonly [Step, string, string])[] = [
    ...steps.filter(([step]) => step !== 'tls').map(([step, stage]) => [step, stage, commandAt(step)] as const),
    ['dot', 'data', 'DATA'],
  ];
  for (const [step, stage, command] of leaving) {
    test(`at ${step} has refused, in its own words`, async () => {
      const script: Script = {
        [step]: ({ socket }: { socket: Socket }) => void socket.end(`${LEAVE}\r\n`),
      };
      await using server = await scriptedServer(script);
      await using relay = submissionClient();
      const message = step === 'content' ? large : content;
      const failure = await failureOf(relay.client.submit(transaction(server.port, { content: message })));
      assert.equal(failure.smtp?.reply.code, 421, failure.code);
      assert.match(failure.smtp?.reply.text ?? '', /Service not available/);
      assert.equal(failure.smtp?.command, command);
      assert.equal(failure.stage, stage);
      assert.ok(isRetryable(failure));
      assert.equal(relay.client.counts.open, 0);
    });
  }
});

function commandAt(step: Step): string {
  const commands: Partial<Record<Step, string>> = {
    greeting: 'CONN',
    ehlo: 'EHLO',
    starttls: 'STARTTLS',
    'second ehlo': 'EHLO',
    auth: 'AUTH XOAUTH2',
    mail: 'MAIL FROM',
    rcpt: 'RCPT TO',
  };
  return commands[step] ?? 'DATA';
}
