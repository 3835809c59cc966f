/** The composition: what starts is what the configuration says, and what was opened is closed. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { generate } from 'selfsigned';
import { DATABASE } from '../src/adapters/outbox/database.ts';
import { makeApiKey } from '../src/commands/key.ts';
import { settingsFor } from '../src/commands/practice-settings.ts';
import { startRelay } from '../src/compose.ts';
import { readConfig } from '../src/config/config.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/sandbox.ts';
import { openIn } from './adapters/outbox/data-folder.ts';
import { entryOf, submissionOf } from './adapters/outbox/submissions.ts';
import { recordingEvents } from './events.ts';

function configFor(sandbox: Sandbox, settings: Record<string, string> = {}) {
  const { key, sha256 } = makeApiKey();
  return { key, config: readConfig({ ...settingsFor(sandbox), API_KEY_SHA256: sha256, PORT: '0', ...settings }) };
}

function post(url: string, key: string, message: object): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return fetch(`${url}/send`, { method: 'POST', headers, body: JSON.stringify(message) });
}

test('a relay tells the story of a message in its events, in order', async () => {
  await using sandbox = await startSandbox();
  const { key, config } = configFor(sandbox);
  const { events, all, told } = recordingEvents();
  const relay = await startRelay(config, { events });

  const response = await post(relay.url, key, {
    from: sandbox.mailbox,
    to: 'jane@fabrikam.example',
    subject: 'Invoice',
    text: 'Hello',
  });
  await response.body?.cancel();
  await relay.close();

  assert.equal(response.status, 200);
  assert.deepEqual(
    all.map(({ event }) => event),
    [
      'outboxOpened',
      'relayStarted',
      'submissionAccepted',
      'tokenAcquired',
      'tokenServed',
      'connectionOpened',
      'submissionSubmitted',
      'submissionFinished',
      'requestAnswered',
      'connectionClosed',
      'relayStopped',
    ],
  );
  assert.deepEqual(told('relayStarted'), [{ url: relay.url, mailboxes: [sandbox.mailbox] }]);
  assert.equal(told('connectionClosed')[0]?.reason, 'the relay stops');
});

test('a message is dated by the clock', async () => {
  await using sandbox = await startSandbox();
  const { key, config } = configFor(sandbox);
  const clock = { now: () => new Date('2026-03-02T08:00:00Z') };
  const relay = await startRelay(config, { events: recordingEvents().events, clock });
  const caught = sandbox.inbox.next();
  const response = await post(relay.url, key, { from: sandbox.mailbox, to: 'jane@fabrikam.example', text: 'Hello' });
  await response.body?.cancel();
  assert.match((await caught).raw.toString('latin1'), /^Date: Mon, 02 Mar 2026 08:00:00 \+0000\r$/m);
  await relay.close();
});

test('listening beyond this machine in clear is warned of', async () => {
  await using sandbox = await startSandbox();
  const { config } = configFor(sandbox, { HOST: '0.0.0.0' });
  const { events, told } = recordingEvents();
  const relay = await startRelay(config, { events });
  await relay.close();
  assert.deepEqual(told('listeningInClear'), [{ host: '0.0.0.0' }]);
});

test('a relay whose port is taken does not start, and leaves its outbox to the next', async () => {
  await using sandbox = await startSandbox();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  assert.ok(address && typeof address === 'object');
  const { config } = configFor(sandbox, { PORT: String(address.port) });
  const { events, told } = recordingEvents();
  await assert.rejects(startRelay(config, { events }), { code: 'EADDRINUSE' });
  taken.close();
  assert.deepEqual(told('relayStarted'), []);
  const next = await startRelay({ ...config, http: { ...config.http, port: 0 } }, { events });
  await next.close();
  assert.equal(told('relayStarted').length, 1);
});

test('a relay that cannot read what it holds does not start, and keeps nothing open', async () => {
  await using sandbox = await startSandbox();
  const { config } = configFor(sandbox);
  const { folder } = config.outbox;
  const submission = submissionOf();
  const written = await openIn(folder);
  await written.enqueue(entryOf(submission));
  await written.mark(submission.id, submission.acceptedAt);
  await written.close();
  using database = new DatabaseSync(join(folder, DATABASE));
  database.exec(`UPDATE submissions SET record = '{"v":99}'`);
  const { events } = recordingEvents();
  await assert.rejects(startRelay(config, { events }), /version 99/);
  const next = await openIn(folder);
  await next.close();
});

test('a relay with a certificate says https, and warns of nothing', async () => {
  await using sandbox = await startSandbox();
  const { config } = configFor(sandbox, { HOST: '0.0.0.0' });
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  const tls = { certificate: cert, privateKey: { reveal: () => key } };
  const { events, told } = recordingEvents();
  const relay = await startRelay({ ...config, http: { ...config.http, tls } }, { events });
  await relay.close();
  assert.match(relay.url, /^https:/);
  assert.deepEqual(told('listeningInClear'), []);
});

test('a log that cannot be written fails no message', async () => {
  await using sandbox = await startSandbox();
  const { key, config } = configFor(sandbox);
  const { events } = recordingEvents();
  const broken = {
    ...events,
    submissionSubmitted: () => {
      throw new Error('disk full');
    },
  };
  const relay = await startRelay(config, { events: broken });
  const response = await post(relay.url, key, { from: sandbox.mailbox, to: 'jane@fabrikam.example', text: 'Hello' });
  await response.body?.cancel();
  await relay.close();
  assert.equal(response.status, 200);
});

test('a relay whose time to stop is up says so, and does not wait any longer', async () => {
  await using sandbox = await startSandbox({ authenticationFailureDelay: 5_000 });
  const mailbox = 'smtp-auth-unsuccessful@contoso.example';
  const { key, config } = configFor(sandbox, { MAILBOX: mailbox });
  const { events, told } = recordingEvents();
  const opened = Promise.withResolvers<void>();
  const relay = await startRelay(
    { ...config, shutdownDeadline: 40 },
    { events: { ...events, tokenServed: () => opened.resolve() } },
  );
  const lost = post(relay.url, key, { from: mailbox, to: 'jane@fabrikam.example', text: 'Hello' }).catch(() => null);
  await opened.promise;
  const begun = performance.now();
  await relay.close();
  assert.ok(performance.now() - begun < 3_000);
  assert.deepEqual(told('relayStopCut'), [{ submissions: 1 }]);
  assert.equal(told('relayStopped').length, 1);
  await lost;
});
