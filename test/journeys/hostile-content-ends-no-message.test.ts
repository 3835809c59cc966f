/** A server of another make, npm's smtp-server, takes one message for each content, however that writes a final dot. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { createCertificateAuthority } from '../../src/sandbox/certificates.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { contentPayloads } from './hostile-payloads.ts';
import { RelayProcess } from './relay-process.ts';

test('each content arrives as one message, whole', async () => {
  await using sandbox = await startSandbox();
  const authority = await createCertificateAuthority();
  const taken: { from: string; to: string[]; content: Buffer }[] = [];
  const server = new SMTPServer({
    ...(await authority.issue('valid')),
    authMethods: ['XOAUTH2'],
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
    onData: async (stream, { envelope: { mailFrom, rcptTo } }, done) => {
      const content = Buffer.concat(await stream.toArray());
      taken.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), content });
      done();
    },
  });
  server.listen(0, 'localhost');
  await once(server.server, 'listening');
  const caFile = join(tmpdir(), `hostile-content-${process.pid}.pem`);
  writeFileSync(caFile, `${authority.certificate}\n${readFileSync(sandbox.caFile, 'utf8')}`);
  const { port } = server.server.address() as AddressInfo;
  const lines = (text: string) => text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  try {
    await using relay = await RelayProcess.start({
      ...settingsFor(sandbox),
      SMTP_PORT: String(port),
      EXTRA_CA_FILE: caFile,
    });
    for (const [what, text] of Object.entries(contentPayloads)) {
      const answer = await relay.send({ from: sandbox.mailbox, to: 'jane@fabrikam.example', text });
      assert.equal(answer.status, 200, what);
      assert.equal(taken.length, 1, what);
      const [message] = taken.splice(0);
      assert.ok(message);
      assert.deepEqual([message.from, message.to], [sandbox.mailbox, ['jane@fabrikam.example']]);
      const email = await PostalMime.parse(message.content);
      assert.equal(lines(email.text ?? ''), lines(text), what);
    }
  } finally {
    await new Promise<void>((resolve) => server.close(resolve));
  }
});
