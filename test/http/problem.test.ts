/** Every failure of the catalogue is answered as a problem of one shape. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type FailureCode, failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { entryOf, type Failure, FailureError, failure } from '../../src/domain/failure.ts';
import { problemOf } from '../../src/http/problem.ts';
import { MAILBOX, message, recordingRelay } from './recording-relay.ts';

const members = [
  'type',
  'title',
  'status',
  'code',
  'detail',
  'instance',
  'request_id',
  'message_id',
  'stage',
  'about',
  'responsible',
  'retryable',
  'retry_after',
  'smtp',
  'entra',
  'remedy',
  'errors',
  'rejected',
];

/** What the server answers when a delivery fails so. */
async function answerTo(refusal: Failure) {
  const relay = recordingRelay({
    deliver: async () => {
      throw new FailureError(refusal);
    },
  });
  const response = await relay.post(message, { 'x-request-id': 'order-4711' });
  return { response, problem: response.json(), told: relay.told };
}

suite('each failure of the catalogue', () => {
  for (const code of failureCodes) {
    test(`is answered as a problem: ${code}`, async () => {
      const entry = entryOf(code);
      const { response, problem } = await answerTo(failure(code));
      assert.match(String(response.headers['content-type']), /^application\/problem\+json\b/);
      assert.deepEqual(Object.keys(problem), members);
      assert.equal(problem.type, `/failures/${code}`);
      assert.equal(problem.title, entry.title);
      assert.equal(problem.code, code);
      assert.equal(problem.status, entry.status);
      assert.equal(response.statusCode, entry.status);
      assert.equal(problem.instance, 'order-4711');
      assert.equal(problem.request_id, 'order-4711');
      assert.equal(problem.stage, entry.stage);
      assert.equal(problem.about, entry.about);
      assert.equal(problem.responsible, entry.responsible);
      assert.equal(problem.smtp, null);
      assert.equal(problem.entra, null);
      assert.deepEqual(problem.errors, []);
      assert.deepEqual(problem.rejected, []);
      assert.deepEqual(Object.keys(problem.remedy), ['summary', 'steps', 'powershell', 'docs']);
      assert.ok(problem.remedy.steps.length > 0);
    });

    test(`says when to come back exactly if that can help: ${code}`, async () => {
      const { response, problem } = await answerTo(failure(code));
      assert.equal(problem.retryable, typeof entryOf(code).retry === 'object');
      assert.equal(response.headers['retry-after'], problem.retryable ? String(problem.retry_after) : undefined);
      assert.equal(problem.retry_after === null, !problem.retryable);
    });

    test(`has texts without open placeholders once the values are known, and none said twice: ${code}`, async () => {
      const values = {
        mailbox: MAILBOX,
        from: MAILBOX,
        recipient: 'jane@fabrikam.example',
        tenant_id: 'T',
        client_id: 'C',
        object_id: 'O',
        message_id: '<id@contoso.example>',
        scope: 'S',
        authority_host: 'A',
        smtp_host: 'M',
        host: 'H',
        port: '587',
      };
      const { detail, remedy } = problemOf(failure(code, { values }), 'order-4711');
      const texts = [detail, remedy.summary, ...remedy.steps, ...remedy.powershell];
      for (const text of texts) assert.doesNotMatch(text, /\{(mailbox|from|recipient|host|port|[a-z]+_[a-z]+)\}|<the /);
      assert.equal(new Set(texts).size, texts.length);
      assert.equal(detail.indexOf(detail.slice(0, 30), 1), -1);
    });
  }
});

suite('a problem', () => {
  test('carries the refused command and the reply', async () => {
    const reply = { code: 554, enhanced: '5.2.252', text: 'SendAsDenied; not allowed' };
    const { problem } = await answerTo(failure('send-as-denied', { smtp: { command: 'DATA', reply } }));
    assert.deepEqual(problem.smtp, { command: 'DATA', ...reply });
  });

  test('carries what Entra ID said', async () => {
    const refusal = {
      error: 'invalid_client',
      code: 'AADSTS7000215',
      traceId: 'trace',
      correlationId: 'correlation',
      timestamp: '2026-03-02 08:00:00Z',
      description: 'Invalid client secret provided.',
    };
    const { problem } = await answerTo(failure('entra-refused', { entra: refusal }));
    assert.deepEqual(problem.entra, {
      error: 'invalid_client',
      code: 'AADSTS7000215',
      description: 'Invalid client secret provided.',
      trace_id: 'trace',
      correlation_id: 'correlation',
      timestamp: '2026-03-02 08:00:00Z',
    });
  });

  test('tells the wait that the other side asked for', async () => {
    const { response, problem } = await answerTo(failure('server-busy', { retryAfter: 7 }));
    assert.equal(problem.retry_after, 7);
    assert.equal(response.headers['retry-after'], '7');
  });

  test('for a reply that nobody knows follows the class of the reply', async () => {
    const refused = (code: number) =>
      answerTo(
        failure('refused-by-server', { smtp: { command: 'DATA', reply: { code, enhanced: null, text: 'No' } } }),
      );
    const transient = await refused(451);
    assert.equal(transient.response.statusCode, 503);
    assert.equal(transient.problem.status, 503);
    assert.equal(transient.problem.retryable, true);
    assert.equal(transient.response.headers['retry-after'], '60');
    const permanent = await refused(554);
    assert.equal(permanent.response.statusCode, 502);
    assert.equal(permanent.problem.retryable, false);
    assert.equal(permanent.response.headers['retry-after'], undefined);
  });

  test('says what happened this time first, then what it means', async () => {
    const detail = 'smtp.example refused AUTH: 535 5.7.3.';
    const { problem } = await answerTo(
      failure('send-as-denied', { detail, values: { mailbox: MAILBOX, from: MAILBOX } }),
    );
    assert.ok(problem.detail.startsWith(`${detail} `));
    assert.ok(problem.detail.length > detail.length + 20);
  });

  test('explains each refused recipient by itself when none was accepted', async () => {
    const recipients: [string, FailureCode][] = [
      ['x@fabrikam.example', 'recipient-not-found'],
      ['y@fabrikam.example', 'server-busy'],
    ];
    const rejected = recipients.map(([recipient, code]) => ({
      recipient,
      failure: failure(code, { values: { recipient } }),
    }));
    const { problem } = await answerTo(failure('server-busy', { rejected }));
    assert.deepEqual(
      problem.rejected.map((one: { recipient: string; failure: { code: string } }) => [
        one.recipient,
        one.failure.code,
      ]),
      recipients,
    );
    const nested = ['instance', 'request_id', 'message_id', 'errors', 'rejected'];
    assert.deepEqual(
      Object.keys(problem.rejected[0].failure),
      members.filter((member) => !nested.includes(member)),
    );
    assert.match(problem.rejected[0].failure.detail, /x@fabrikam\.example/);
  });

  test('puts values into PowerShell as literals that run nothing', () => {
    const { remedy } = problemOf(
      failure('send-as-denied', { values: { from: "o'hara@contoso.example'; Remove-Item" } }),
      'id',
    );
    const line = remedy.powershell.find((text) => text.includes('hara'));
    assert.ok(line, 'a line names the sender');
    assert.match(line, /'o''hara@contoso\.example''; Remove-Item'/);
  });
});
