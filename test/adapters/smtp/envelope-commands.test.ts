/** What an envelope asks for is said to the server in its own words, or refused by name before anything is begun. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { envelopeCommands, type Offer } from '../../../src/adapters/smtp/envelope-commands.ts';
import type { Envelope } from '../../../src/domain/envelope.ts';
import { FailureError } from '../../../src/domain/failure.ts';
import { failureOf } from '../../failure-of.ts';
import { scriptedServer } from './scripted-server.ts';
import { content, envelope, submissionClient, transaction } from './submissions.ts';

const everything: Offer = { extensions: new Set(['SIZE', '8BITMIME', 'SMTPUTF8', 'DSN']), maxSize: 1_000 };
const nothing: Offer = { extensions: new Set(), maxSize: null };
const values = { host: 'smtp.contoso.example' };
const notified: Envelope = { ...envelope, dsn: { notify: ['success', 'delay'], ret: 'headers' } };

function commands(of: Partial<Envelope>, text: string | Buffer = content, offer = everything) {
  return envelopeCommands({ ...envelope, ...of }, Buffer.from(text), offer, values);
}

function refusalOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof FailureError);
    return error.failure;
  }
  return assert.fail('it was not refused');
}

describe('an envelope', () => {
  test('tells the size where the server wants to know it, and nothing that is not needed', () => {
    assert.deepEqual(commands({}), {
      mail: `MAIL FROM:<billing@contoso.example> SIZE=${content.length}`,
      rcpt: ['RCPT TO:<jane@fabrikam.example>'],
    });
    assert.equal(commands({}, content, nothing).mail, 'MAIL FROM:<billing@contoso.example>');
  });

  test('of a message that is larger than the server takes is refused with its limit', () => {
    const failure = refusalOf(() => commands({}, 'x'.repeat(1_001)));
    assert.equal(failure.code, 'message-too-large');
    assert.match(failure.detail ?? '', /1001 bytes; smtp.contoso.example takes 1000 at most/);
  });

  test('says BODY=8BITMIME for bytes above 127 and only then', () => {
    assert.match(commands({}, Buffer.from([0x41, 0xe9])).mail, / BODY=8BITMIME /);
    assert.doesNotMatch(commands({}, 'A').mail, /BODY/);
  });

  test('says SMTPUTF8 where it or a header has addresses outside ASCII', () => {
    assert.match(commands({ internationalized: true }).mail, /> SMTPUTF8 /);
    assert.match(commands({ forwardPaths: ['jürgen@fabrikam.example'] }).mail, /> SMTPUTF8 /);
  });

  test('asks for notifications, with the Message-ID as its id', () => {
    const { mail, rcpt } = commands(
      notified,
      'Subject: x\r\nMessage-ID: <a+b=c@x.example>\r\n\r\nMessage-ID: <other>\r\n',
    );
    assert.match(mail, / RET=HDRS ENVID=<a\+2Bb\+3Dc@x\.example>$/);
    assert.deepEqual(rcpt, ['RCPT TO:<jane@fabrikam.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;jane@fabrikam.example']);
  });

  test('lets nothing of a message in besides an id that is one', () => {
    for (const id of [
      '<a> NOTIFY=NEVER',
      '<a\r\n RCPT TO:<evil@x.example>>',
      `<${'x'.repeat(100)}>`,
      '<jürgen@x.example>',
      'no id at all',
    ]) {
      const { mail } = commands(notified, `Message-ID: ${id}\r\n\r\nx`);
      assert.match(mail, /^MAIL FROM:<\S+>(?: BODY=8BITMIME)? SIZE=\d+ RET=HDRS(?: ENVID=<a>)?$/, id);
    }
  });

  test('encodes an original recipient', () => {
    const { rcpt } = commands({ ...notified, forwardPaths: ['a+b=c@x.example'] });
    assert.match(rcpt[0] ?? '', / ORCPT=rfc822;a\+2Bb\+3Dc@x\.example$/);
    assert.doesNotMatch(commands({ ...notified, forwardPaths: ['"a b"@x.example'] }).rcpt[0] ?? '', /ORCPT/);
  });

  for (const [extension, of, text] of [
    ['DSN', notified, 'x'],
    ['8BITMIME', {}, 'é'],
    ['SMTPUTF8', { internationalized: true }, 'x'],
  ] as const) {
    test(`that needs ${extension} is refused by name where it is not offered`, () => {
      const failure = refusalOf(() => commands(of, text, nothing));
      assert.equal(failure.code, 'smtp-extension-missing');
      assert.equal(failure.stage, 'mail-from');
      assert.match(failure.detail ?? '', new RegExp(`smtp.contoso.example does not offer ${extension}`));
    });
  }

  test('with an address that would be two commands is refused', () => {
    for (const path of ['a@x.example>\r\nDATA', 'a@x.example> SIZE=1', 'a\0@x.example']) {
      assert.equal(refusalOf(() => commands({ forwardPaths: [path] })).code, 'address-invalid');
      assert.equal(refusalOf(() => commands({ reversePath: path })).code, 'address-invalid');
    }
  });

  test('that is refused here leaves the connection in use', async () => {
    await using server = await scriptedServer({
      'second ehlo': '250-scripted\r\n250-SIZE 100\r\n250 AUTH XOAUTH2',
    });
    await using relay = submissionClient();
    const submit = (given = {}) => relay.client.submit(transaction(server.port, given));
    assert.equal((await failureOf(submit({ envelope: notified }))).code, 'smtp-extension-missing');
    assert.equal((await failureOf(submit({ content: Buffer.alloc(101, 'x') }))).code, 'message-too-large');
    assert.equal((await submit()).reply?.code, 250);
    assert.equal(server.count.total, 1);
    assert.deepEqual(server.commands.slice(4), [
      `MAIL FROM:<billing@contoso.example> SIZE=${content.length}`,
      'RCPT TO:<jane@fabrikam.example>',
      'DATA',
    ]);
  });
});
