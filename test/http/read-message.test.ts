/** Each form a field may have becomes the same message; what cannot be read is told by field. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { type Failure, FailureError } from '../../src/domain/failure.ts';
import { readMessage } from '../../src/http/read-message.ts';
import type { SendBody } from '../../src/http/schemas.ts';
import { MAILBOX } from './recording-relay.ts';

const read = (body: Omit<SendBody, 'from'> & { from?: SendBody['from'] }) => readMessage({ from: MAILBOX, ...body });

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

suite('an attachment', () => {
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
