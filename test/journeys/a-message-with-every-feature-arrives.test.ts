/** What a caller posts is what a recipient's mail program reads: checked with a MIME parser that did not compose it. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type AnswerBody, RelayProcess } from './relay-process.ts';

const TEXT = [
  'Dear Jürgen,',
  '',
  '.',
  '..two dots',
  'From the start',
  'trailing blanks  ',
  'x'.repeat(2_000),
  '日本語 🙂',
].join('\n');
const HTML = `<p>Dear Jürgen, <img src="cid:logo@contoso"> ${'long '.repeat(400)}日本語 🙂</p>`;

describe('a message with every feature', () => {
  let sandbox: Sandbox;
  let relay: RelayProcess;
  let email: Email;
  let raw: Buffer;
  let receipt: AnswerBody;
  const pdf = randomBytes(300_000);
  const logo = randomBytes(5_000);

  before(async () => {
    sandbox = await startSandbox();
    relay = await RelayProcess.start(settingsFor(sandbox));
    const caught = sandbox.inbox.next();
    const answer = await relay.send({
      from: { name: 'Buchhaltung, Größe & Söhne "GmbH"', address: sandbox.mailbox },
      to: [
        'Jürgen Müller <juergen@fabrikam.example>',
        { address: 'plain@fabrikam.example' },
        '"Doe, Jane" <jane@fabrikam.example>',
      ],
      cc: '山田太郎 <yamada@bücher.example>',
      bcc: [{ name: 'Archive', address: 'archive@contoso.example' }],
      reply_to: { name: 'Rückfragen', address: 'questions@contoso.example' },
      subject: `Rechnung № 4711 — ${'über '.repeat(40)}🙂`,
      text: TEXT,
      html: HTML,
      headers: { 'X-ERP-Id': '4711', 'X-ERP-Note': 'Größe', 'List-Unsubscribe': '<https://contoso.example/u?id=4711>' },
      attachments: [
        { filename: 'Rechnung №4711 – Größe.pdf', content: pdf.toString('base64'), content_type: 'application/pdf' },
        { filename: 'logo.png', content: logo.toString('base64'), content_id: 'logo@contoso' },
        { filename: 'empty.txt', content: '' },
      ],
      retry: false,
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    receipt = answer.body;
    ({ raw } = await caught);
    email = await PostalMime.parse(raw);
  });
  after(async () => {
    await relay[Symbol.asyncDispose]();
    await sandbox.close();
  });

  test('is answered with the receipt of Exchange Online', () => {
    assert.deepEqual(Object.keys(receipt), [
      'id',
      'status',
      'message_id',
      'mailbox',
      'accepted',
      'rejected',
      'reply',
      'attempts',
    ]);
    assert.equal(receipt.status, 'submitted');
    assert.equal(receipt.mailbox, sandbox.mailbox);
    assert.deepEqual(receipt.accepted, [
      'juergen@fabrikam.example',
      'plain@fabrikam.example',
      'jane@fabrikam.example',
      'yamada@xn--bcher-kva.example',
      'archive@contoso.example',
    ]);
    assert.deepEqual(receipt.rejected, []);
    assert.equal(receipt.reply.code, 250);
    assert.equal(receipt.reply.enhanced, '2.0.0');
  });

  test('keeps every name and address', () => {
    assert.deepEqual(email.from, { name: 'Buchhaltung, Größe & Söhne "GmbH"', address: sandbox.mailbox });
    assert.deepEqual(email.to, [
      { name: 'Jürgen Müller', address: 'juergen@fabrikam.example' },
      { name: '', address: 'plain@fabrikam.example' },
      { name: 'Doe, Jane', address: 'jane@fabrikam.example' },
    ]);
    assert.deepEqual(email.cc, [{ name: '山田太郎', address: 'yamada@xn--bcher-kva.example' }]);
    assert.deepEqual(email.replyTo, [{ name: 'Rückfragen', address: 'questions@contoso.example' }]);
  });

  test('tells nobody of its blind copies', () => {
    assert.equal(raw.includes('archive@contoso.example'), false);
    assert.equal(/^bcc:/im.test(raw.toString('latin1')), false);
  });

  test('keeps subject, text and html to the letter', () => {
    assert.equal(email.subject, `Rechnung № 4711 — ${'über '.repeat(40)}🙂`);
    assert.equal(email.text?.replaceAll('\r\n', '\n').replace(/\n$/, ''), TEXT);
    assert.equal(email.html?.replace(/\r?\n$/, ''), HTML);
  });

  test('keeps the headers of the caller, and has those a message needs', () => {
    const value = (key: string) => email.headers.filter((header) => header.key === key).map((header) => header.value);
    assert.deepEqual(value('x-erp-id'), ['4711']);
    assert.equal(value('x-erp-note').length, 1);
    assert.deepEqual(value('list-unsubscribe'), ['<https://contoso.example/u?id=4711>']);
    assert.match(raw.toString('latin1'), /^X-ERP-Id: 4711\r$/m);
    assert.equal(email.messageId, receipt.message_id);
    assert.ok(Math.abs(Date.parse(email.date ?? '') - Date.now()) < 60_000);
  });

  test('keeps every attachment byte for byte, and shows the inline image where html names it', () => {
    const find = (name: string): Attachment => {
      const found = email.attachments.find(({ filename }) => filename === name);
      assert.ok(found, `${name} is missing`);
      return found;
    };
    const bytes = ({ content }: Attachment) => Buffer.from(content as ArrayBuffer);
    assert.equal(email.attachments.length, 3);
    const invoice = find('Rechnung №4711 – Größe.pdf');
    assert.equal(invoice.mimeType, 'application/pdf');
    assert.equal(invoice.disposition, 'attachment');
    assert.deepEqual(bytes(invoice), pdf);
    const image = find('logo.png');
    assert.equal(image.mimeType, 'image/png');
    assert.equal(image.disposition, 'inline');
    assert.equal(image.contentId, '<logo@contoso>');
    assert.equal(image.related, true);
    assert.deepEqual(bytes(image), logo);
    assert.equal(bytes(find('empty.txt')).length, 0);
  });

  test('has lines as SMTP wants them', () => {
    const text = raw.toString('latin1');
    assert.equal(/(?<!\r)\n|\r(?!\n)/.test(text), false);
    assert.ok(text.split('\r\n').every((line) => line.length <= 998));
  });
});
