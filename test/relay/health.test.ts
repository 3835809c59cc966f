/** What fails is known from the last attempt, and forgotten with the next that succeeds. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { FailureCode } from '../../src/domain/catalogue/catalogue.ts';
import { failure } from '../../src/domain/failure.ts';
import type { Events } from '../../src/ports.ts';
import { Health } from '../../src/relay/health.ts';
import { MAILBOX, route } from '../http/recording-relay.ts';

function watched() {
  let now = Date.parse('2026-03-02T08:00:00Z');
  const health = new Health([route], { now: () => new Date(now) });
  const facts = {
    requestId: 'r',
    id: 's',
    messageId: '<s@a>',
    client: 'erp',
    tenant: 'default',
    tags: [],
    metadata: {},
  };
  const events: Events['attemptFailed'] = (told) => health.attemptFailed(told);
  return {
    health,
    passes: (milliseconds: number) => {
      now += milliseconds;
    },
    fails: (code: FailureCode, mailbox = MAILBOX, smtp = true) =>
      events({
        ...facts,
        mailbox,
        failure: failure(code, {
          smtp: smtp ? { command: 'DATA', reply: { code: 554, enhanced: null, text: 'no' } } : null,
        }),
        cause: null,
        milliseconds: 1,
      }),
    succeeds: () =>
      health.submissionSubmitted({
        ...facts,
        mailbox: MAILBOX,
        accepted: 1,
        rejected: [],
        reply: 'OK',
        milliseconds: 1,
      }),
    failing: () => health.state.mailboxes.failing.map(({ failure, since }) => [failure.code, since.toISOString()]),
  };
}

suite('a mailbox', () => {
  test('fails since the first failure of the row, with the last one', () => {
    const { fails, passes, failing } = watched();
    fails('mailbox-logon-failure');
    passes(1_000);
    fails('connection-refused');
    assert.deepEqual(failing(), [['connection-refused', '2026-03-02T08:00:00.000Z']]);
  });

  test('is well again with a success, and with a refusal that is about the message', () => {
    const { fails, succeeds, failing } = watched();
    fails('mailbox-logon-failure');
    succeeds();
    assert.deepEqual(failing(), []);
    fails('mailbox-logon-failure');
    fails('recipient-not-found');
    assert.deepEqual(failing(), []);
  });

  test('is not well again when nobody knows what became of the message', () => {
    const { fails, failing } = watched();
    fails('mailbox-logon-failure');
    fails('submission-in-doubt', MAILBOX, false);
    assert.equal(failing().length, 1);
  });

  test('that is none of the relay is not kept', () => {
    const { fails, failing } = watched();
    for (let index = 0; index < 1_000; index++) fails('mailbox-logon-failure', `m${index}@contoso.example`);
    assert.deepEqual(failing(), []);
  });
});

test('a tenant fails with its last token request, until one succeeds', () => {
  const { health } = watched();
  const request = { tenant: 'default', clientId: 'c' };
  health.tokenRequestFailed({
    ...request,
    failure: failure('entra-client-secret-expired'),
    cause: null,
    validUntil: new Date(0),
    milliseconds: 1,
  });
  assert.equal(health.state.tenants.failing[0]?.name, 'default');
  health.tokenAcquired({ ...request, expiresAt: new Date(0), roles: [], milliseconds: 1 });
  assert.deepEqual(health.state.tenants, { total: 1, failing: [] });
});
