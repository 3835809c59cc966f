/** Each form a field may have becomes the same message; what cannot be read is told by field. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { type Failure, FailureError } from '../../src/domain/failure.ts';
import { readBase64 } from '../../src/http/base64.ts';
import { readSubmissionRequest } from '../../src/http/read-message.ts';
import type { SendBody } from '../../src/http/schemas.ts';
import { MAILBOX } from './recording-relay.ts';

const read = (body: Omit<SendBody, 'from'> & { from?: SendBody['from'] }) =>
  readSubmissionRequest({ from: MAILBOX, ...body }).message;

function refusalOf(body: Parameters<typeof read>[0]): Failure {
  try {
    read(body);
  } catch (error) {
    assert.ok(error instanceof FailureError);
    return error.failure;
  }
  return assert.fail('It was read.');
}

const places = (failure: Failure) => failure.errors.map(({ field }) => field);

suite('from', () => {
  const forms: [SendBody['from'], { name: string | null; address: string }][] = [
    [MAILBOX, { name: null, address: MAILBOX }],
    [`Größe & Söhne <${MAILBOX}>`, { name: 'Größe & Söhne', address: MAILBOX }],
    [`"Müller, Jürgen" <${MAILBOX}>`, { name: 'Müller, Jürgen', address: MAILBOX }],
    [{ address: MAILBOX }, { name: null, address: MAILBOX }],
    [
      { address: MAILBOX, name: '' },
      { name: null, address: MAILBOX },
    ],
    [
      { address: MAILBOX, name: '山田太郎 "経理"' },
      { name: '山田太郎 "経理"', address: MAILBOX },
    ],
  ];
  for (const [written, expected] of forms) {
    test(`is read from ${JSON.stringify(written)}`, () => {
      assert.deepEqual(read({ from: written }).from, expected);
    });
  }
});

suite('recipients and reply_to', () => {
  const fields = { to: 'to', cc: 'cc', bcc: 'bcc', reply_to: 'replyTo' } as const;
  for (const [written, kept] of Object.entries(fields)) {
    test(`${written} may be a text, an object, or a list of both`, () => {
      const jane = { name: 'Jane Doe', address: 'jane@fabrikam.example' };
      const yamada = { name: '山田太郎', address: 'yamada@xn--bcher-kva.example' };
      assert.deepEqual(read({ [written]: 'Jane Doe <jane@fabrikam.example>' })[kept], [jane]);
      assert.deepEqual(read({ [written]: jane })[kept], [jane]);
      assert.deepEqual(
        read({ [written]: ['Jane Doe <jane@fabrikam.example>', { ...yamada, address: 'yamada@bücher.example' }] })[
          kept
        ],
        [jane, yamada],
      );
      assert.deepEqual(read({ [written]: [] })[kept], []);
      assert.deepEqual(read({})[kept], []);
    });

    test(`${written} that cannot be read is told by its place`, () => {
      assert.deepEqual(places(refusalOf({ [written]: 'nobody' })), [written]);
      assert.deepEqual(places(refusalOf({ [written]: { address: 'nobody' } })), [`${written}.address`]);
      assert.deepEqual(places(refusalOf({ [written]: ['a@b.example', 'nobody', { address: '' }] })), [
        `${written}[1]`,
        `${written}[2].address`,
      ]);
    });
  }

  test('two addresses in one text are not taken for one', () => {
    for (const to of ['a@b.example, c@d.example', 'a@b.example;c@d.example', 'A <a@b.example>, C <c@d.example>']) {
      assert.equal(refusalOf({ to }).code, 'address-invalid');
    }
  });
});

suite('the other fields', () => {
  test('are kept as they come', () => {
    const message = read({ subject: ' Größe ', text: '\r\n.\n', html: '', headers: { 'X-ERP-Id': ' 1 ', 'x-b': '' } });
    assert.equal(message.subject, ' Größe ');
    assert.equal(message.text, '\r\n.\n');
    assert.equal(message.html, '');
    assert.deepEqual(message.headers, [
      ['X-ERP-Id', ' 1 '],
      ['x-b', ''],
    ]);
  });

  test('may all be absent', () => {
    const { subject, text, html, headers, attachments } = read({});
    assert.deepEqual(
      { subject, text, html, headers, attachments },
      { subject: '', text: null, html: null, headers: [], attachments: [] },
    );
  });
});

suite('what is said besides the message', () => {
  const request = (fields: Partial<SendBody>) => readSubmissionRequest({ from: MAILBOX, ...fields });

  test('is kept as it comes', () => {
    const { message, ...others } = request({
      importance: 'high',
      in_reply_to: '1@contoso.example',
      references: ['<0@contoso.example>', '1@contoso.example'],
      return_path: ' bounces@bücher.example',
      mailbox: 'Shared@Contoso.example',
      dsn: { notify: ['failure', 'delay'], ret: 'headers' },
      tags: [{ name: 'order', value: '4711' }],
      metadata: { customer: 'Größe' },
      priority: 'bulk',
      scheduled_at: '2026-03-02T09:00:00+01:00',
      expires_in: 3_600,
      retry: false,
    });
    assert.deepEqual(
      [message.importance, message.inReplyTo, message.references],
      ['high', '<1@contoso.example>', ['<0@contoso.example>', '<1@contoso.example>']],
    );
    assert.deepEqual(others, {
      returnPath: 'bounces@xn--bcher-kva.example',
      mailbox: 'Shared@contoso.example',
      dsn: { notify: ['failure', 'delay'], ret: 'headers' },
      tags: [{ name: 'order', value: '4711' }],
      metadata: { customer: 'Größe' },
      priority: 'bulk',
      scheduledAt: Date.parse('2026-03-02T08:00:00Z'),
      expiresIn: 3_600,
      retry: false,
    });
  });

  test('is nothing by default', () => {
    const { message, ...others } = request({});
    assert.deepEqual([message.importance, message.inReplyTo, message.references], [null, null, []]);
    assert.deepEqual(others, {
      returnPath: null,
      mailbox: null,
      dsn: null,
      tags: [],
      metadata: {},
      priority: 'normal',
      scheduledAt: null,
      expiresIn: null,
      retry: true,
    });
    assert.equal(request({ dsn: {} }).dsn, null);
    assert.deepEqual(request({ dsn: { ret: 'full' } }).dsn, { notify: [], ret: 'full' });
  });

  test('is told by its place where it cannot be read', () => {
    const failure = refusalOf({
      return_path: 'Bounces <bounces@contoso.example>',
      mailbox: '',
      in_reply_to: 'nothing',
      references: ['<1@b.example>', 'a\r\nBcc: b@c.example'],
      scheduled_at: '2026-03-02T09:00:00',
    });
    assert.deepEqual(places(failure), ['in_reply_to', 'references[1]', 'mailbox', 'return_path', 'scheduled_at']);
  });
});

suite('a field that this version does not have yet', () => {
  for (const field of ['auto_text', 'calendar']) {
    test(`is refused by its name: ${field}`, () => {
      const failure = refusalOf({ [field]: 'high' });
      assert.equal(failure.code, 'invalid-request');
      assert.deepEqual(places(failure), [field]);
      assert.match(failure.errors[0]?.message ?? '', /^this version does not .* yet; /);
    });
  }

  test('is refused by its name in an attachment, with or without content', () => {
    for (const content of [{}, { content: '' }]) {
      const attachment = { filename: 'a', part: 'file', ...content };
      assert.deepEqual(places(refusalOf({ attachments: [attachment] })), ['attachments[0].part']);
    }
  });
});

suite('an attachment', () => {
  test('has content', () => {
    const failure = refusalOf({ attachments: [{ filename: 'a' }] });
    assert.equal(failure.code, 'invalid-request');
    assert.deepEqual(places(failure), ['attachments[0].content']);
  });

  const attachment = (fields: Partial<NonNullable<SendBody['attachments']>[number]>) => {
    const [first] = read({ attachments: [{ filename: 'a.bin', content: '', ...fields }] }).attachments;
    assert.ok(first);
    return first;
  };

  test('has the bytes that were encoded', () => {
    for (const length of [0, 1, 2, 3, 4, 1_000, 100_001]) {
      const bytes = randomBytes(length);
      assert.deepEqual(Buffer.from(attachment({ content: bytes.toString('base64') }).content), bytes);
    }
  });

  for (const [what, content] of Object.entries({
    'a byte order mark before it': '\uFEFFSGVsbG8=',
    'blanks outside ASCII in it': 'SGVs\u00A0bG8=\u2028',
  })) {
    test(`may have ${what}`, () => {
      assert.equal(Buffer.from(attachment({ content }).content).toString(), 'Hello');
    });
  }

  test('may have its base64 broken into lines', () => {
    const bytes = randomBytes(500);
    const lines = bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
    assert.deepEqual(Buffer.from(attachment({ content: `\n ${lines}\t\r\n` }).content), bytes);
  });

  test('is inline when it has a content id, unless it says otherwise', () => {
    assert.equal(attachment({}).disposition, 'attachment');
    assert.equal(attachment({ content_id: 'logo' }).disposition, 'inline');
    assert.equal(attachment({ content_id: 'logo', disposition: 'attachment' }).disposition, 'attachment');
    assert.equal(attachment({ disposition: 'inline' }).disposition, 'inline');
  });

  const broken: Record<string, [content: string, message: RegExp]> = {
    'a character that base64 does not have': ['aGVs*G8=', /character "\*" at position 5/],
    base64url: ['_-8=', /character "_" at position 1/],
    'a data: URL': ['data:application/pdf;base64,aGVsbG8=', /data: URL/],
    'a path': ['/tmp/invoice.pdf', /character "\." at position 13/],
    'a URL': ['https://contoso.example/a', /character ":"/],
    'base64 cut off': ['aGVsbG8', /cut off/],
    'a single letter': ['a', /cut off/],
    'padding alone': ['====', /"=" signs/],
    'padding in the middle': ['aGU=bG8=', /"=" signs/],
    'padding before the last letter': ['aG=l', /"=" signs/],
    'three signs of padding': ['a===', /"=" signs/],
    'letters whose lower octet is one of base64': ['\u0141\u0141\u0141\u0141', /character "\u0141" at position 1/],
    'a letter too many among others': ['aGVsbG8*', /character "\*" at position 8/],
    'letters of base64url in a valid length': ['aG-_', /character "-" at position 3/],
    'blanks that hide a wrong length': ['aGVs bG8', /cut off/],
    'a sign before blanks': ['aGU= bG8=', /"=" signs/],
  };
  for (const [what, [content, expected]] of Object.entries(broken)) {
    test(`is refused for ${what}`, () => {
      const failure = refusalOf({
        attachments: [
          { filename: 'a', content: '' },
          { filename: 'b', content },
        ],
      });
      assert.equal(failure.code, 'attachment-not-base64');
      assert.deepEqual(places(failure), ['attachments[1].content']);
      assert.match(failure.errors[0]?.message ?? '', expected);
    });
  }
});

test('all that cannot be read is told at once, and in the detail', () => {
  const failure = refusalOf({
    from: 'nobody',
    to: ['x', 'jane@fabrikam.example'],
    bcc: { address: 'y' },
    attachments: [{ filename: 'a', content: '!' }],
  });
  assert.equal(failure.code, 'address-invalid');
  assert.deepEqual(places(failure), ['from', 'to[0]', 'bcc.address', 'attachments[0].content']);
  assert.match(failure.detail ?? '', /^4 mistakes\. from: "nobody" is not an e-mail address.*; to\[0\]: /);
});

suite('base64 as letters', () => {
  const bytes = randomBytes(200_001);
  const letters = (text: string) => readBase64(Buffer.from(text));

  test('is read as it is as a text, block by block', () => {
    for (const size of [0, 1, 2, 3, 36_863, 36_864, 36_865, 36_866, 200_001]) {
      const part = bytes.subarray(0, size);
      assert.deepEqual(letters(part.toString('base64')), { bytes: part }, String(size));
    }
    const inLines = bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
    assert.deepEqual(letters(inLines), { bytes });
  });

  test('is refused with the same words', () => {
    const whole = bytes.toString('base64');
    for (const text of [
      `${whole.slice(0, 100_000)}=${whole.slice(100_001)}`,
      `${whole.slice(0, 100_000)}-${whole.slice(100_001)}`,
      `${whole.slice(0, 100_000)}ü${whole.slice(100_001)}`,
      whole.slice(0, -1),
      `data:application/pdf;base64,${whole}`,
    ]) {
      assert.deepEqual(letters(text), readBase64(text));
      assert.ok('mistake' in letters(text));
    }
  });
});
