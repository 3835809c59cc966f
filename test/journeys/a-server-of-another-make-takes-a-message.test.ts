/** The relay works with an SMTP server that is not ours: npm's smtp-server, with STARTTLS and XOAUTH2. */

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
import { RelayProcess } from './relay-process.ts';

interface Session {
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly content: Buffer;
}

test('a server of another make takes a message over STARTTLS and XOAUTH2', async () => {
  await using sandbox = await startSandbox();
  const authority = await createCertificateAuthority();
  const taken = Promise.withResolvers<Session>();
  const server = new SMTPServer({
    ...(await authority.issue('valid')),
    authMethods: ['XOAUTH2'],
    onAuth: ({ username, accessToken }, _session, done) =>
      accessToken ? done(null, { user: username ?? '' }) : done(new Error('no token')),
    onData: async (stream, session, done) => {
      const content = Buffer.concat(await stream.toArray());
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom ? mailFrom.address : '';
      taken.resolve({
        secure: session.secure,
        user: session.user,
        from,
        to: rcptTo.map(({ address }) => address),
        content,
      });
      done();
    },
  });
  server.listen(0, 'localhost');
  await once(server.server, 'listening');
  const caFile = join(tmpdir(), `another-make-${process.pid}.pem`);
  writeFileSync(caFile, `${authority.certificate}\n${readFileSync(sandbox.caFile, 'utf8')}`);
  const { port } = server.server.address() as AddressInfo;
  try {
    await using relay = await RelayProcess.start({
      ...settingsFor(sandbox),
      SMTP_PORT: String(port),
      EXTRA_CA_FILE: caFile,
    });
    const answer = await relay.send({
      from: sandbox.mailbox,
      to: ['Jürgen <juergen@fabrikam.example>', 'second@fabrikam.example'],
      subject: 'Grüße',
      text: 'first line\n.\nlast line',
    });

    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(answer.body.accepted, ['juergen@fabrikam.example', 'second@fabrikam.example']);
    const session = await taken.promise;
    assert.equal(session.secure, true);
    assert.equal(session.user, sandbox.mailbox);
    assert.equal(session.from, sandbox.mailbox);
    assert.deepEqual(session.to, ['juergen@fabrikam.example', 'second@fabrikam.example']);
    const message = await PostalMime.parse(session.content);
    assert.equal(message.subject, 'Grüße');
    assert.equal(message.text?.trimEnd(), 'first line\n.\nlast line');
    assert.equal(message.messageId, answer.body.message_id);
  } finally {
    await new Promise<void>((resolve) => server.close(resolve));
  }
});
