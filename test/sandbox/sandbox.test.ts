import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { SmtpDialogue } from './smtp-dialogue.ts';
import { ask, tokenFor } from './token-request.ts';

describe('A sandbox', () => {
  it('makes up its tenant, app and secret, another each time', async () => {
    await using one = await startSandbox();
    await using other = await startSandbox();
    const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
    assert.match(one.tenantId, guid);
    assert.match(one.clientId, guid);
    assert.equal(one.mailbox, 'billing@contoso.example');
    assert.equal(one.scope, 'https://outlook.office365.com/.default');
    for (const made of ['tenantId', 'clientId', 'clientSecret', 'caFile', 'smtpPort'] as const) {
      assert.notEqual(one[made], other[made]);
    }
  });

  it('takes the values it is given', async () => {
    await using given = await startSandbox();
    const { tenantId, clientId, clientSecret } = given;
    await using sandbox = await startSandbox({ tenantId, clientId, clientSecret, mailbox: 'sales@fabrikam.example' });
    assert.equal(sandbox.tenantId, tenantId);
    using client = await SmtpDialogue.authenticated(sandbox);
    assert.match(await client.say('MAIL FROM:<sales@fabrikam.example>'), /^250 /);
  });

  it('leaves a port that is taken to whoever has it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await using sandbox = await startSandbox({ tokenPort: port, submissionPort: port, inboxPort: port });
    taken.close();
    assert.notEqual(sandbox.smtpPort, port);
    assert.notEqual(Number(new URL(sandbox.authorityHost).port), port);
    assert.notEqual(Number(new URL(sandbox.inboxUrl).port), port);
    using client = await SmtpDialogue.authenticated(sandbox);
    assert.equal(await client.say('NOOP'), '250 2.0.0 OK');
    assert.equal((await fetch(sandbox.inboxUrl)).status, 200);
  });

  it('listens on the ports it is asked for', async () => {
    const first = await startSandbox();
    const ports = {
      tokenPort: Number(new URL(first.authorityHost).port),
      submissionPort: first.smtpPort,
      inboxPort: Number(new URL(first.inboxUrl).port),
    };
    await first.close();
    await using sandbox = await startSandbox(ports);
    assert.equal(sandbox.authorityHost, first.authorityHost);
    assert.equal(sandbox.smtpPort, first.smtpPort);
    assert.equal(sandbox.inboxUrl, first.inboxUrl);
  });

  it('is reachable on loopback alone', async () => {
    await using sandbox = await startSandbox();
    assert.match(sandbox.authorityHost, /^https:\/\/localhost:\d+$/);
    assert.match(sandbox.inboxUrl, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.equal(sandbox.smtpHost, 'localhost');
    const authority = new X509Certificate(readFileSync(sandbox.caFile));
    assert.equal(authority.ca, true);
  });

  it('removes its certificate and cuts its connections on close, however often it is closed', async () => {
    const sandbox = await startSandbox({ tokenFault: 'connection-timeout' });
    using client = await SmtpDialogue.secured(sandbox);
    const unanswered = assert.rejects(ask(sandbox, 'GET', '/'));
    await Promise.all([sandbox.close(), sandbox.close()]);
    await client.end();
    await unanswered;
    assert.equal(existsSync(sandbox.caFile), false);
    await assert.rejects(fetch(sandbox.inboxUrl));
  });

  it('hands a waiting test the next message', async () => {
    await using sandbox = await startSandbox();
    using client = await SmtpDialogue.authenticated(sandbox);
    assert.notEqual(await tokenFor(sandbox), '');
    const waiting = sandbox.inbox.next();
    client.send(
      `MAIL FROM:<${sandbox.mailbox}>\r\nRCPT TO:<jane@fabrikam.example>\r\nDATA\r\nSubject: Hello\r\n\r\n.\r\n`,
    );
    assert.equal((await waiting).raw.toString(), 'Subject: Hello\r\n\r\n');
  });
});
