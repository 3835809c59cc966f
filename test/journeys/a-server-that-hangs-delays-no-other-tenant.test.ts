/** A tenant whose server accepts connections and says nothing: its messages wait, and those of other tenants do not wait with them. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { RelayInProcess } from './relay-in-process.ts';

/** In the whole process: fewer than the mailboxes of the tenant that hangs would take. */
const CONNECTIONS = 12;
const MAILBOXES = 20;
const WAITING_EACH = 5;
const SENDS = 100;
const AT_ONCE = 4;

/** Takes connections, and never says a word. */
async function startSilentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return sockets.size;
    },
    [Symbol.dispose]: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

test('a server that hangs delays no other tenant', { timeout: 60_000 }, async (t) => {
  using silent = await startSilentServer();
  const hanging = Array.from({ length: MAILBOXES }, (_, number) => `m${number}@contoso.example`);
  await using sandbox = await startSandbox({
    tenants: [
      { mailboxes: Object.fromEntries(hanging.map((mailbox) => [mailbox, {}])) },
      { mailboxes: { 'billing@fabrikam.example': {} } },
    ],
  });
  const [contoso, fabrikam] = sandbox.tenants;
  assert.ok(contoso && fabrikam);
  const { authorityHost, smtpHost, smtpPort } = sandbox;
  await using relay = await RelayInProcess.start(
    [
      { ...contoso, authorityHost, smtpHost, smtpPort: silent.port, mailboxes: hanging },
      { ...fabrikam, authorityHost, smtpHost, smtpPort, mailboxes: [fabrikam.mailbox] },
    ],
    { EXTRA_CA_FILE: sandbox.caFile, SMTP_CONNECTIONS: String(CONNECTIONS), SHUTDOWN_TIMEOUT: '1' },
  );
  for (const mailbox of hanging) {
    const message = { from: mailbox, to: 'jane@fabrikam.example', text: 'Hello' };
    for (let sent = 0; sent < WAITING_EACH; sent += 1) {
      assert.equal((await relay.send(message, { prefer: 'respond-async' })).status, 202);
    }
  }
  while (silent.open < CONNECTIONS / 2) await delay(20);

  let left = SENDS;
  const send = async () => {
    for (; left > 0; ) {
      left -= 1;
      const message = { from: fabrikam.mailbox, to: 'jane@fabrikam.example', text: 'Hello' };
      const answer = await relay.send(message);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  const milliseconds = (performance.now() - begun) / (SENDS / AT_ONCE);

  t.diagnostic(
    `${MAILBOXES * WAITING_EACH} messages hang on ${silent.open} of ${CONNECTIONS} connections; ${SENDS} others took ${milliseconds.toFixed(1)} ms each`,
  );
  assert.equal(sandbox.counts.messages, SENDS);
  // All of it happened while the others hung: none of them has had its deadline yet.
  assert.ok(silent.open >= CONNECTIONS / 2, String(silent.open));
  assert.deepEqual(relay.told('attemptFailed'), []);
});
