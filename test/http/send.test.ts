/** POST /send answers with the receipt, or refuses by name what it would not do. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import PostalMime from 'postal-mime';
import { failure } from '../../src/domain/failure.ts';
import { submitted } from './outcomes.ts';
import { errorsOf, MAILBOX, message, recordingRelay } from './recording-relay.ts';

const fieldsOf = (response: Parameters<typeof errorsOf>[0]) => errorsOf(response).map((line) => line.split(': ')[0]);

suite('the receipt', () => {
  test('says what Exchange Online took, member for member', async () => {
    const { post } = recordingRelay();
    const response = await post({ ...message, to: ['Jane <jane@fabrikam.example>'], bcc: 'archive@contoso.example' });
    assert.equal(response.statusCode, 200);
    assert.match(String(response.headers['content-type']), /^application\/json\b/);
    const { id, ...receipt } = response.json();
    assert.match(id, /^01J/);
    assert.deepEqual(receipt, {
      status: 'submitted',
      message_id: `<${id}@contoso.example>`,
      mailbox: MAILBOX,
      accepted: ['jane@fabrikam.example', 'archive@contoso.example'],
      rejected: [],
      reply: { code: 250, enhanced: '2.0.0', text: 'OK [Hostname=smtp.example]' },
      attempts: 1,
    });
    assert.deepEqual(Object.keys(response.json()), [
      'id',
      'status',
      'message_id',
      'mailbox',
      'accepted',
      'rejected',
      'reply',
      'attempts',
    ]);
  });

  test('names the recipients that were refused, and why', async () => {
    const { post } = recordingRelay({
      deliver: async (submission) =>
        submitted(submission, {
          rejected: [
            {
              recipient: 'gone@fabrikam.example',
              failure: failure('recipient-not-found', { values: { recipient: 'gone@fabrikam.example' } }),
            },
          ],
        }),
    });
    const { rejected } = (await post({ ...message, to: ['jane@fabrikam.example', 'gone@fabrikam.example'] })).json();
    assert.equal(rejected.length, 1);
    assert.deepEqual(Object.keys(rejected[0]), ['recipient', 'failure']);
    assert.equal(rejected[0].recipient, 'gone@fabrikam.example');
    assert.equal(rejected[0].failure.type, '/failures/recipient-not-found');
    assert.match(rejected[0].failure.detail, /gone@fabrikam\.example/);
  });

  test('is given for a message without subject, and for one of an attachment alone', async () => {
    const { post } = recordingRelay();
    const least = { from: MAILBOX, bcc: 'jane@fabrikam.example' };
    assert.equal((await post({ ...least, text: 'Hello' })).statusCode, 200);
    assert.equal(
      (await post({ ...least, text: '', attachments: [{ filename: 'a.pdf', content: 'AAAA' }] })).statusCode,
      200,
    );
  });

  test('is not given for a message that says nothing', async () => {
    const { post, submissions } = recordingRelay();
    for (const nothing of [{}, { text: '' }, { text: '', html: '', attachments: [] }]) {
      const response = await post({ from: MAILBOX, to: 'jane@fabrikam.example', subject: 'Invoice', ...nothing });
      assert.equal(response.statusCode, 422);
      assert.equal(response.json().code, 'no-content');
    }
    assert.equal(submissions.length, 0);
  });

  test('is the same whether a field is null or left out', async () => {
    const { post, submissions } = recordingRelay();
    const absent = { cc: null, reply_to: null, html: null, headers: null, retry: null };
    const attachments = [{ filename: 'a.pdf', content: 'AAAA', content_type: null, content_id: null }];
    const response = await post({
      ...message,
      ...absent,
      to: { address: 'jane@fabrikam.example', name: null },
      attachments,
    });
    assert.equal(response.statusCode, 200, response.body);
    assert.deepEqual(submissions[0]?.envelope.forwardPaths, ['jane@fabrikam.example']);
    assert.deepEqual(errorsOf(await post({ ...message, from: null })), ['from: is missing']);
  });
});

suite('what is submitted', () => {
  test('has each recipient once, in the order to, cc, bcc, and Bcc in the envelope alone', async () => {
    const { post, submissions } = recordingRelay();
    await post({
      ...message,
      to: ['山田太郎 <yamada@bücher.example>', { address: 'jane@fabrikam.example', name: 'Doe, Jane' }],
      cc: 'JANE@fabrikam.example',
      bcc: ['archive@contoso.example', 'yamada@bücher.example'],
      reply_to: 'Rückfragen <questions@contoso.example>',
    });
    const [submission] = submissions;
    assert.ok(submission);
    assert.deepEqual(submission.envelope, {
      reversePath: MAILBOX,
      forwardPaths: ['yamada@xn--bcher-kva.example', 'jane@fabrikam.example', 'archive@contoso.example'],
      dsn: null,
      internationalized: false,
    });
    const email = await PostalMime.parse(submission.content);
    assert.deepEqual(email.to, [
      { name: '山田太郎', address: 'yamada@xn--bcher-kva.example' },
      { name: 'Doe, Jane', address: 'jane@fabrikam.example' },
    ]);
    assert.deepEqual(email.replyTo, [{ name: 'Rückfragen', address: 'questions@contoso.example' }]);
    assert.equal(Buffer.from(submission.content).includes('archive@'), false);
  });
});

suite('what this version does not do', () => {
  test('is refused by name: query parameters, all of them, with whatever else is wrong in headers', async () => {
    const { server, key, submissions } = recordingRelay();
    const response = await server.inject({
      method: 'POST',
      url: '/send?validate=only&x',
      headers: { authorization: `Bearer ${key}`, 'idempotency-key': '', prefer: 'wait=soon' },
      payload: message,
    });
    assert.equal(response.statusCode, 400);
    assert.deepEqual(fieldsOf(response), ['Idempotency-Key', 'Prefer', '?validate', '?x']);
    assert.equal(submissions.length, 0);
  });

  test('is refused before the body is looked at', async () => {
    const { post } = recordingRelay();
    assert.deepEqual(fieldsOf(await post('{', { 'idempotency-key': '' })), ['Idempotency-Key']);
  });
});

suite('a line break', () => {
  const attachment = { filename: 'a.txt', content: '' };
  const bcc = '\r\nBcc: eve@evil.example';
  const places: [what: string, fields: object, code: string, field: RegExp][] = [
    ['the subject', { subject: `Hi${bcc}` }, 'header-injection', /^subject$/],
    ['the name of from', { from: { address: MAILBOX, name: `A${bcc}` } }, 'header-injection', /^from/],
    ['a quoted name', { to: `"A${bcc}" <a@b.example>` }, 'header-injection', /^to/],
    ['a name without quotes', { to: `A${bcc} <a@b.example>` }, 'address-invalid', /^to$/],
    [
      'a name in a list',
      { cc: ['c@d.example', { address: 'a@b.example', name: `A${bcc}` }] },
      'header-injection',
      /^cc\[1\]/,
    ],
    ['a name of bcc', { bcc: [{ address: 'a@b.example', name: `A${bcc}` }] }, 'header-injection', /^bcc\[0\]/],
    [
      'a name of reply_to',
      { reply_to: [{ address: 'a@b.example', name: `A${bcc}` }] },
      'header-injection',
      /^reply_to\[0\]/,
    ],
    ['an address', { to: { address: `a@b.example${bcc}` } }, 'address-invalid', /^to\.address$/],
    ['a domain', { to: { address: 'a@b.exa\r\nmple' } }, 'address-invalid', /^to\.address$/],
    ['a local part', { to: { address: 'a\r\n@b.example' } }, 'address-invalid', /^to\.address$/],
    ['the name of a header', { headers: { [`X-A: b${bcc}\r\nX-C`]: 'd' } }, 'header-injection', /^headers$/],
    ['the value of a header', { headers: { 'X-A': `b${bcc}` } }, 'header-injection', /^headers\.X-A$/],
    [
      'a file name',
      { attachments: [{ ...attachment, filename: `a${bcc}` }] },
      'header-injection',
      /^attachments\[0\]\.filename$/,
    ],
    [
      'a content id',
      { attachments: [{ ...attachment, content_id: `a${bcc}` }] },
      'attachment-invalid',
      /^attachments\[0\]\.content_id$/,
    ],
    [
      'a content type',
      { attachments: [{ ...attachment, content_type: `text/plain${bcc}` }] },
      'attachment-invalid',
      /^attachments\[0\]\.content_type$/,
    ],
    [
      'a folded content type',
      { attachments: [{ ...attachment, content_type: 'text/plain;\r\n bcc=eve' }] },
      'attachment-invalid',
      /^attachments\[0\]\.content_type$/,
    ],
  ];
  for (const [what, fields, code, field] of places) {
    test(`is refused in ${what}`, async () => {
      const { post, submissions } = recordingRelay();
      const response = await post({ ...message, ...fields });
      assert.equal(response.statusCode, 422, response.body);
      assert.equal(response.json().code, code);
      assert.equal(errorsOf(response).length, 1);
      assert.match(fieldsOf(response)[0] ?? '', field);
      assert.equal(submissions.length, 0);
    });
  }

  for (const [what, character] of Object.entries({ 'a carriage return': '\r', 'a line feed': '\n' })) {
    test(`may be ${what} alone, at the end as well`, async () => {
      const { post } = recordingRelay();
      assert.equal((await post({ ...message, subject: `Hi${character}` })).json().code, 'header-injection');
    });
  }
});

suite('a message that cannot be submitted as it is', () => {
  const cases: [what: string, fields: object, status: number, code: string, fields: string[]][] = [
    ['for nobody', { to: [] }, 422, 'no-recipient', ['to']],
    ['from somebody else', { from: 'ceo@contoso.example' }, 403, 'sender-not-allowed', ['from']],
    ['to what is no address', { to: ['nobody', 'a b@c.example'] }, 422, 'address-invalid', ['to[0]', 'to[1]']],
    ['with a control character', { subject: 'a\u0000b' }, 422, 'control-characters', ['subject']],
    [
      'with a C1 control in a name',
      { to: [{ address: 'a@b.example', name: 'A\u009b' }] },
      422,
      'control-characters',
      ['to[0]'],
    ],
    [
      'with a reserved header',
      { headers: { sender: 'x', DATE: 'y' } },
      422,
      'header-not-allowed',
      ['headers.sender', 'headers.DATE'],
    ],
    ['with MIME fields', { headers: { 'Content-Type': 'x' } }, 422, 'header-not-allowed', ['headers.Content-Type']],
    [
      'with broken base64',
      { attachments: [{ filename: 'a', content: '*' }] },
      422,
      'attachment-not-base64',
      ['attachments[0].content'],
    ],
    [
      'with a media type that is none',
      { attachments: [{ filename: 'a', content: '', content_type: 'pdf' }] },
      422,
      'attachment-invalid',
      ['attachments[0].content_type'],
    ],
  ];
  for (const [what, fields, status, code, places] of cases) {
    test(`is refused: ${what}`, async () => {
      const { post, submissions, told } = recordingRelay();
      const response = await post({ ...message, ...fields });
      assert.equal(response.statusCode, status);
      assert.equal(response.json().code, code);
      assert.deepEqual(fieldsOf(response), places);
      assert.equal(submissions.length, 0);
      assert.deepEqual(
        told.map(({ event }) => event),
        ['requestAnswered'],
      );
    });
  }

  test('is told all that is wrong with it at once', async () => {
    const { post } = recordingRelay();
    const response = await post({
      from: MAILBOX,
      subject: 'a\nb',
      headers: { To: 'x', 'X-A': 'b\u0007' },
      attachments: [{ filename: 'a\rb', content: '', content_type: 'pdf', content_id: '<a>' }],
    });
    assert.equal(response.json().code, 'no-recipient');
    assert.deepEqual(fieldsOf(response), [
      'to',
      'subject',
      'headers.To',
      'headers.X-A',
      'attachments[0].filename',
      'attachments[0].content_type',
      'attachments[0].content_id',
    ]);
  });

  test('is told which senders would do', async () => {
    const { post } = recordingRelay();
    const { detail } = (await post({ ...message, from: 'ceo@contoso.example' })).json();
    assert.match(detail, /ceo@contoso\.example.*billing@contoso\.example/);
  });

  test('is not refused for the case of its sender', async () => {
    const { post } = recordingRelay();
    assert.equal((await post({ ...message, from: MAILBOX.toUpperCase() })).statusCode, 200);
  });
});
