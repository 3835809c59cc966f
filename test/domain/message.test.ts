/** What would not reach the recipient as it was meant is found before anything is composed. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Attachment, importances, type Message, mistakesIn } from '../../src/domain/message.ts';

const jane = { name: 'Jane', address: 'jane@fabrikam.example' };
const message = (fields: Partial<Message> = {}): Message => ({
  from: { name: null, address: 'billing@contoso.example' },
  to: [jane],
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
  ...fields,
});
const file = (fields: Partial<Attachment>): Partial<Message> => ({
  attachments: [
    {
      filename: 'a.txt',
      content: new Uint8Array(),
      contentType: null,
      contentId: null,
      disposition: 'attachment',
      ...fields,
    },
  ],
});
const found = (fields: Partial<Message>) => mistakesIn(message(fields)).map(({ code, field }) => `${code} ${field}`);

suite('a message', () => {
  test('without a mistake has none', () => {
    assert.deepEqual(found({}), []);
    assert.deepEqual(
      found({
        from: { name: 'Größe, "GmbH" & Söhne', address: 'billing@contoso.example' },
        subject: `№ 4711\t${'über '.repeat(500)}🙂`,
        text: 'a\r\n\0\u001b',
        headers: [
          ['X-ERP-Id', '4711'],
          ['List-Unsubscribe', '<https://contoso.example/u?id=4711>, <mailto:u@contoso.example>'],
          ['In-Reply-To', '<1@contoso.example>'],
          ['constructor', 'a'],
          ['__proto__', 'a'],
          ['X'.repeat(76), 'a'],
        ],
        ...file({
          filename: '請求書 "4711".pdf',
          contentType: 'text/csv; charset=utf-8; x="a b"',
          contentId: 'logo@contoso',
        }),
      }),
      [],
    );
  });

  for (const list of ['to', 'cc', 'bcc'] as const) {
    test(`is for somebody as soon as ${list} names one`, () => {
      assert.deepEqual(found({ to: [], [list]: [jane] }), []);
    });
  }

  test('is for nobody when only reply_to names one', () => {
    assert.deepEqual(found({ to: [], replyTo: [jane] }), ['no-recipient to']);
  });
});

suite('a text that goes into a header', () => {
  const name = (text: string) => ({ ...jane, name: text });
  const places: [field: string, write: (text: string) => Partial<Message>][] = [
    ['from', (text) => ({ from: name(text) })],
    ['to[1]', (text) => ({ to: [jane, name(text)] })],
    ['cc[0]', (text) => ({ cc: [name(text)] })],
    ['bcc[0]', (text) => ({ bcc: [name(text)] })],
    ['reply_to[0]', (text) => ({ replyTo: [name(text)] })],
    ['subject', (subject) => ({ subject })],
    ['headers.X-A', (text) => ({ headers: [['X-A', text]] })],
    ['attachments[0].filename', (filename) => file({ filename })],
  ];
  for (const [field, write] of places) {
    test(`must not end the field: ${field}`, () => {
      for (const text of ['a\r\nBcc: b', 'a\nb', 'a\rb', 'a\n', '\ra']) {
        assert.deepEqual(found(write(text)), [`header-injection ${field}`]);
      }
    });

    test(`has no other control characters: ${field}`, () => {
      for (const code of [0x00, 0x07, 0x0b, 0x0c, 0x1b, 0x7f, 0x85, 0x9b, 0x2028, 0x2029]) {
        assert.deepEqual(
          found(write(`a${String.fromCharCode(code)}b`)),
          [`control-characters ${field}`],
          code.toString(16),
        );
      }
    });

    test(`may have tabs, quotes, any script and pictures: ${field}`, () => {
      assert.deepEqual(found(write('a\tb "c" \\ <d@e>, f; (g) Größe 日本語 עברית 🙂 \u00a0')), []);
    });
  }

  test('tells the control character and its position', () => {
    const [mistake] = mistakesIn(message({ subject: 'ab\u001b[31m' }));
    assert.match(mistake?.message ?? '', /U\+001B at position 3/);
  });

  test('has no word that no line can hold, which in a quoted name is shorter', () => {
    assert.deepEqual(found({ subject: 'x'.repeat(900) }), []);
    assert.deepEqual(found({ subject: `a ${'x'.repeat(901)}` }), ['header-not-allowed subject']);
    assert.deepEqual(found({ to: [name('"'.repeat(450))] }), []);
    assert.deepEqual(found({ to: [name('"'.repeat(451))] }), ['header-not-allowed to[0]']);
  });
});

suite('a header', () => {
  const reserved =
    'From Sender To Cc Bcc Reply-To Subject Date Message-ID Return-Path Received DKIM-Signature MIME-Version Content-Type content-transfer-encoding CONTENT-X';
  for (const name of reserved.split(' ')) {
    test(`that is the relay's is refused in any case: ${name}`, () => {
      assert.deepEqual(found({ headers: [[name, 'a']] }), [`header-not-allowed headers.${name}`]);
      assert.deepEqual(found({ headers: [[name.toUpperCase(), 'a']] }), [
        `header-not-allowed headers.${name.toUpperCase()}`,
      ]);
    });
  }

  for (const name of ['', ' ', 'X A', 'X:A', 'X-Ä', 'X\tA', 'X\0A', 'X'.repeat(77)]) {
    test(`has a name that is one: ${JSON.stringify(name).slice(0, 20)} is not`, () => {
      assert.deepEqual(found({ headers: [[name, 'a']] }), ['header-not-allowed headers']);
    });
  }

  for (const name of ['X-A\r\nBcc', 'X-A: b\nBcc', '\r']) {
    test(`whose name starts another header is an injection: ${JSON.stringify(name)}`, () => {
      assert.deepEqual(found({ headers: [[name, 'a']] }), ['header-injection headers']);
    });
  }

  test('is given once, whatever the case', () => {
    assert.deepEqual(
      found({
        headers: [
          ['X-A', '1'],
          ['X-B', '2'],
          ['x-a', '3'],
        ],
      }),
      ['header-not-allowed headers.x-a'],
    );
  });

  test('has a value, of 8,000 characters at most', () => {
    const words = (length: number) =>
      'word '
        .repeat(length / 5)
        .slice(0, -1)
        .padEnd(length, 'x');
    assert.deepEqual(found({ headers: [['X-A', '']] }), ['header-not-allowed headers.X-A']);
    assert.deepEqual(found({ headers: [['X-A', ' \t ']] }), ['header-not-allowed headers.X-A']);
    assert.deepEqual(found({ headers: [['X-A', words(8_000)]] }), []);
    assert.deepEqual(found({ headers: [['X-A', words(8_001)]] }), ['header-not-allowed headers.X-A']);
  });

  test('of message ids has ASCII alone, since it is not encoded', () => {
    assert.deepEqual(
      found({
        headers: [
          ['In-Reply-To', '<ü@b>'],
          ['REFERENCES', '<a@b> <ü@b>'],
        ],
      }),
      ['header-not-allowed headers.In-Reply-To', 'header-not-allowed headers.REFERENCES'],
    );
  });
});

suite('a header that a field of the API sets', () => {
  const places: [names: string, field: string, fields: Partial<Message>][] = [
    ['Importance X-Priority priority X-MSMail-Priority', 'importance', { importance: 'high' }],
    ['In-Reply-To', 'in_reply_to', { inReplyTo: '<1@b.example>' }],
    ['REFERENCES', 'references', { references: ['<1@b.example>'] }],
  ];
  for (const [names, field, fields] of places) {
    test(`is not set as a header, too: ${field}`, () => {
      for (const name of names.split(' ')) {
        const headers: Message['headers'] = [[name, '<1@b.example>']];
        assert.deepEqual(found({ headers }), []);
        const [mistake, ...others] = mistakesIn(message({ headers, ...fields }));
        assert.equal(mistake?.field, `headers.${name}`);
        assert.match(mistake.message, new RegExp(`the field "${field}"`));
        assert.deepEqual(others, []);
      }
    });
  }

  test('is there for each importance', () => {
    for (const importance of importances) assert.deepEqual(found({ importance }), []);
  });
});

suite('what is too much', () => {
  const MEGABYTES = 8_000_000;
  const cases: [what: string, fields: Partial<Message>, mistakes: string[]][] = [
    ['a name', { from: { ...jane, name: 'a'.repeat(MEGABYTES) } }, ['header-not-allowed from']],
    ['a name of quotes', { to: [{ ...jane, name: '"'.repeat(MEGABYTES) }] }, ['header-not-allowed to[0]']],
    ['a subject', { subject: 'ü '.repeat(MEGABYTES / 2) }, ['header-not-allowed subject']],
    ['a header value', { headers: [['X-A', 'a'.repeat(MEGABYTES)]] }, ['header-not-allowed headers.X-A']],
    ['a header value of blanks', { headers: [['X-A', ' '.repeat(MEGABYTES)]] }, ['header-not-allowed headers.X-A']],
    ['a header name', { headers: [['a'.repeat(MEGABYTES), 'a']] }, ['header-not-allowed headers']],
    ['blanks in a row', { headers: [['X-A', `a${' '.repeat(61)}b`]] }, ['header-not-allowed headers.X-A']],
    [
      'header fields',
      { headers: Array.from({ length: 100_000 }, (_, index) => [`X-${index}`, 'a'] as const) },
      ['header-not-allowed headers'],
    ],
    [
      'mailboxes of one list',
      { replyTo: Array.from({ length: 100_000 }, () => jane) },
      ['header-not-allowed reply_to'],
    ],
    ['a file name', file({ filename: 'a'.repeat(MEGABYTES) }), ['attachment-invalid attachments[0].filename']],
    ['a type', file({ contentType: 'a/'.repeat(MEGABYTES / 2) }), ['attachment-invalid attachments[0].content_type']],
    ['a content id', file({ contentId: 'a'.repeat(MEGABYTES) }), ['attachment-invalid attachments[0].content_id']],
  ];
  for (const [what, fields, mistakes] of cases) {
    test(`is refused at once, and told in short: ${what}`, () => {
      const given = message(fields);
      const before = process.cpuUsage();
      const told = mistakesIn(given);
      // By its square it would be minutes.
      assert.ok(process.cpuUsage(before).user < 5_000_000);
      assert.deepEqual(
        told.map(({ code, field }) => `${code} ${field}`),
        mistakes,
      );
      assert.ok(told.every(({ message }) => message.length < 300));
    });
  }

  test('is not what is just enough', () => {
    assert.deepEqual(
      found({
        subject: 'ü'.repeat(10_000),
        headers: Array.from({ length: 200 }, (_, index) => [`X-${index}`, `a${' '.repeat(60)}b`] as const),
        to: Array.from({ length: 2_000 }, () => jane),
      }),
      [],
    );
  });
});

suite('an attachment', () => {
  const types = [
    'application/pdf',
    'image/svg+xml',
    'text/plain; charset=utf-8',
    'TEXT/CSV;header=present',
    'a/b; c="d; e"',
  ];
  for (const contentType of types) {
    test(`may be of type ${contentType}`, () => {
      assert.deepEqual(found(file({ contentType })), []);
    });
  }

  const noTypes = [
    '',
    'pdf',
    'application/',
    '/pdf',
    'application/pdf;',
    'application/pdf; name',
    'application /pdf',
    'a/b; c="d',
    'a/b;\r\n c=d',
    'a/b\r\nBcc: c',
    'a/b; c="\u0000"',
    'a/b; c="ü"',
    'multipart/mixed',
    'Message/RFC822',
    `application/${'x'.repeat(255)}`,
  ];
  for (const contentType of noTypes) {
    test(`is not of type ${JSON.stringify(contentType).slice(0, 40)}`, () => {
      assert.deepEqual(found(file({ contentType })), ['attachment-invalid attachments[0].content_type']);
    });
  }

  for (const contentId of ['', 'a b', '<logo>', 'ü', 'a\nb', 'x'.repeat(256)]) {
    test(`has no content id ${JSON.stringify(contentId).slice(0, 20)}`, () => {
      assert.deepEqual(found(file({ contentId })), ['attachment-invalid attachments[0].content_id']);
    });
  }

  test('has a file name of 255 characters at most', () => {
    assert.deepEqual(found(file({ filename: 'ü'.repeat(255) })), []);
    assert.deepEqual(found(file({ filename: 'x'.repeat(256) })), ['attachment-invalid attachments[0].filename']);
  });
});

test('all mistakes are found, in the order of the fields', () => {
  assert.deepEqual(
    found({
      to: [],
      from: { ...jane, name: 'a\nb' },
      subject: '\0',
      headers: [
        ['To', 'a'],
        ['X-A', '\n'],
      ],
      ...file({ filename: '\0', contentType: 'x', contentId: ' ' }),
    }),
    [
      'no-recipient to',
      'header-injection from',
      'control-characters subject',
      'header-not-allowed headers.To',
      'header-not-allowed headers.X-A',
      'control-characters attachments[0].filename',
      'attachment-invalid attachments[0].content_type',
      'attachment-invalid attachments[0].content_id',
    ],
  );
});
