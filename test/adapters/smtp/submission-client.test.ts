/** The submission client against real servers: what it takes for granted, what it refuses, and what it says when the other side does not play along. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, test } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { standardDeadlines } from '../../../src/adapters/smtp/deadline.ts';
import { SmtpSubmissionClient } from '../../../src/adapters/smtp/submission-client.ts';
import { trustContext } from '../../../src/adapters/trust.ts';
import type { Route } from '../../../src/domain/routing.ts';
import type { AccessToken, Events, Transaction } from '../../../src/ports.ts';
import { createCertificateAuthority } from '../../../src/sandbox/certificates.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { recordingEvents } from '../../events.ts';
import { failureOf } from '../../failure-of.ts';

const authority = await createCertificateAuthority();
const trust = trustContext([authority.certificate]);
const envelope = {
  reversePath: 'billing@contoso.example',
  forwardPaths: ['jane@fabrikam.example'],
  dsn: null,
  internationalized: false,
};
const content = Buffer.from('Subject: Invoice\r\n\r\nHello\r\n');
const token: AccessToken = { value: randomUUID(), acquiredAt: new Date(), expiresAt: new Date(), claims: null };
const quick = { ...standardDeadlines, connect: 40, greeting: 40, command: 40, data: 40, finalDot: 40 };

function routeTo(port: number): Route {
  const tenant = {
    name: 'contoso',
    tenantId: randomUUID(),
    clientId: randomUUID(),
    authorityHost: 'https://localhost',
    scope: 'https://outlook.office365.com/.default',
    smtpHost: 'localhost',
    smtpPort: port,
    externalRecipientsPerDay: null,
    domains: [],
  };
  return {
    mailbox: 'billing@contoso.example',
    tenant,
    sendAs: [],
    maxRecipients: 500,
    maxMessageBytes: 1_000_000,
    maxConnections: 3,
    messagesPerMinute: 30,
    recipientsPerDay: 10_000,
  };
}

function transactionFor(route: Route): Transaction {
  return { route, envelope, content, token: async () => token, begun: () => {}, beforeFinalDot: async () => {} };
}

function clientWith(events: Events, deadlines = standardDeadlines): SmtpSubmissionClient {
  return new SmtpSubmissionClient({ ehloName: 'relay.contoso.example', trust, events, deadlines });
}

/** npm's smtp-server with STARTTLS and XOAUTH2 on a free port. */
async function anotherServer(options: SMTPServerOptions): Promise<{ port: number } & AsyncDisposable> {
  const server = new SMTPServer({
    ...(await authority.issue('valid')),
    authMethods: ['XOAUTH2'],
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
    closeTimeout: 1,
    ...options,
  });
  server.on('error', () => {});
  server.listen(0, 'localhost');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  // Its own timers keep no process alive, and neither do the relay's idle connections.
  const alive = setInterval(() => {}, 1_000);
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearInterval(alive);
    },
  };
}

/** A server that writes what it is told when a client connects, and nothing after. */
async function serverThatSays(greeting: string): Promise<{ port: number; server: Server } & AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (greeting) socket.write(greeting);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, server, [Symbol.asyncDispose]: async () => void server.close() };
}

describe('a submission client', () => {
  test('tells of a server that never greets, in the time it is given', async () => {
    await using server = await serverThatSays('');
    const client = clientWith(recordingEvents().events, quick);
    const failure = await failureOf(client.submit(transactionFor(routeTo(server.port))));
    assert.equal(failure.code, 'connection-timeout');
    assert.equal(failure.stage, 'connect');
  });

  test('tells of a server that greets and then never answers', async () => {
    await using server = await serverThatSays('220 here I am\r\n');
    const client = clientWith(recordingEvents().events, quick);
    const failure = await failureOf(client.submit(transactionFor(routeTo(server.port))));
    assert.equal(failure.code, 'connection-timeout');
  });

  test('tells of a server that is none', async () => {
    await using server = await serverThatSays('HTTP/1.1 400 Bad Request\r\n\r\n');
    const client = clientWith(recordingEvents().events);
    const failure = await failureOf(client.submit(transactionFor(routeTo(server.port))));
    assert.equal(failure.code, 'smtp-reply-malformed');
  });

  test('shows its token to no server that does not speak TLS', async () => {
    let received = '';
    const server = createServer((socket) => {
      socket.write('220 plain\r\n');
      socket
        .on('error', () => {})
        .on('data', (chunk) => {
          received += chunk;
          socket.write('250-plain\r\n250 AUTH XOAUTH2\r\n');
        });
    });
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = clientWith(recordingEvents().events, quick);
    const failure = await failureOf(client.submit(transactionFor(routeTo(port))));
    server.close();
    assert.match(failure.code, /starttls-refused|tls-handshake-failed/);
    assert.equal(failure.stage, 'tls');
    assert.equal(/AUTH|MAIL/.test(received), false, received);
  });

  test('trusts no authority it was not told of', async () => {
    await using sandbox = await startSandbox();
    const client = clientWith(recordingEvents().events);
    const failure = await failureOf(client.submit(transactionFor(routeTo(sandbox.smtpPort))));
    assert.equal(failure.code, 'tls-certificate-unverified');
    assert.equal(sandbox.counts.authenticationAttempts, 0);
  });

  test('keeps the words of a server that explains its refusal in a challenge first', async () => {
    await using server = await anotherServer({
      onAuth: (_auth, _session, done) => done(null, { data: { status: '401', schemes: 'bearer', scope: 'mail' } }),
    });
    const client = clientWith(recordingEvents().events);
    const failure = await failureOf(client.submit(transactionFor(routeTo(server.port))));
    assert.equal(failure.code, 'smtp-auth-unsuccessful');
    assert.equal(failure.stage, 'auth');
    assert.equal(failure.smtp?.command, 'AUTH XOAUTH2');
    assert.equal(failure.smtp?.reply.code, 535);
  });

  test('is in doubt when the reply to the final dot does not come', async () => {
    const taken = Promise.withResolvers<void>();
    await using server = await anotherServer({
      onData: (stream) => {
        stream.resume().on('end', () => taken.resolve());
      },
    });
    const client = clientWith(recordingEvents().events, { ...quick, connect: 5_000, greeting: 5_000, command: 5_000 });
    const failure = await failureOf(client.submit(transactionFor(routeTo(server.port))));
    await taken.promise;
    assert.equal(failure.code, 'submission-in-doubt');
    await client.close();
  });

  test('says QUIT to a connection that has been idle for long enough', async () => {
    const closed = Promise.withResolvers<void>();
    await using server = await anotherServer({
      onData: (stream, _session, done) => {
        stream.resume().on('end', () => done());
      },
      onClose: () => closed.resolve(),
    });
    const { events, told } = recordingEvents();
    const client = clientWith(events, { ...standardDeadlines, idle: 20 });
    const result = await client.submit(transactionFor(routeTo(server.port)));
    await closed.promise;
    assert.deepEqual(result.accepted, envelope.forwardPaths);
    assert.deepEqual(told('connectionClosed'), [
      { mailbox: 'billing@contoso.example', server: `localhost:${server.port}`, messages: 1, reason: 'it was idle' },
    ]);
  });

  test('opens at most three connections of one mailbox and lends them in turn', async () => {
    let open = 0;
    let most = 0;
    await using server = await anotherServer({
      onConnect: (_session, done) => {
        open += 1;
        most = Math.max(most, open);
        done();
      },
      onClose: () => {
        open -= 1;
      },
      onData: (stream, _session, done) => {
        stream.resume().on('end', () => setImmediate(done));
      },
    });
    const { events, told } = recordingEvents();
    const client = clientWith(events);
    const route = routeTo(server.port);
    const results = await Promise.all(Array.from({ length: 30 }, () => client.submit(transactionFor(route))));
    await client.close();
    assert.equal(results.length, 30);
    assert.equal(most, 3);
    assert.equal(told('connectionOpened').length, 3);
    assert.equal(told('connectionClosed').length, 3);
  });

  test('lets those who wait have a try of their own when a connection cannot be opened', async () => {
    await using sandbox = await startSandbox({ submissionFault: 'connection-reset' });
    const client = new SmtpSubmissionClient({
      ehloName: 'relay.contoso.example',
      trust: trustContext([readFileSync(sandbox.caFile, 'utf8')]),
      events: recordingEvents().events,
    });
    const route = routeTo(sandbox.smtpPort);
    const failures = await Promise.all(
      Array.from({ length: 8 }, () => failureOf(client.submit(transactionFor(route)))),
    );
    assert.deepEqual([...new Set(failures.map(({ code }) => code))], ['connection-reset']);
    assert.equal(sandbox.counts.connections, 8);
  });
});
