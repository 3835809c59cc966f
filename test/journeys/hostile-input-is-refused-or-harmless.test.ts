/** Whatever stands in whichever field: it is refused by the field's name, or one message goes to those it names, with the header it names. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import PostalMime from 'postal-mime';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { contentPayloads, linePayloads } from './hostile-payloads.ts';
import { RelayProcess } from './relay-process.ts';

const TO = 'jane@fabrikam.example';
const ALWAYS = ['From', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Content-Type'];
const eve = 'eve@evil.example';

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly { readonly field: string }[];
}

describe('hostile input', () => {
  let sandbox: Sandbox;
  let relay: RelayProcess;

  before(async () => {
    sandbox = await startSandbox();
    relay = await RelayProcess.start(settingsFor(sandbox));
  });
  after(async () => {
    await relay[Symbol.asyncDispose]();
    await sandbox.close();
  });

  async function post(body: string | Uint8Array<ArrayBuffer>) {
    sandbox.inbox.clear();
    const response = await fetch(`${relay.url}/send`, {
      method: 'POST',
      headers: { authorization: `Bearer ${relay.key}`, 'content-type': 'application/json' },
      body,
    });
    const text = await response.text();
    assert.ok(text.length < 20_000, 'the answer is short, whatever was asked');
    return { status: response.status, answer: JSON.parse(text) };
  }

  const bodyOf = (fields: object) =>
    JSON.stringify({ from: sandbox.mailbox, to: TO, subject: 'Invoice', text: 'Thank you.', ...fields });

  async function isRefused(body: string | Uint8Array<ArrayBuffer>, field?: RegExp): Promise<void> {
    const { status, answer } = await post(body);
    const { code, errors }: Problem = answer;
    assert.ok([400, 413, 422].includes(status), `${status} ${JSON.stringify(answer)}`);
    assert.ok(code);
    if (field) {
      assert.equal(errors.length, 1, JSON.stringify(errors));
      assert.match(errors[0]?.field ?? '', field);
    }
    assert.deepEqual(sandbox.inbox.messages, []);
  }

  /** @param meant the header fields besides those of every message */
  async function isHarmless(body: string, { to = TO, meant = [] as string[], text = 'Thank you.' } = {}) {
    const { status, answer } = await post(body);
    assert.equal(status, 200, JSON.stringify(answer));
    assert.deepEqual([answer.accepted, answer.rejected], [[to], []]);
    assert.equal(sandbox.inbox.messages.length, 1, 'one message and no other');
    const [message] = sandbox.inbox.messages;
    assert.ok(message);
    assert.deepEqual(message.envelope.rcptTo, [to]);
    assert.equal(message.envelope.mailFrom, sandbox.mailbox);
    const wire = message.raw.toString('latin1');
    assert.doesNotMatch(wire, /(?<!\r)\n|\r(?!\n)/, 'no bare line break');
    assert.doesNotMatch(wire, /^\./m, 'no line begins with a dot');
    assert.doesNotMatch(wire, /\0/);
    assert.doesNotMatch(wire, /[^\r\n]{999}/);
    const email = await PostalMime.parse(message.raw);
    const names = email.headers
      .map(({ originalKey }) => originalKey)
      .filter((name) => name !== 'Content-Transfer-Encoding');
    assert.deepEqual(names.sort(), [...ALWAYS, ...meant].sort());
    assert.equal(email.bcc, undefined);
    const asText = (written: string) => written.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
    assert.equal(asText(email.text ?? ''), asText(text));
    return email;
  }

  const attachment = (fields: object) => ({ attachments: [{ filename: 'a.txt', content: '', ...fields }] });
  const places: [what: string, field: RegExp, write: (text: string) => object][] = [
    ['the sender', /^from$/, (text) => ({ from: `a${text}@contoso.example` })],
    ['the name of the sender', /^from$/, (text) => ({ from: { address: sandbox.mailbox, name: `A${text}` } })],
    ['a recipient', /^to$/, (text) => ({ to: `jane${text}@fabrikam.example` })],
    ['the domain of a recipient', /^to\.address$/, (text) => ({ to: { address: `jane@fabrikam${text}.example` } })],
    ['a name in quotes', /^to(?:\[0\])?$/, (text) => ({ to: `"Jane${text}" <${TO}>` })],
    ['a name of a copy', /^cc\[0\]$/, (text) => ({ cc: [{ address: 'a@b.example', name: `A${text}` }] })],
    ['a blind copy', /^bcc\[1\]$/, (text) => ({ bcc: ['a@b.example', `c${text}@d.example`] })],
    [
      'the name of a reply',
      /^reply_to\[0\]$/,
      (text) => ({ reply_to: [{ address: 'a@b.example', name: `A${text}` }] }),
    ],
    ['the subject', /^subject$/, (subject) => ({ subject: `A${subject}` })],
    ['the name of a header', /^headers$/, (text) => ({ headers: { [`X-A${text}X-B`]: 'a' } })],
    ['the value of a header', /^headers\.X-A$/, (text) => ({ headers: { 'X-A': `a${text}b` } })],
    ['a file name', /^attachments\[0\]\.filename$/, (text) => attachment({ filename: `a${text}.pdf` })],
    ['a type', /^attachments\[0\]\.content_type$/, (text) => attachment({ content_type: `text/plain${text}` })],
    [
      'a parameter of a type',
      /^attachments\[0\]\.content_type$/,
      (text) => attachment({ content_type: `a/b; c="d${text}"` }),
    ],
    ['a content id', /^attachments\[0\]\.content_id$/, (text) => attachment({ content_id: `a${text}b` })],
    ['base64', /^attachments\[0\]\.content$/, (text) => attachment({ content: `AAAA${text}!AAA` })],
    ['in_reply_to', /^in_reply_to$/, (text) => ({ in_reply_to: `<a${text}@b.example>` })],
    ['references', /^references\[1\]$/, (text) => ({ references: ['<a@b.example>', `<a${text}@b.example>`] })],
    ['return_path', /^return_path$/, (text) => ({ return_path: `a${text}@contoso.example` })],
    ['mailbox', /^mailbox$/, (text) => ({ mailbox: `a${text}@contoso.example` })],
    ['the name of a tag', /^tags\[0\]\.name$/, (text) => ({ tags: [{ name: `a${text}b`, value: '' }] })],
    ['the value of a tag', /^tags\[0\]\.value$/, (text) => ({ tags: [{ name: 'a', value: `a${text}b` }] })],
    ['a key of metadata', /^metadata$/, (text) => ({ metadata: { [`a${text}b`]: 'c' } })],
    ['a value of metadata', /^metadata\.a$/, (text) => ({ metadata: { a: `b${text}c` } })],
  ];
  for (const [what, field, write] of places) {
    for (const [payload, text] of Object.entries(linePayloads)) {
      test(`is refused in ${what}: ${payload}`, async () => {
        await isRefused(bodyOf(write(text)), field);
      });
    }
  }

  for (const [payload, text] of Object.entries(contentPayloads)) {
    test(`is content in text and in html: ${payload}`, async () => {
      await isHarmless(bodyOf({ text }), { text });
      const { html } = await isHarmless(bodyOf({ text, html: text }), { text });
      assert.equal(html?.includes('RCPT TO'), text.includes('RCPT TO'));
    });

    test(`is content in an attachment: ${payload}`, async () => {
      const { attachments } = await isHarmless(bodyOf(attachment({ content: Buffer.from(text).toString('base64') })));
      assert.deepEqual(Buffer.from(attachments[0]?.content as ArrayBuffer), Buffer.from(text));
    });
  }

  const encodedBreak = '=?utf-8?Q?=0D=0ABcc:_eve@evil.example=0D=0A?=';
  const harmless: [what: string, fields: () => object, expected?: { to?: string; meant?: string[] }][] = [
    ['an encoded line break in the subject', () => ({ subject: encodedBreak })],
    ['an encoded line break in a name', () => ({ to: { address: TO, name: encodedBreak } })],
    ['an encoded line break in a header', () => ({ headers: { 'X-A': encodedBreak } }), { meant: ['X-A'] }],
    ['an encoded line break in a file name', () => attachment({ filename: encodedBreak })],
    ['a percent-encoded line break in a file name', () => attachment({ filename: "utf-8''a%0D%0ABcc:eve.pdf" })],
    ['an address as a name', () => ({ to: { address: TO, name: `${eve}>, <${eve}` } })],
    ['a group as a name', () => ({ to: { address: TO, name: `Undisclosed: ${eve};` } })],
    ['quotes that end a name', () => ({ to: { address: TO, name: `A" <${eve}>, "B` } })],
    ['a backslash that ends a name', () => ({ to: { address: TO, name: 'A\\' } })],
    ['quotes that end a file name', () => attachment({ filename: 'a"; filename="b.exe' })],
    ['letters that run the other way, in the subject', () => ({ subject: 'Invoice \u202egpj.exe' })],
    ['letters that run the other way, in a name', () => ({ to: { address: TO, name: '\u202eenaJ' } })],
    ['letters that run the other way, in a file name', () => attachment({ filename: 'a\u202efdp.exe' })],
    ['a parameter of MAIL as a tag', () => ({ tags: [{ name: 'SIZE=1 BODY=8BITMIME', value: '> RCPT TO:<a@b>' }] })],
    ['the prototype as metadata', () => ({ metadata: { constructor: 'a', toString: 'b' } })],
    ['blanks as a subject', () => ({ subject: ' '.repeat(500) })],
    [
      'a local part that reads as SMTP',
      () => ({ to: "data+{rset}'|quit@fabrikam.example" }),
      { to: "data+{rset}'|quit@fabrikam.example" },
    ],
    ['a local part outside ASCII', () => ({ to: 'jürgen@fabrikam.example' }), { to: 'jürgen@fabrikam.example' }],
    ['a header in the case of a prototype', () => ({ headers: { constructor: 'a' } }), { meant: ['constructor'] }],
  ];
  for (const [what, fields, expected] of harmless) {
    test(`is harmless: ${what}`, async () => {
      await isHarmless(bodyOf(fields()), expected);
    });
  }

  const long = 'a'.repeat(2_000_000);
  const refused: [what: string, field: RegExp, fields: object][] = [
    ['a quoted local part', /^to$/, { to: '"a b"@fabrikam.example' }],
    ['a source route', /^to$/, { to: '@evil.example:jane@fabrikam.example' }],
    ['a second path', /^to$/, { to: `${TO}> RCPT TO:<${eve}` }],
    ['a parameter behind an address', /^to$/, { to: `${TO} NOTIFY=NEVER` }],
    ['a percent-encoded recipient in a domain', /^to$/, { to: 'jane@fabrikam.example%0d%0a' }],
    ['a zero-width space in an address', /^to$/, { to: 'ja\u200bne@fabrikam.example' }],
    ['letters that run the other way, in an address', /^to$/, { to: 'ja\u202ene@fabrikam.example' }],
    ['half a character in an address', /^to$/, { to: 'ja\ud800ne@fabrikam.example' }],
    ['half a character in a text', /^text$/, { text: 'a\udc00b' }],
    ['a local part of megabytes', /^to$/, { to: `${long}@fabrikam.example` }],
    ['a name of megabytes', /^to\[0\]$/, { to: { address: TO, name: long } }],
    ['a subject of megabytes', /^subject$/, { subject: long }],
    ['a header value of megabytes', /^headers\.X-A$/, { headers: { 'X-A': long } }],
    ['a header name of megabytes', /^headers$/, { headers: { [long]: 'a' } }],
    ['a file name of megabytes', /^attachments\[0\]\.filename$/, attachment({ filename: long })],
    ['a Message-ID of megabytes', /^in_reply_to$/, { in_reply_to: `${long}@b` }],
    ['Bcc as a header', /^headers\.bCC$/, { headers: { bCC: eve } }],
    ['a header of MIME', /^headers\.content-TYPE$/, { headers: { 'content-TYPE': 'text/html' } }],
    ['a header with a blank before its colon', /^headers$/, { headers: { 'Bcc ': eve } }],
    ['a header twice, in two cases', /^headers\.x-a$/, { headers: { 'X-A': '1', 'x-a': '2' } }],
    [
      'a header of its own for a field',
      /^headers\.in-reply-TO$/,
      { in_reply_to: 'a@b', headers: { 'in-reply-TO': 'c@d' } },
    ],
    ['a message as an attachment', /^attachments\[0\]\.content_type$/, attachment({ content_type: 'message/rfc822' })],
    ['a path instead of content', /^attachments\[0\]\.path$/, attachment({ path: '/etc/passwd' })],
    ['a URL instead of content', /^attachments\[0\]\.content$/, attachment({ content: 'http://127.0.0.1/' })],
  ];
  for (const [what, field, fields] of refused) {
    test(`is refused: ${what}`, async () => {
      await isRefused(bodyOf(fields), field);
    });
  }

  test('is not sent from somewhere else: a return path that nobody allowed', async () => {
    const { status, answer } = await post(bodyOf({ return_path: eve }));
    assert.equal(status, 403);
    assert.equal(answer.code, 'sender-not-allowed');
    assert.deepEqual(sandbox.inbox.messages, []);
  });

  describe('as JSON', () => {
    const inserted = (member: string) => bodyOf({}).replace('{', `{${member},`);
    const bodies: Record<string, () => string | Uint8Array<ArrayBuffer>> = {
      'a prototype': () => inserted('"__proto__":{"subject":"a"}'),
      'a constructor': () => inserted('"constructor":{"prototype":{}}'),
      'a prototype within a mailbox': () => inserted('"cc":{"address":"a@b.example","__proto__":{"name":"a"}}'),
      'lists within lists': () => '['.repeat(100_000),
      'lists within lists, all closed': () => '['.repeat(100_000) + ']'.repeat(100_000),
      'lists as a recipient': () => inserted(`"cc":${'['.repeat(20_000)}${']'.repeat(20_000)}`),
      'objects within objects': () => '{"a":'.repeat(50_000),
      'a number beyond all': () => inserted('"cc":1e999'),
      'a number of a million digits': () => inserted(`"retry":${'9'.repeat(1_000_000)}`),
      'half a character as the name of a field': () => inserted('"\\ud800":1'),
      'half a character as the name of a header': () => inserted('"headers":{"\\ud800":"a"}'),
      'a line break as the name of a header with a number': () => inserted('"headers":{"a\\nb":1}'),
      'a NUL outside a string': () => `${bodyOf({})}\0`,
      'two bodies': () => bodyOf({}) + bodyOf({}),
      'a body cut off': () => bodyOf({}).slice(0, -5),
      'UTF-16': () => new Uint8Array(Buffer.from(bodyOf({}), 'utf16le')),
      'octets that are no UTF-8': () => new Uint8Array(Buffer.from(bodyOf({ subject: 'ü' }), 'latin1')),
      'an overlong slash': () => new Uint8Array(Buffer.from(bodyOf({ subject: '\u00c0\u00af' }), 'latin1')),
      'a hundred thousand numbers as recipients': () => inserted(`"cc":[${'1,'.repeat(100_000)}1]`),
      'a hundred thousand recipients': () =>
        bodyOf({ to: Array.from({ length: 100_000 }, (_, index) => `r${index}@fabrikam.example`) }),
      'a hundred thousand headers': () =>
        bodyOf({ headers: Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`X-${index}`, 'a'])) }),
      'a hundred thousand unknown fields': () =>
        bodyOf(Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`x${index}`, 'a']))),
    };
    for (const [what, body] of Object.entries(bodies)) {
      test(`is refused with words: ${what}`, async () => {
        await isRefused(body());
      });
    }

    test('says the last of what it says twice', async () => {
      const twice = bodyOf({}).replace('{', `{"to":"${eve}","subject":"first",`);
      assert.equal((await isHarmless(twice)).subject, 'Invoice');
    });

    test('may begin with a byte order mark', async () => {
      await isHarmless(`\ufeff${bodyOf({})}`);
    });

    test('may have a prototype as the name of a header, which is a name like others', async () => {
      await isHarmless(inserted('"headers":{"__proto__":"a"}'), { meant: ['__proto__'] });
    });
  });
});
