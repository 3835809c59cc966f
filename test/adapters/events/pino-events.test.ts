/** Each event is one line of JSON with its name and facts; nothing secret of a failure's cause but its message is in it. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { pinoEvents } from '../../../src/adapters/events/pino-events.ts';
import { failure } from '../../../src/domain/failure.ts';
import type { Events } from '../../../src/ports.ts';

const submission = {
  client: 'erp',
  tags: [{ name: 'order', value: '4711' }],
  metadata: { batch: '7' },
  requestId: 'r1',
  id: '01J',
  messageId: '<01J@contoso.example>',
  tenant: 'default',
  mailbox: 'billing@contoso.example',
};
const refusal = failure('send-as-denied', {
  detail: 'smtp.example refused DATA.',
  smtp: { command: 'DATA', reply: { code: 554, enhanced: '5.2.252', text: 'SendAsDenied' } },
});

const calls: { [Name in keyof Events]: Parameters<Events[Name]> } = {
  relayStarted: [{ url: 'http://127.0.0.1:8080', mailboxes: ['billing@contoso.example'] }],
  relayStopping: [{ signal: 'SIGTERM' }],
  relayStopCut: [{ submissions: 2 }],
  relayStopped: [],
  listeningInClear: [{ host: '0.0.0.0' }],
  requestAnswered: [
    {
      requestId: 'r1',
      client: 'erp',
      address: '127.0.0.1',
      method: 'POST',
      route: '/send',
      status: 200,
      failure: null,
      milliseconds: 5,
    },
  ],
  requestBroke: [{ requestId: 'r1', cause: new Error('defect') }],
  submissionAccepted: [{ ...submission, size: 1_000, recipients: 2 }],
  submissionSubmitted: [
    {
      ...submission,
      accepted: 1,
      rejected: [{ recipient: 'gone@fabrikam.example', failure: 'recipient-not-found' }],
      reply: 'OK',
      milliseconds: 5,
    },
  ],
  attemptFailed: [{ ...submission, failure: refusal, cause: new Error('cause'), milliseconds: 5 }],
  submissionDeferred: [
    {
      ...submission,
      failure: refusal,
      cause: new Error('cause'),
      nextAttemptAt: new Date('2026-03-02T09:05:00Z'),
      milliseconds: 5,
    },
  ],
  submissionInDoubt: [{ ...submission, failure: failure('submission-in-doubt'), cause: new Error('cause') }],
  submissionFinished: [{ ...submission, status: 'submitted', ageMilliseconds: 5_000 }],
  submissionExpired: [submission],
  paused: [
    {
      about: 'sender',
      name: 'billing@contoso.example',
      tenant: 'default',
      failure: refusal,
      until: new Date('2026-03-02T09:05:00Z'),
      probes: 3,
    },
  ],
  resumed: [
    { about: 'mailbox', name: 'billing@contoso.example', tenant: 'default', by: 'operator', milliseconds: 60_000 },
  ],
  outboxOpened: [{ folder: '/data', waiting: 7, interrupted: 1, milliseconds: 5 }],
  outboxAwaited: [{ folder: '/data' }],
  outboxFailing: [{ cause: 'database or disk is full' }],
  outboxRecovered: [{ milliseconds: 5_000 }],
  swept: [{ records: 7 }],
  mailboxBudgetUsedUp: [
    {
      mailbox: 'billing@contoso.example',
      budget: 'recipients_per_day',
      until: new Date('2026-03-02T09:05:00Z'),
    },
  ],
  tokenAcquired: [
    {
      tenant: 'default',
      clientId: 'c',
      expiresAt: new Date('2026-03-02T09:00:00Z'),
      roles: ['SMTP.SendAsApp'],
      milliseconds: 5,
    },
  ],
  tokenServed: [{ tenant: 'contoso', from: 'memory' }],
  tokenCacheLost: [{ cause: 'nobody listens there' }],
  tokenCacheRecovered: [{ milliseconds: 5_000 }],
  tokenRequestFailed: [
    {
      tenant: 'contoso',
      clientId: '11111111-1111-1111-1111-111111111111',
      failure: failure('entra-transient-error'),
      cause: new Error('HTTP 503'),
      validUntil: new Date('2026-03-02T08:00:00Z'),
      milliseconds: 5,
    },
  ],
  tokenClaimsDiffer: [
    { tenant: 'contoso', clientId: '11111111-1111-1111-1111-111111111111', findings: ['It has no role.'] },
  ],
  connectionOpened: [{ mailbox: 'billing@contoso.example', server: 'smtp.example:587', milliseconds: 5 }],
  connectionClosed: [
    { mailbox: 'billing@contoso.example', server: 'smtp.example:587', messages: 3, reason: 'it was idle' },
  ],
};

interface Line {
  readonly [field: string]: unknown;
}

function linesOf(level: string, tell: (events: Events) => void): Line[] {
  const written: string[] = [];
  tell(pinoEvents(level, { write: (line) => written.push(line) }));
  return written.map((line): Line => JSON.parse(line));
}

function call(events: Events, name: keyof Events): void {
  Reflect.apply(events[name], events, calls[name]);
}

const names = Object.keys(calls) as (keyof Events)[];

suite('an event', () => {
  for (const name of names) {
    test(`is one line under its name and with its time: ${name}`, () => {
      const lines = linesOf('debug', (events) => call(events, name));
      assert.equal(lines.length, 1);
      const [line] = lines;
      assert.equal(
        line?.event,
        name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      );
      assert.match(String(line?.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.ok(String(line?.msg).length > 0);
      assert.equal('pid' in (line ?? {}), false);
    });
  }

  test('carries its facts', () => {
    for (const name of names) {
      const [line] = linesOf('debug', (events) => call(events, name));
      for (const [fact, value] of Object.entries(calls[name][0] ?? {})) {
        // Of these the line tells its own extract.
        if (fact === 'failure' && value !== null) assert.equal(line?.[fact], value.code);
        else if (fact !== 'cause' || typeof value === 'string')
          assert.deepEqual(line?.[fact], value instanceof Date ? value.toISOString() : value, `${name}.${fact}`);
      }
    }
  });

  test('is written from its level on', () => {
    const written = (level: string) =>
      names.filter((name) => linesOf(level, (events) => call(events, name)).length > 0);
    assert.deepEqual(written('debug'), names);
    assert.deepEqual(
      written('info'),
      names.filter((name) => !['submissionAccepted', 'submissionFinished', 'tokenServed', 'swept'].includes(name)),
    );
    assert.deepEqual(written('warn'), [
      'relayStopCut',
      'listeningInClear',
      'requestBroke',
      'attemptFailed',
      'submissionInDoubt',
      'submissionExpired',
      'paused',
      'outboxAwaited',
      'outboxFailing',
      'tokenCacheLost',
      'tokenRequestFailed',
      'tokenClaimsDiffer',
    ]);
    assert.deepEqual(written('error'), ['requestBroke', 'outboxFailing']);
  });
});

suite('a failed submission', () => {
  test('is told by its code, stage, detail, reply and the message of its cause', () => {
    const [line] = linesOf('info', (events) => call(events, 'attemptFailed'));
    assert.equal(line?.failure, 'send-as-denied');
    assert.equal(line?.stage, 'data');
    assert.equal(line?.detail, 'smtp.example refused DATA.');
    assert.equal(Reflect.get(Object(line?.smtp), 'command'), 'DATA');
    assert.equal(Reflect.get(Object(line?.smtp), 'code'), 554);
    assert.equal(Reflect.get(Object(line?.smtp), 'enhanced'), '5.2.252');
    assert.equal(line?.cause, 'cause');
    for (const [fact, value] of Object.entries(submission)) assert.deepEqual(line?.[fact], value);
  });

  test('keeps what its cause carries besides its message, such as a token, to itself', () => {
    const token = randomUUID();
    for (const cause of [Object.assign(new Error('cause'), { config: { token } }), { token }, token]) {
      const lines = linesOf('debug', (events) =>
        events.attemptFailed({ ...submission, failure: refusal, cause, milliseconds: 1 }),
      );
      assert.equal(JSON.stringify(lines).includes(token), false);
    }
  });

  test('that Entra ID refused is told with the ids that Microsoft asks for', () => {
    const entra = {
      error: 'invalid_client',
      code: 'AADSTS7000215',
      traceId: 't',
      correlationId: 'c',
      timestamp: 'now',
      description: 'd',
    };
    const [line] = linesOf('info', (events) =>
      events.attemptFailed({
        ...submission,
        failure: failure('entra-refused', { entra }),
        cause: undefined,
        milliseconds: 1,
      }),
    );
    assert.deepEqual(line?.entra, { error: 'invalid_client', code: 'AADSTS7000215', traceId: 't', correlationId: 'c' });
    assert.equal('cause' in (line ?? {}), false);
  });
});

test('a defect is told with its stack', () => {
  const [line] = linesOf('info', (events) => call(events, 'requestBroke'));
  assert.equal(Reflect.get(Object(line?.err), 'message'), 'defect');
  assert.match(String(Reflect.get(Object(line?.err), 'stack')), /pino-events\.test\.ts/);
});

test('the end of a submission is told once: that it was submitted or is in doubt in a line of its own, any other end by itself', () => {
  const levels = (['submitted', 'failed', 'canceled', 'in-doubt'] as const).map(
    (status) =>
      linesOf('info', (events) => events.submissionFinished({ ...submission, status, ageMilliseconds: 1 })).length,
  );
  assert.deepEqual(levels, [0, 1, 1, 0]);
});
