/** What was put into a message is what an independent parser reads out of it, and SMTP can carry every line. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import PostalMime, { type Attachment as Part } from 'postal-mime';
import { mimeComposer } from '../../../src/adapters/mime/compose.ts';
import { type Attachment, type Message, mistakesIn } from '../../../src/domain/message.ts';

const identity = { messageId: '<01J@contoso.example>', date: new Date('2026-03-02T08:09:10Z') };
const base: Message = {
  from: { name: null, address: 'billing@contoso.example' },
  to: [{ name: null, address: 'jane@fabrikam.example' }],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: '',
  text: null,
  html: null,
  headers: [],
  attachments: [],
  importance: null,
  inReplyTo: null,
  references: [],
};
const file = (fields: Partial<Attachment> = {}): Attachment => ({
  filename: 'a.bin',
  content: new Uint8Array(randomBytes(100)),
  contentType: null,
  contentId: null,
  disposition: 'attachment',
  ...fields,
});

/** Composes, checks what holds for every message, and reads it back. */
async function readBack(fields: Partial<Message>) {
  const message = { ...base, ...fields };
  const mistakes = mistakesIn(message).filter(({ code }) => code !== 'no-content');
  assert.deepEqual(mistakes, [], 'the relay would refuse this message');
  const raw = Buffer.from(await mimeComposer.compose(message, identity));
  const wire = raw.toString('latin1');
  assert.doesNotMatch(wire, /(?<!\r)\n|\r(?!\n)/, 'all line ends are CRLF');
  assert.doesNotMatch(wire, /[^\r\n]{999}/, 'no line is above 998 octets');
  // NUL and 8-bit octets would need extensions that a server may not have.
  assert.doesNotMatch(wire, /[\0\x80-\xff]/, 'no octet is NUL or above ASCII');
  const header = wire.slice(0, wire.indexOf('\r\n\r\n'));
  return { raw, wire, header, email: await PostalMime.parse(raw) };
}

/** Line breaks are CRLF on the way, and the parser may end a text with one more. */
function assertSameText(read: string | undefined, written: string): void {
  const [text, expected] = [read ?? '', written].map((each) => each.replaceAll('\r\n', '\n'));
  assert.equal(text === `${expected}\n` ? expected : text, expected);
}

/** Encoded words decoded once, and never what comes out of them. */
function decodeWords(text: string): string {
  return text.replace(/=\?UTF-8\?([QB])\?([^?]*)\?=(?: (?==\?))?/g, (_, encoding: string, encoded: string) =>
    encoding === 'B'
      ? Buffer.from(encoded, 'base64').toString()
      : decodeURIComponent(encoded.replaceAll('_', ' ').replaceAll('=', '%')),
  );
}

const bytes = ({ content }: Part) =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));

suite('mailboxes', () => {
  const names = [
    'Jane Doe',
    'Größe, "GmbH" & Söhne',
    "O'Hara (sales); <x@y.example>: \\ back",
    '山田太郎',
    'שלום עולם',
    '🙂 Team 👩‍👩‍👧',
    `${'über '.repeat(200)}lang`,
    `${'long '.repeat(1_600)}name`,
    '"'.repeat(450),
  ];
  for (const name of names) {
    test(`keep the name ${name.slice(0, 30)}`, async () => {
      const mailbox = { name, address: 'a@xn--bcher-kva.example' };
      const { email } = await readBack({ from: mailbox, to: [mailbox], cc: [mailbox], replyTo: [mailbox] });
      assert.deepEqual(email.from, mailbox);
      assert.deepEqual([email.to, email.cc, email.replyTo], [[mailbox], [mailbox], [mailbox]]);
    });
  }

  test('keep their address, quotes in it included', async () => {
    const address = "!#$%&'*+/=?^_`{|}~-@b.example";
    assert.deepEqual((await readBack({ to: [{ name: null, address }] })).email.to, [{ name: '', address }]);
  });

  test('may be 500', async () => {
    const to = Array.from({ length: 500 }, (_, index) => ({
      name: `Müller, "J" ${index}`,
      address: `r${index}@b.example`,
    }));
    assert.deepEqual((await readBack({ to })).email.to, to);
  });

  test('of bcc stand nowhere in the bytes', async () => {
    const bcc = [{ name: 'Archive', address: 'archive@contoso.example' }];
    const { wire, email } = await readBack({ bcc, text: 'a', html: 'b', attachments: [file()] });
    assert.equal(wire.includes('rchive'), false);
    assert.doesNotMatch(wire, /bcc/i);
    assert.equal(email.bcc, undefined);
    assert.equal((await readBack({ to: [], bcc })).email.to, undefined);
  });
});

suite('the subject', () => {
  const subjects = [
    '',
    'Invoice',
    'Rechnung № 4711 – Größe',
    '請求書',
    '🙂'.repeat(100),
    'a "b" <c>: d',
    'x'.repeat(900),
    `${'über '.repeat(1_500)}x`,
    'a  b   c',
  ];
  for (const subject of subjects) {
    test(`is kept: ${subject.slice(0, 30)}`, async () => {
      assert.equal((await readBack({ subject })).email.subject ?? '', subject);
    });
  }
});

suite('text and html', () => {
  const bodies: Record<string, string> = {
    'plain words': 'Thank you for your order.',
    dots: '.\n..\n.\r\n...a\n.',
    'From lines': 'From the start\n>From\nFrom ',
    'trailing blanks': 'a \nb\t\nc  \n \n\t',
    'empty lines': '\n\n\na\n\n',
    'a long line': `${'x'.repeat(5_000)}\n${'word '.repeat(5_000)}`,
    'a long line of umlauts': 'ü'.repeat(5_000),
    'equals signs': '=20 =\n= =3D=',
    'what looks like MIME': '--boundary\nContent-Type: text/html\n\n----_NmP-1--',
    'other scripts': '日本語\nעברית\nالعربية\nहिन्दी\nไทย',
    'pictures across lines': `${'🙂👩‍👩‍👧'.repeat(500)}\n🙂`,
    'control characters': 'a\0b\u001b[31m\u0007\f\vc',
    'NUL alone': '\0',
    'a soft break at the limit': `${'y'.repeat(75)} \n${'z'.repeat(76)}=\n`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    test(`are kept to the letter: ${what}`, async () => {
      const { email } = await readBack({ text: body, html: body });
      assertSameText(email.text, body);
      assertSameText(email.html, body);
      assertSameText((await readBack({ text: body })).email.text, body);
    });
  }

  for (const [what, letters] of Object.entries({ 'quoted-printable': 'a', base64: '日本語' })) {
    test(`have their line breaks in the form of mail, however they were written: ${what}`, async () => {
      const written = [`${letters}1`, `${letters}2`, `${letters}3`, `${letters}4`];
      const { email } = await readBack({ text: `${written[0]}\r${written[1]}\n${written[2]}\r\n${written[3]}` });
      assertSameText(email.text, written.join('\n'));
    });
  }

  test('in base64 have CRLF inside, which is the canonical form of text', async () => {
    const { wire } = await readBack({ text: '日\n本' });
    const encoded = wire.slice(wire.indexOf('\r\n\r\n')).trim();
    assert.equal(Buffer.from(encoded, 'base64').toString(), '日\r\n本');
  });

  for (const alone of ['\r', '\n', '\r\n', ' ', '\r\r']) {
    test(`may be ${JSON.stringify(alone)} alone`, async () => {
      assert.equal((await readBack({ text: alone, html: alone })).email.text?.trim(), '');
    });
  }

  const nothing: Record<string, Partial<Message>> = {
    'text empty': { text: '' },
    'html empty': { html: '' },
    'both empty': { text: '', html: '' },
    'both absent': {},
  };
  for (const [what, fields] of Object.entries(nothing)) {
    test(`may be nothing: ${what}`, async () => {
      const { email, header } = await readBack(fields);
      assert.equal((email.text ?? '').trim(), '');
      assert.match(header, /^Content-Type: text\/plain/m);
    });
  }

  test('may be empty beside the other', async () => {
    assertSameText((await readBack({ text: '', html: '<p>a</p>' })).email.html, '<p>a</p>');
    assertSameText((await readBack({ text: 'a', html: '' })).email.text, 'a');
  });
});

suite('an attachment', () => {
  const only = async (attachment: Attachment, fields: Partial<Message> = { text: 'a' }) => {
    const { email, wire } = await readBack({ ...fields, attachments: [attachment] });
    const [part] = email.attachments;
    assert.ok(part, 'it is there');
    assert.equal(email.attachments.length, 1);
    return { part, wire, email };
  };

  for (const length of [0, 1, 56, 57, 58, 300_001]) {
    test(`arrives byte for byte: ${length}`, async () => {
      const content = randomBytes(length);
      assert.deepEqual(bytes((await only(file({ content }))).part), content);
      assert.deepEqual(bytes((await only(file({ content }), {})).part), content);
    });
  }

  test('arrives byte for byte when its bytes are a part of a larger buffer', async () => {
    const whole = randomBytes(100);
    const content = new Uint8Array(whole.buffer, whole.byteOffset + 10, 20);
    assert.deepEqual(bytes((await only(file({ content }))).part), Buffer.from(whole.subarray(10, 30)));
  });

  // Types by these names would be message/* and multipart/*, whose parts no encoding protects.
  for (const filename of ['a.eml', 'a.mht', 'a.gzip', 'a.ustar', 'a.zip', 'a.txt', 'a.html', 'a.json', 'a', '.eml']) {
    test(`arrives byte for byte whatever its name makes of it: ${filename}`, async () => {
      const content = Buffer.from(`Subject: ü\n\n\r.\nFrom a\r${'x'.repeat(2_000)}\0`);
      const { part } = await only(file({ filename, content }));
      assert.deepEqual(bytes(part), content);
      assert.equal(part.filename, filename);
      assert.doesNotMatch(part.mimeType, /^(message|multipart)\//);
    });
  }

  const names = [
    'Rechnung №4711 – Größe.pdf',
    '請求書.pdf',
    '🙂.txt',
    'a b "c" \\ d;e=f, (g)\'h\'.pdf',
    '100%25 sure.pdf',
    `${'ü'.repeat(251)}.pdf`,
    `${'x'.repeat(251)}.pdf`,
    'trailing ',
    '../../etc/passwd',
    'C:\\invoices\\4711.pdf',
    'https://contoso.example/a.pdf',
    'data:text/plain,a',
  ];
  for (const filename of names) {
    test(`keeps its name: ${filename.slice(0, 30)}`, async () => {
      assert.equal((await only(file({ filename }))).part.filename, filename);
    });
  }

  test('keeps its type, or gets one by its name', async () => {
    assert.equal((await only(file({ filename: 'a.pdf' }))).part.mimeType, 'application/pdf');
    assert.equal(
      (await only(file({ filename: 'a.pdf', contentType: 'application/x-own' }))).part.mimeType,
      'application/x-own',
    );
    assert.equal((await only(file({ filename: 'a' }))).part.mimeType, 'application/octet-stream');
    const { wire } = await only(file({ contentType: 'text/csv; charset=iso-8859-1; header=present' }));
    assert.match(wire, /^Content-Type: text\/csv; charset=iso-8859-1; header=present/m);
  });

  test('whose bytes are a path or a URL is these bytes: nothing is read or fetched', async () => {
    for (const text of [
      import.meta.filename,
      '/etc/hostname',
      'file:///etc/hostname',
      'http://127.0.0.1:9/',
      'data:,a',
    ]) {
      const { part } = await only(file({ filename: text, content: Buffer.from(text) }));
      assert.equal(bytes(part).toString(), text);
    }
  });

  test('is shown where html names it, and is related to it', async () => {
    const content = randomBytes(500);
    const logo = file({ filename: 'logo.png', content, contentId: 'logo@contoso', disposition: 'inline' });
    const { email, wire } = await readBack({
      text: 'a',
      html: '<img src="cid:logo@contoso">',
      attachments: [logo, file({ filename: 'b.pdf' })],
    });
    const [image, pdf] = email.attachments;
    assert.ok(image && pdf);
    assert.equal(image.contentId, '<logo@contoso>');
    assert.equal(image.disposition, 'inline');
    assert.equal(image.related, true);
    assert.equal(image.mimeType, 'image/png');
    assert.deepEqual(bytes(image), content);
    assert.equal(pdf.disposition, 'attachment');
    assert.notEqual(pdf.related, true);
    const nesting = [...wire.matchAll(/^Content-Type: (multipart\/\w+)/gm)].map(([, type]) => type);
    assert.deepEqual(nesting, ['multipart/mixed', 'multipart/alternative', 'multipart/related']);
  });

  test('is never lost for its content id, with or without html', async () => {
    for (const fields of [{}, { text: 'a' }, { html: 'a' }, { text: 'a', html: 'b' }]) {
      const { part } = await only(file({ contentId: 'a', disposition: 'attachment' }), fields);
      assert.equal(part.disposition, 'attachment');
      assert.equal(part.contentId, '<a>');
    }
  });

  test('is one of many, in their order', async () => {
    const attachments = Array.from({ length: 100 }, (_, index) => file({ filename: `${index}.bin` }));
    const { email } = await readBack({ text: 'a', attachments });
    assert.deepEqual(
      email.attachments.map(({ filename }) => filename),
      attachments.map(({ filename }) => filename),
    );
    assert.deepEqual(
      email.attachments.map(bytes),
      attachments.map(({ content }) => Buffer.from(content)),
    );
  });
});

suite('headers of the caller', () => {
  const readBackHeader = async (name: string, value: string) => {
    const { email, header } = await readBack({ headers: [[name, value]] });
    return { read: email.headers.filter(({ key }) => key === name.toLowerCase()), header };
  };

  for (const name of ['X-ERP-Id', 'x-lower', 'X-UPPER', 'List-Unsubscribe', 'X-mIxEd_1', 'constructor']) {
    test(`keep the case of their name: ${name}`, async () => {
      const { read, header } = await readBackHeader(name, 'value');
      assert.deepEqual(
        read.map(({ originalKey, value }) => [originalKey, value]),
        [[name, 'value']],
      );
      assert.match(header, new RegExp(`^${name}: value\\r?$`, 'm'));
    });
  }

  const values = [
    '<https://contoso.example/u?id=4711>, <mailto:u@contoso.example>',
    '"Jane Doe" <jane@fabrikam.example>',
    '"Contoso news" <news.contoso.example>',
    '{"order":4711,"path":"C:\\\\x"}',
    "a; b=c, (d) 'e' % \\",
    `${'word '.repeat(1_599)}word`,
    `"${'word '.repeat(1_599)}"`,
    `${`${'x'.repeat(900)} `.repeat(8).trim()}`,
  ];
  for (const value of values) {
    test(`keep an ASCII value as it is: ${value.slice(0, 30)}`, async () => {
      const { read } = await readBackHeader('X-Value', value);
      assert.deepEqual(
        read.map((one) => one.value),
        [value],
      );
    });
  }

  for (const value of ['Größe', '請求書 "4711"', `${'über '.repeat(1_599)}x`]) {
    test(`are encoded when they have other letters: ${value.slice(0, 30)}`, async () => {
      const { header } = await readBackHeader('X-Value', value);
      // The subject is a field that the parser decodes.
      const field = header.slice(header.indexOf('X-Value')).replace('X-Value', 'Subject');
      const email = await PostalMime.parse(`${field}\r\n\r\n`);
      assert.equal(email.subject, value);
    });
  }

  test('stand in the order given', async () => {
    const headers = ['X-C', 'X-A', 'X-B'].map((name): [string, string] => [name, name]);
    const { email } = await readBack({ headers });
    assert.deepEqual(
      email.headers.flatMap(({ originalKey }) => (/^X-/.test(originalKey) ? [originalKey] : [])),
      ['X-C', 'X-A', 'X-B'],
    );
  });
});

suite('importance', () => {
  const fields = (header: string) =>
    header.split('\r\n').filter((line) => /^(?:Importance|X-Priority|Priority):/.test(line));

  test('is told in the words that Outlook reads', async () => {
    const { header } = await readBack({ importance: 'high' });
    assert.deepEqual(fields(header), ['Importance: high', 'X-Priority: 1', 'Priority: urgent']);
    assert.deepEqual(fields((await readBack({ importance: 'normal' })).header)[0], 'Importance: normal');
    assert.deepEqual(fields((await readBack({ importance: 'low' })).header)[1], 'X-Priority: 5');
  });

  test('is not told when nobody set it', async () => {
    assert.deepEqual(fields((await readBack({})).header), []);
  });
});

suite('a thread', () => {
  test('is named by the Message-IDs as they are', async () => {
    const references = Array.from({ length: 100 }, (_, index) => `<${'x'.repeat(index * 8)}${index}@contoso.example>`);
    const { email } = await readBack({ inReplyTo: '<1@contoso.example>', references });
    assert.equal(email.inReplyTo, '<1@contoso.example>');
    assert.equal(email.references, references.join(' '));
  });
});

suite('a text in a header field that could be taken for something else', () => {
  const texts = ['=?utf-8?Q?a?=', '=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=', '=?', 'a =?x?Q?a b?= c', '?='];
  for (const text of texts) {
    test(`is read as it was written: ${text}`, async () => {
      const from = { name: text, address: 'a@b.example' };
      const header = (await readBack({ subject: text, from })).header.replace(/\r\n(?=[ \t])/g, '');
      // The parser would decode what it decoded once more.
      const fields = new Map(header.split('\r\n').map((line) => [line.split(': ')[0], line.replace(/^\S+: /, '')]));
      assert.equal(decodeWords(fields.get('Subject') ?? ''), text);
      const name = (fields.get('From') ?? '').replace(/ ?<a@b\.example>$/, '');
      assert.equal(decodeWords(name.replace(/^"(.*)"$/, '$1')), text);
    });
  }

  for (const text of [' a', 'a ', `a${' '.repeat(500)}b`, 'a\tb', `${' a'.repeat(200)} `]) {
    test(`keeps its blanks: ${JSON.stringify(text).slice(0, 30)}`, async () => {
      const { email, wire } = await readBack({ subject: text, to: [{ name: text, address: 'a@b.example' }] });
      assert.equal(email.subject, text);
      assert.equal(email.to?.[0]?.name, text);
      assert.doesNotMatch(wire, /[ \t]\r\n/, 'no line ends with a blank');
    });
  }
});

suite('an address outside ASCII', () => {
  test('stands in the header as it is, and nothing else does', async () => {
    const to = [{ name: 'Jürgen', address: 'jürgen@xn--bcher-kva.example' }];
    const raw = Buffer.from(await mimeComposer.compose({ ...base, to, subject: 'Größe', text: 'Grüße' }, identity));
    const outside = raw.toString('utf8').match(/^.*[^\0-\x7f].*$/gm);
    assert.deepEqual(outside, ['To: =?UTF-8?B?SsO8cmdlbg==?= <jürgen@xn--bcher-kva.example>']);
  });
});

suite('one message, one set of bytes', () => {
  const full: Partial<Message> = { text: 'a', html: 'b', subject: 'ü', attachments: [file()] };

  test('has Message-ID and Date as given', async () => {
    for (const fields of [{}, full]) {
      const { email, header } = await readBack(fields);
      assert.equal(email.messageId, identity.messageId);
      assert.match(header, /^Date: Mon, 02 Mar 2026 08:09:10 \+0000\r?$/m);
      for (const name of ['From', 'Date', 'Message-ID', 'MIME-Version', 'Content-Type']) {
        assert.equal(header.split('\r\n').filter((line) => line.startsWith(`${name}:`)).length, 1, name);
      }
    }
  });

  test('composed again differs in its boundaries alone', async () => {
    const withoutBoundaries = (wire: string) => wire.replaceAll(/--_NmP-[0-9a-f]+-Part_\d+/g, 'boundary');
    const [one, other] = [(await readBack(full)).wire, (await readBack(full)).wire];
    assert.equal(withoutBoundaries(one), withoutBoundaries(other));
    assert.equal((await readBack({ text: 'a' })).wire, (await readBack({ text: 'a' })).wire);
  });

  test('leaves the message it was made of as it was', async () => {
    const message = { ...base, ...full };
    const before = structuredClone(message);
    await mimeComposer.compose(message, identity);
    assert.deepEqual(message, before);
  });

  test('does not tell which software composed it', async () => {
    assert.doesNotMatch((await readBack(full)).header, /nodemailer|x-mailer|user-agent/i);
  });
});
