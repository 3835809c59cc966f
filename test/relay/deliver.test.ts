/** One attempt: which token it shows, when it shows another, and what its failure tells. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import type { FailureCode } from '../../src/domain/catalogue/catalogue.ts';
import type { Stage } from '../../src/domain/catalogue/entry.ts';
import { FailureError, failure } from '../../src/domain/failure.ts';
import type { AccessToken, AccessTokens, SubmissionClient, Transaction, TransactionResult } from '../../src/ports.ts';
import { type Delivery, deliver } from '../../src/relay/deliver.ts';
import { submissionTo } from '../domain/submissions.ts';
import { recordingEvents } from '../events.ts';
import { failureOf } from '../failure-of.ts';
import { routeWith } from './places.ts';

const objectId = randomUUID();
const [jane, john] = ['jane@fabrikam.example', 'john@fabrikam.example'];
const submission = submissionTo([jane, john], {
  from: 'billing@contoso.example',
  envelope: {
    reversePath: 'billing@contoso.example',
    forwardPaths: [jane, john],
    dsn: null,
    internationalized: false,
  },
  tags: [{ name: 'order', value: '4711' }],
});
const delivery: Delivery = {
  submission,
  route: routeWith(),
  content: Buffer.from('Subject: Invoice\r\n\r\nHello\r\n'),
  recipients: [jane, john],
  begun: () => {},
  beforeFinalDot: async () => {},
};

function token(): AccessToken {
  return {
    value: randomUUID(),
    acquiredAt: new Date(),
    expiresAt: new Date(),
    claims: { audience: null, roles: ['SMTP.SendAsApp'], appId: null, tenantId: null, objectId },
  };
}

const taken: TransactionResult = {
  accepted: delivery.recipients,
  rejected: [],
  reply: { code: 250, enhanced: '2.0.0', text: 'OK' },
};

/** Tokens by the port: what was asked of them is kept. */
function tokensWith({ first = token(), newer = null }: { first?: AccessToken; newer?: AccessToken | null } = {}) {
  const refused: AccessToken[] = [];
  const asked: string[] = [];
  const tokens: AccessTokens = {
    acquire: async ({ name }) => {
      asked.push(name);
      return first;
    },
    keepFresh: ({ name }) => void asked.push(`keep ${name} fresh`),
    askAnew: () => {},
    replace: async (_tenant, token) => {
      refused.push(token);
      return newer;
    },
  };
  return { tokens, refused, asked, first };
}

/** A submission client by the port, which does one thing after the other. */
function clientThat(...steps: ((transaction: Transaction) => Promise<TransactionResult>)[]) {
  const shown: AccessToken[] = [];
  let transactions = 0;
  const client: SubmissionClient = {
    submit: async (transaction) => {
      const step = steps[transactions];
      transactions += 1;
      assert.ok(step, 'the transaction is one too many');
      return await step({
        ...transaction,
        token: async () => {
          const token = await transaction.token();
          shown.push(token);
          return token;
        },
      });
    },
    close: async () => {},
    cut: () => {},
  };
  return { client, shown, transactions: () => transactions };
}

const authenticating =
  (then: () => Promise<TransactionResult>) =>
  async ({ token }: Transaction) => {
    await token();
    return await then();
  };
const refusing = (code: FailureCode, stage: Stage, replyCode: number) => async (): Promise<TransactionResult> => {
  const smtp = { command: 'AUTH XOAUTH2', reply: { code: replyCode, enhanced: '5.7.3', text: 'refused' } };
  throw new FailureError(failure(code, { stage, smtp, detail: 'The server refused.' }));
};
const taking = async () => taken;
const refusedToken = refusing('smtp-auth-unsuccessful', 'auth', 535);

suite('an attempt', () => {
  test('asks for a token when a connection is opened, and keeps that of an open one fresh', async () => {
    const { tokens, asked } = tokensWith();
    const { events } = recordingEvents();
    await deliver(delivery, { tokens, client: clientThat(taking).client, events });
    assert.deepEqual(asked, ['keep contoso fresh']);
    await deliver(delivery, { tokens, client: clientThat(authenticating(taking)).client, events });
    assert.deepEqual(asked, ['keep contoso fresh', 'keep contoso fresh', 'contoso']);
  });

  test('authenticates once more with a newer token, when there is one for the refused', async () => {
    const newer = token();
    const { tokens, refused, first } = tokensWith({ newer });
    const { client, shown } = clientThat(authenticating(refusedToken), authenticating(taking));
    const { events, told } = recordingEvents();
    const result = await deliver(delivery, { tokens, client, events });
    assert.deepEqual(refused, [first]);
    assert.deepEqual(shown, [first, newer]);
    assert.deepEqual(result.accepted, delivery.recipients);
    assert.equal(told('attemptFailed').length, 0);
    assert.equal(told('submissionSubmitted').length, 1);
  });

  test('fails at the second refusal, and never authenticates a third time', async () => {
    const { tokens, refused } = tokensWith({ newer: token() });
    const { client, transactions } = clientThat(authenticating(refusedToken), authenticating(refusedToken));
    const found = await failureOf(deliver(delivery, { tokens, client, events: recordingEvents().events }));
    assert.equal(found.code, 'smtp-auth-unsuccessful');
    assert.equal(refused.length, 1);
    assert.equal(transactions(), 2);
  });

  test('fails at the first refusal when no newer token would change it', async () => {
    const { tokens, refused } = tokensWith();
    const { client, transactions } = clientThat(authenticating(refusedToken));
    const found = await failureOf(deliver(delivery, { tokens, client, events: recordingEvents().events }));
    assert.equal(found.code, 'smtp-auth-unsuccessful');
    assert.match(found.detail ?? '', /The token carries SMTP\.SendAsApp\.$/);
    assert.equal(refused.length, 1);
    assert.equal(transactions(), 1);
  });

  for (const [what, step] of [
    ['a refusal of another kind', refusing('send-as-denied', 'data', 554)],
    ['a refusal of AUTH that is not about the token', refusing('smtp-temporary-server-error', 'auth', 451)],
  ] as const) {
    test(`asks for no newer token after ${what}`, async () => {
      const { tokens, refused } = tokensWith({ newer: token() });
      const { client, transactions } = clientThat(authenticating(step));
      await failureOf(deliver(delivery, { tokens, client, events: recordingEvents().events }));
      assert.equal(refused.length, 0);
      assert.equal(transactions(), 1);
    });
  }

  test('fails when every recipient is refused, with the one that may be accepted later', async () => {
    const rejected = [
      { recipient: 'jane@fabrikam.example', failure: failure('recipient-not-found') },
      { recipient: 'john@fabrikam.example', failure: failure('server-busy') },
    ];
    const { client } = clientThat(async () => ({ accepted: [], rejected, reply: null }));
    const { events, told } = recordingEvents();
    const found = await failureOf(deliver(delivery, { tokens: tokensWith().tokens, client, events }));
    assert.equal(found.code, 'server-busy');
    assert.deepEqual(found.rejected, rejected);
    assert.deepEqual(
      told('attemptFailed').map(({ id, client, tags }) => ({ id, client, tags })),
      [{ id: '01J', client: 'erp', tags: submission.tags }],
    );
  });

  test('tells with its failure all that remedies need of submission and token', async () => {
    const { client } = clientThat(authenticating(refusing('send-as-denied', 'data', 554)));
    const found = await failureOf(
      deliver(delivery, { tokens: tokensWith().tokens, client, events: recordingEvents().events }),
    );
    assert.equal(found.messageId, submission.messageId);
    assert.equal(found.values.mailbox, 'billing@contoso.example');
    assert.equal(found.values.from, 'billing@contoso.example');
    assert.equal(found.values.tenant_id, 'contoso.example');
    assert.equal(found.values.object_id, objectId);
  });

  test('names the recipients that it is for, and no others', async () => {
    const named: (readonly string[])[] = [];
    const { client } = clientThat(async ({ envelope }) => {
      named.push(envelope.forwardPaths);
      return taken;
    });
    const found = { ...delivery, recipients: [john] };
    await deliver(found, { tokens: tokensWith().tokens, client, events: recordingEvents().events });
    assert.deepEqual(named, [[john]]);
  });

  test('passes on when it begins, and asks before the final dot', async () => {
    const asked: string[] = [];
    const { client } = clientThat(async ({ begun, beforeFinalDot }) => {
      begun();
      await beforeFinalDot();
      return taken;
    });
    const told = {
      ...delivery,
      begun: () => void asked.push('begun'),
      beforeFinalDot: async () => void asked.push('final dot'),
    };
    await deliver(told, { tokens: tokensWith().tokens, client, events: recordingEvents().events });
    assert.deepEqual(asked, ['begun', 'final dot']);
  });

  test('fails of a defect of the relay as of anything else, and the log has what it was', async () => {
    const cause = new TypeError('a defect');
    const { client } = clientThat(async () => {
      throw cause;
    });
    const { events, told } = recordingEvents();
    const found = await failureOf(deliver(delivery, { tokens: tokensWith().tokens, client, events }));
    assert.equal(found.code, 'internal-error');
    assert.equal(told('attemptFailed')[0]?.cause, cause);
  });

  test('is in doubt after a defect where the server may have taken the message', async () => {
    const { client } = clientThat(async ({ beforeFinalDot }) => {
      await beforeFinalDot();
      throw new TypeError('a defect');
    });
    const { events } = recordingEvents();
    const found = await failureOf(deliver(delivery, { tokens: tokensWith().tokens, client, events }));
    assert.equal(found.code, 'submission-in-doubt');
  });
});
