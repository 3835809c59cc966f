/** The content arrives as it was composed, whatever it is made of, and its end stays here until it may go. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { beginningOf, endOf } from '../../../src/adapters/smtp/content.ts';
import { trustContext } from '../../../src/adapters/trust.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { tokenFor } from '../../sandbox/token-request.ts';
import { authority } from './scripted-server.ts';
import { envelope, submissionClient, token, transaction } from './submissions.ts';

const KIB64 = 64 * 1024;

/** What a receiver makes of the wire: lines end with CRLF, a dot before a line is taken away (RFC 5321 §4.5.2). */
function received(content: Uint8Array): Buffer {
  const wire = Buffer.concat([...beginningOf(content), endOf(content)]).toString('latin1');
  assert.ok(wire.endsWith('\r\n'));
  assert.equal(/\r(?!\n)|(?<!\r)\n/.test(wire), false, 'no lone CR or LF');
  assert.equal(/(?:^|\r\n)\.\r\n/.test(wire), false, 'no end before the end');
  return Buffer.from(wire.replace(/^\./gm, ''), 'latin1');
}

/** As documented: lone CR and LF become CRLF, and so ends the last line. */
function expected(content: Uint8Array): Buffer {
  const text = Buffer.from(content).toString('latin1');
  const lines = text.replace(/\r\n|\r|\n/g, '\r\n');
  return Buffer.from(lines.endsWith('\r\n') ? lines : `${lines}\r\n`, 'latin1');
}

/** Made of what matters at the borders of lines and pieces. */
function randomContent(length: number): Buffer {
  const alphabet = ['.', '\r\n', '\r\n.', '\r', '\n', 'x', '..', '\r\n.\r\n', 'é'];
  let text = '';
  for (const byte of randomBytes(length)) text += alphabet[byte % alphabet.length];
  return Buffer.from(text, 'latin1');
}

const composed = [
  ['empty', ''],
  ['a dot alone', '.'],
  ['a dot on a line', '.\r\n'],
  ['what would be the end', '\r\n.\r\n'],
  ['without a CRLF at its end', 'Subject: x\r\n\r\nHello'],
  ['dots before lines', '.a\r\n..b\r\n.\r\nc\r\n'],
  ['exactly 64 KiB', `${'x'.repeat(62)}\r\n`.repeat(1024)],
  ['64 KiB without a line', 'x'.repeat(KIB64)],
  ['a dot at the border of a piece', `${'x'.repeat(KIB64 - 2)}\r\n.${'y'.repeat(KIB64)}\r\n.z\r\n`],
  ['a CRLF across the border of a piece', `${'x'.repeat(KIB64 - 1)}\r\n.${'y'.repeat(2 * KIB64)}\r\n`],
  ['lines that begin with a dot, many of them', '.x\r\n'.repeat(100_000)],
] as const;

describe('content', () => {
  for (const [what, text] of composed) {
    test(`that is ${what} goes out whole`, () => {
      const content = Buffer.from(text, 'latin1');
      assert.deepEqual(received(content), expected(content));
    });
  }

  test('of every kind goes out whole', () => {
    for (let round = 0; round < 2_000; round += 1) {
      const content = randomContent(round % 50);
      assert.deepEqual(received(content), expected(content), JSON.stringify(content.toString('latin1')));
    }
    for (let round = 0; round < 20; round += 1) {
      const content = randomContent(2 * KIB64 + round);
      assert.ok(received(content).equals(expected(content)));
    }
  });

  test('is held back by its last line at least, and not by much more', () => {
    for (let round = 0; round < 50; round += 1) {
      const content = Buffer.from(`${'x'.repeat(round * 20)}\r\n`.repeat(300) + 'last line\r\n'.repeat(round % 3));
      const end = Buffer.from(endOf(content)).toString();
      const lines = content.toString().split('\r\n').slice(0, -1);
      assert.ok(end.endsWith(`${lines.at(-1)}\r\n`));
      assert.ok(end.length <= KIB64 + 1);
    }
  });

  test('needs no copy where nothing is missing', () => {
    const content = Buffer.from('Subject: x\r\n\r\nHello\r\n');
    assert.equal(Buffer.from(endOf(content).buffer, 0, 0).buffer, content.buffer);
  });

  test('arrives in the sandbox byte by byte', async () => {
    await using sandbox = await startSandbox();
    await using relay = submissionClient({ trust: trustContext([readFileSync(sandbox.caFile, 'utf8')]) });
    const value = await tokenFor(sandbox);
    for (const [what, text] of composed) {
      const header = `From: ${sandbox.mailbox}\r\nX-What: ${what}\r\n\r\n`;
      const content = Buffer.from(header + text, 'latin1');
      await relay.client.submit(
        transaction(sandbox.smtpPort, {
          content,
          mailbox: sandbox.mailbox,
          envelope: { ...envelope, reversePath: sandbox.mailbox },
          token: async () => ({ ...token, value }),
        }),
      );
      const raw = sandbox.inbox.messages.at(-1)?.raw;
      assert.deepEqual(raw, expected(content), what);
    }
  });

  test('arrives at a server of another make byte by byte', async () => {
    const arrived: Buffer[] = [];
    const server = new SMTPServer({
      ...(await authority.issue('valid')),
      authMethods: ['XOAUTH2'],
      onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
      onData: (stream, _session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          arrived.push(Buffer.concat(chunks));
          done();
        });
      },
      closeTimeout: 1,
    });
    server.on('error', () => {});
    server.listen(0, 'localhost');
    await once(server.server, 'listening');
    const { port } = server.server.address() as AddressInfo;
    await using relay = submissionClient();
    const contents = [
      ...composed.map(([, text]) => Buffer.from(text, 'latin1')),
      ...Array.from({ length: 20 }, (_, round) => randomContent(500 * round)),
    ];
    for (const content of contents) {
      // This server is one of them that keep 8-bit content to those who ask.
      await relay.client.submit(transaction(port, { content }));
      assert.deepEqual(arrived.at(-1), expected(content));
    }
    await relay.client.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
});
