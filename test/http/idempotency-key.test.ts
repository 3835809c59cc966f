/** A key is taken as it comes, and two bodies are the same when they ask for the same. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { failure } from '../../src/domain/failure.ts';
import { claimFor, readIdempotencyKey } from '../../src/http/idempotency-key.ts';
import { failed, pending, submissionWith, submitted } from './outcomes.ts';
import { errorsOf, MAILBOX, message, recordingRelay } from './recording-relay.ts';

suite('the header Idempotency-Key', () => {
  for (const key of ['k', '"k"', 'invoice 4711', '~!@#$%^&*()', 'x'.repeat(256)]) {
    test(`is taken as it is: ${key.slice(0, 20)}`, () => assert.equal(readIdempotencyKey(key), key));
  }

  test('need not be there', () => assert.equal(readIdempotencyKey(undefined), null));

  for (const key of ['', 'x'.repeat(257), 'ü', 'a\tb']) {
    test(`is refused by its name: ${JSON.stringify(key.slice(0, 20))}`, async () => {
      const { post, submissions } = recordingRelay();
      const response = await post(message, { 'idempotency-key': key });
      assert.equal(response.statusCode, 400);
      assert.equal(response.json().code, 'invalid-request');
      assert.match(errorsOf(response).join(), /^Idempotency-Key: has \d+ characters; 1 to 256 printable ASCII/);
      assert.equal(submissions.length, 0);
    });
  }
});

suite('a claim', () => {
  const content = Buffer.alloc(100_000, 'a').toString('base64');
  const claimOf = async (body: unknown) => {
    const { post, options } = recordingRelay();
    const response = await post(body, { 'idempotency-key': 'k' });
    assert.equal(response.statusCode, 200, response.body);
    return options[0]?.claim;
  };
  const body = {
    from: MAILBOX,
    to: 'jane@fabrikam.example',
    subject: 'Invoice',
    text: 'Hello',
    headers: { 'X-A': '1', 'X-B': '2' },
    metadata: { a: '1', b: '2' },
    attachments: [{ filename: 'a.bin', content }],
  };

  test('has the key and the SHA-256 of what is asked for', async () => {
    const claim = await claimOf(body);
    assert.equal(claim?.key, 'k');
    assert.match(claim.bodySha256, /^[0-9a-f]{64}$/);
  });

  test('is there only with a key', async () => {
    const { post, options } = recordingRelay();
    await post(body);
    assert.equal(options[0]?.claim, null);
  });

  const same: Record<string, unknown> = {
    'in another order': JSON.stringify(Object.fromEntries(Object.entries(body).reverse())),
    'with white space': JSON.stringify(body, null, 4),
    'with members of objects in another order': {
      ...body,
      headers: { 'X-B': '2', 'X-A': '1' },
      metadata: { b: '2', a: '1' },
    },
    'with null for what is not set': { ...body, cc: null, html: null },
    'with the default said': { ...body, retry: true, priority: 'normal', cc: [] },
    'with one recipient as a list': { ...body, to: ['jane@fabrikam.example'] },
    'with base64 in lines': {
      ...body,
      attachments: [{ filename: 'a.bin', content: content.replace(/.{76}/g, '$&\r\n') }],
    },
    'with base64 in escapes': JSON.stringify(body).replace(content, content.replace('Y', '\\u0059')),
  };
  for (const [what, other] of Object.entries(same)) {
    test(`is the same for a body ${what}`, async () => assert.deepEqual(await claimOf(other), await claimOf(body)));
  }

  const others: Record<string, object> = {
    'another subject': { subject: 'Invoice 2' },
    'another order of recipients': { to: ['a@b.example', 'jane@fabrikam.example'] },
    'another attachment': { attachments: [{ filename: 'a.bin', content: content.replace('Y', 'Z') }] },
    'another name of an attachment': { attachments: [{ filename: 'b.bin', content }] },
    'another header': { headers: { 'X-A': '1', 'X-B': '3' } },
    'another priority': { priority: 'high' },
    'another time': { scheduled_at: '2026-03-02T09:00:00Z' },
    'another expiry': { expires_in: 60 },
    'another retry': { retry: false },
    'another mailbox': { mailbox: MAILBOX },
    'another tag': { tags: [{ name: 'a', value: 'b' }] },
  };
  for (const [what, fields] of Object.entries(others)) {
    test(`is another one for ${what}`, async () => {
      assert.notEqual((await claimOf({ ...body, ...fields }))?.bodySha256, (await claimOf(body))?.bodySha256);
    });
  }

  test('does not depend on where bytes lie in memory', () => {
    const { message: composed, ...request } = requestWith(new Uint8Array(Buffer.from('abc')));
    const other = requestWith(Buffer.from('abc'));
    assert.deepEqual(claimFor('k', { message: composed, ...request }), claimFor('k', other));
  });
});

function requestWith(content: Uint8Array): Parameters<typeof claimFor>[1] {
  const attachment = { filename: 'a', content, contentType: null, contentId: null, disposition: 'attachment' } as const;
  return {
    message: {
      from: { name: null, address: MAILBOX },
      to: [],
      cc: [],
      bcc: [],
      replyTo: [],
      subject: '',
      text: '',
      html: null,
      headers: [],
      attachments: [attachment],
      importance: null,
      inReplyTo: null,
      references: [],
    },
    mailbox: null,
    returnPath: null,
    dsn: null,
    tags: [],
    metadata: {},
    priority: 'normal',
    scheduledAt: null,
    expiresIn: null,
    retry: true,
  };
}

suite('an answer about an earlier request', () => {
  const submission = submissionWith();
  const outcomes = {
    'a receipt': submitted(submission),
    'a submission that goes on': pending(submission),
    'a problem': failed(submission, failure('recipient-not-found')),
  };
  for (const [what, outcome] of Object.entries(outcomes)) {
    test(`says so: ${what}`, async () => {
      const replay = recordingRelay({ deliver: async () => ({ ...outcome, replayed: true }) });
      const headers = { 'idempotency-key': 'k' };
      assert.equal((await replay.post(message, headers)).headers['idempotent-replayed'], 'true');
      const first = recordingRelay({ deliver: async () => outcome });
      assert.equal('idempotent-replayed' in (await first.post(message, headers)).headers, false);
    });
  }
});
