/** How to be refused for what the relay holds, or cannot hold, code by code. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { MAILBOX, message } from '../http/recording-relay.ts';
import { nowhere, type Refusal } from './refusals-of-the-relay.ts';
import { RelayInProcess } from './relay-in-process.ts';
import type { Answer } from './relay-process.ts';

const ASYNC = { prefer: 'respond-async' };
const HOUR = 60 * 60_000;

/** Of a message for later, which nobody submits meanwhile. */
const later = () => ({ ...message, scheduled_at: new Date(Date.now() + HOUR).toISOString() });

const keyed = () => ({ 'idempotency-key': crypto.randomUUID() });

/** Has a message held, and does something with it. */
const held =
  (...operations: readonly string[]): Refusal =>
  async (relay) => {
    const { body } = await relay.send(later());
    let answer: Answer | undefined;
    for (const operation of operations) answer = await relay.operate('POST', `/submissions/${body.id}/${operation}`);
    return answer ?? assert.fail('nothing was done');
  };

/** A relay of its own before a sandbox of its own. */
async function practising(
  refusal: (relay: RelayInProcess, connections: () => number) => Promise<Answer>,
  { sandbox: options = {}, mailbox = MAILBOX, settings = {} }: Practice,
): Promise<Answer> {
  await using sandbox = await startSandbox({ mailbox, ...options });
  const tenant = { ...sandbox, mailboxes: [mailbox] };
  const given = { EXTRA_CA_FILE: sandbox.caFile, SHUTDOWN_TIMEOUT: '0.2', ...settings };
  await using relay = await RelayInProcess.start([tenant], given);
  return await refusal(relay, () => sandbox.counts.connections);
}

interface Practice {
  readonly sandbox?: SandboxOptions;
  readonly mailbox?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Before a server that never greets a message is under way for as long as one likes. */
const underWay =
  (refusal: (relay: RelayInProcess, first: object, headers: Record<string, string>) => Promise<Answer>): Refusal =>
  () =>
    practising(
      async (relay, connections) => {
        const headers = keyed();
        const first = relay.send(message, headers);
        while (connections() === 0) await delay(5);
        const answer = await refusal(relay, message, headers);
        await relay[Symbol.asyncDispose]();
        // Its caller was told that the relay holds it.
        assert.equal((await first).status, 202);
        return answer;
      },
      { sandbox: { submissionFault: 'connection-timeout' } },
    );

export const refusalsOfTheOutbox: Readonly<Record<string, Refusal>> = {
  'idempotency-key-reused': async (relay) => {
    const headers = keyed();
    assert.equal((await relay.send(later(), headers)).status, 202);
    return await relay.send({ ...later(), subject: 'Invoice 4712' }, headers);
  },
  'idempotency-key-in-use': underWay((relay, first, headers) => relay.send(first, headers)),
  'submission-canceled': async (relay) => {
    const [headers, asked] = [keyed(), later()];
    const { body } = await relay.send(asked, headers);
    await relay.operate('POST', `/submissions/${body.id}/cancel`);
    return await relay.send(asked, headers);
  },
  'submission-final': held('cancel', 'cancel'),
  'content-gone': held('cancel', 'retry'),
  'submission-sending': underWay(async (relay) => {
    const { body } = await relay.operate('GET', '/submissions?status=queued,sending');
    return await relay.operate('POST', `/submissions/${body.data[0]?.id}/cancel`);
  }),
  'submission-submitted': () =>
    practising(async (relay) => {
      const { body } = await relay.send(message);
      return await relay.operate('POST', `/submissions/${body.id}/retry`);
    }, {}),
  'submission-expired': async () => {
    let ahead = 0;
    const clock = { now: () => new Date(Date.now() + ahead) };
    await using relay = await RelayInProcess.start([nowhere], {}, { clock });
    const [headers, asked] = [keyed(), { ...later(), expires_in: 60 }];
    const { body } = await relay.send(asked, headers);
    ahead = 2 * HOUR;
    // Whoever looks after the mailbox has its line looked at.
    await relay.resume(MAILBOX);
    for (;;) {
      const { body: now } = await relay.operate('GET', `/submissions/${body.id}`);
      if (now.status === 'failed') return await relay.send(asked, headers);
      await delay(5);
    }
  },
  'mailbox-paced': () =>
    practising(
      async (relay) => {
        assert.equal((await relay.send(message)).status, 200);
        return await relay.send({ ...message, retry: false });
      },
      { settings: { MAILBOX_MESSAGES_PER_MINUTE: '1' } },
    ),
  'mailbox-paused': () => {
    const mailbox = 'smtp-auth-unsuccessful@contoso.example';
    const sending = { ...message, from: mailbox, retry: false };
    return practising(
      async (relay) => {
        assert.equal((await relay.send(sending)).body.code, 'smtp-auth-unsuccessful');
        return await relay.send(sending);
      },
      { mailbox },
    );
  },
  'outbox-full': async () => {
    await using relay = await RelayInProcess.start([nowhere], { OUTBOX_MAX_SUBMISSIONS: '1' });
    assert.equal((await relay.send(later(), ASYNC)).status, 202);
    return await relay.send(later(), ASYNC);
  },
  'outbox-unavailable': async () => {
    await using relay = await RelayInProcess.start([nowhere]);
    // What is larger than 64 KiB is written there.
    await rm(join(relay.folder, 'content'), { recursive: true });
    return await relay.send({ ...later(), text: 'Thank you. '.repeat(10_000) }, ASYNC);
  },
};
