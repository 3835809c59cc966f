/** A message is accepted within the limits of its mailbox and the rights of its client, or refused by name; then nothing is kept. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mimeComposer } from '../../src/adapters/mime/compose.ts';
import type { Client } from '../../src/domain/client.ts';
import { type Failure, FailureError } from '../../src/domain/failure.ts';
import type { Message } from '../../src/domain/message.ts';
import { type Route, Routing } from '../../src/domain/routing.ts';
import type { SubmissionRequest } from '../../src/domain/submission-request.ts';
import type { Schedule } from '../../src/domain/submission-schedule.ts';
import { type Asked, accept } from '../../src/relay/accept.ts';
import { clientWith } from '../domain/clients.ts';
import { plainRequest } from '../domain/plain-request.ts';
import { recordingEvents } from '../events.ts';
import { routeWith } from './places.ts';

const MAILBOX = 'billing@contoso.example';
const usualRoute = routeWith({ sendAs: [], maxMessageBytes: 35 * 1024 * 1024 });

const to = (address: string) => ({ name: null, address });
const message: Message = {
  from: to(MAILBOX),
  to: [to('jane@fabrikam.example')],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: 'Invoice',
  text: 'Thank you.',
  html: null,
  headers: [],
  attachments: [],
  importance: null,
  inReplyTo: null,
  references: [],
};

interface Given {
  readonly message?: Partial<Message>;
  readonly request?: Partial<SubmissionRequest>;
  readonly route?: Partial<Route>;
  readonly client?: Partial<Client>;
  readonly asked?: Partial<Asked>;
}

const at = Date.UTC(2026, 2, 2, 8);
const schedule: Schedule = { dueAt: at, scheduledAt: null, expiresAt: at + 86_400_000 };

function accepted(given: Given) {
  const request = { ...plainRequest({ ...message, ...given.message }), ...given.request };
  return accept(
    request,
    { client: clientWith(given.client), requestId: '1' },
    { schedule, claim: null, ...given.asked },
    {
      routing: new Routing([{ ...usualRoute, ...given.route }]),
      composer: mimeComposer,
      clock: { now: () => new Date('2026-03-02T08:00:00Z') },
      events: recordingEvents().events,
      newId: () => '01J',
      digest: (texts) => `digest-of-${texts.join('-')}`,
    },
  );
}

async function refused(given: Given): Promise<Failure> {
  const error = await accepted(given).catch((error: unknown) => error);
  assert.ok(error instanceof FailureError, 'It was accepted.');
  return error.failure;
}

suite('recipients', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => to(`r${index}@fabrikam.example`));

  test('are as many as the mailbox may address, each counted once', async () => {
    const { submission } = await accepted({ message: { to: many(500), cc: many(500), bcc: many(300) } });
    assert.equal(submission.recipients.length, 500);
  });

  test('are not more, to, cc and bcc counted together', async () => {
    const [one, ...others] = many(501);
    assert.ok(one);
    const failure = await refused({ message: { to: [one], bcc: others } });
    assert.equal(failure.code, 'too-many-recipients');
    assert.equal(failure.stage, 'request');
    assert.deepEqual(failure.errors, [
      { field: 'bcc', message: 'the message has 501 recipients in to, cc and bcc; 500 at most' },
    ]);
    assert.match(failure.detail ?? '', /500 is the most that billing@contoso\.example .*max_recipients/);
  });

  test('are refused quickly where there are a hundred thousand', async () => {
    const list = many(100_000);
    const before = process.cpuUsage();
    assert.equal((await refused({ message: { to: list } })).code, 'too-many-recipients');
    // By its square it would be minutes.
    assert.ok(process.cpuUsage(before).user < 5_000_000);
  });

  test('have the limit of their mailbox', async () => {
    assert.equal(
      (await refused({ message: { to: many(3) }, route: { maxRecipients: 2 } })).code,
      'too-many-recipients',
    );
  });
});

suite('a composed message', () => {
  test('that is too large is told its size, the limit and where that is set', async () => {
    const failure = await refused({ message: { text: 'a'.repeat(3_000) }, route: { maxMessageBytes: 2_048 } });
    assert.equal(failure.code, 'message-too-large');
    assert.match(
      failure.detail ?? '',
      /^The composed message has 0\.003\d* MiB; 0\.002 MiB is the most .*max_message_mib/,
    );
    assert.deepEqual(
      failure.errors.map(({ field }) => field),
      ['attachments'],
    );
  });
});

suite('return_path', () => {
  const bounces = { request: { returnPath: 'bounces@contoso.example' } };

  test('is where notifications go, when client and mailbox may send as that address', async () => {
    const { submission, content } = await accepted({ ...bounces, route: { sendAs: ['*@contoso.example'] } });
    assert.equal(submission.envelope.reversePath, 'bounces@contoso.example');
    assert.equal(Buffer.from(content).includes('bounces@'), false);
  });

  test('is the mailbox itself without further ado', async () => {
    const { submission } = await accepted({ request: { returnPath: MAILBOX } });
    assert.equal(submission.envelope.reversePath, MAILBOX);
  });

  test('is refused when the mailbox does not submit as that address', async () => {
    const failure = await refused(bounces);
    assert.equal(failure.code, 'sender-not-allowed');
    assert.equal(failure.errors[0]?.field, 'return_path');
    assert.match(failure.errors[0].message, /^billing@contoso\.example does not submit as bounces@contoso\.example; /);
  });

  test('is refused when the client may not send as that address', async () => {
    const failure = await refused({
      ...bounces,
      route: { sendAs: ['*@contoso.example'] },
      client: { maySendAs: [MAILBOX] },
    });
    assert.equal(failure.code, 'sender-not-allowed');
    assert.equal(failure.errors[0]?.field, 'return_path');
    assert.match(failure.errors[0].message, /^client erp may not send as bounces@contoso\.example/);
  });
});

test('mistakes of the message and of the request are told together', async () => {
  const failure = await refused({
    message: { subject: 'a\nb' },
    request: { tags: [{ name: '', value: '' }], dsn: { notify: ['never', 'delay'], ret: null } },
  });
  assert.deepEqual(
    failure.errors.map(({ field }) => field),
    ['subject', 'dsn.notify', 'tags[0].name'],
  );
});

test('an address outside ASCII is accepted, and the envelope says so', async () => {
  const { submission, content } = await accepted({ message: { to: [to('jürgen@xn--bcher-kva.example')] } });
  assert.equal(submission.envelope.internationalized, true);
  assert.ok(Buffer.from(content).includes('To: jürgen@xn--bcher-kva.example'));
});

suite('a submission', () => {
  test('says all that was asked for', async () => {
    const { submission, content } = await accepted({
      message: { to: [to('jane@fabrikam.example'), to('ceo@contoso.example')] },
      request: { priority: 'bulk', retry: false, tags: [{ name: 'order', value: '4711' }], metadata: { run: '7' } },
    });
    assert.equal(submission.status, 'queued');
    assert.equal(submission.messageId, '<01J@contoso.example>');
    assert.equal(submission.priority, 'bulk');
    assert.equal(submission.retry, false);
    assert.deepEqual(submission.tags, [{ name: 'order', value: '4711' }]);
    assert.deepEqual(submission.metadata, { run: '7' });
    assert.equal(submission.size, content.length);
    assert.equal(submission.acceptedAt, at);
    assert.equal(submission.nextAttemptAt, at);
    assert.equal(submission.expiresAt, schedule.expiresAt);
    assert.deepEqual(
      submission.recipients.map(({ address, state }) => `${address} ${state}`),
      ['jane@fabrikam.example pending', 'ceo@contoso.example pending'],
    );
  });

  test('has a Message-ID of client, key and body, so that a repetition of the request has the same', async () => {
    const claim = { key: 'order-4711', bodySha256: 'abc' };
    const { submission, content } = await accepted({ asked: { claim } });
    assert.equal(submission.messageId, '<digest-of-erp-order-4711-abc@contoso.example>');
    assert.ok(Buffer.from(content).includes(submission.messageId));
    assert.equal(submission.idempotencyKey, 'order-4711');
  });

  test('for later is due then, and carries the date of then', async () => {
    const scheduledAt = at + 3_600_000;
    const { submission, content } = await accepted({ asked: { schedule: { ...schedule, scheduledAt } } });
    assert.equal(submission.scheduledAt, scheduledAt);
    assert.equal(submission.nextAttemptAt, scheduledAt);
    assert.match(Buffer.from(content).toString(), /^Date: Mon, 0?2 Mar 2026 09:00:00 /m);
  });
});
