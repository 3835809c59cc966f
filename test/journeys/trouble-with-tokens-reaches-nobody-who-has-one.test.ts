/** Entra ID slow, throttled or down, a token refused, a proxy on the way: what a caller notices of it. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeApiKey } from '../../src/commands/key.ts';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { startRelay } from '../../src/compose.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { startConnectProxy } from '../adapters/entra/connect-proxy.ts';
import { recordingEvents } from '../events.ts';
import { RelayProcess } from './relay-process.ts';

const MINUTE = 60_000;
const anybody = 'jane@fabrikam.example';
/** The server takes leave with its refusal, so that the next message needs a connection, and with it a token. */
const closing = 'smtp-service-not-available@fabrikam.example';

/** A relay in this process, whose clock can be set forward. */
async function relayWithClock(sandbox: Sandbox) {
  const { key, sha256 } = makeApiKey();
  const time = { ahead: 0 };
  const { events, told } = recordingEvents();
  const relay = await startRelay(readConfig({ ...settingsFor(sandbox), API_KEY_SHA256: sha256, PORT: '0' }), {
    clock: { now: () => new Date(Date.now() + time.ahead) },
    events,
  });
  /** For a single attempt. */
  const send = async (to: string) => {
    const response = await fetch(`${relay.url}/send`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ from: sandbox.mailbox, to, text: 'Hello', retry: false }),
    });
    const { code, stage, detail } = Object(await response.json());
    return { status: response.status, retryAfter: response.headers.get('retry-after'), code, stage, detail };
  };
  return { time, told, send, [Symbol.asyncDispose]: () => relay.close() };
}

describe('Entra ID', () => {
  test('may be down for as long as a token is valid', async () => {
    await using sandbox = await startSandbox();
    await using relay = await relayWithClock(sandbox);
    assert.equal((await relay.send(anybody)).status, 200);
    sandbox.entra.behave({ fault: 'connection-reset' });

    relay.time.ahead = 55 * MINUTE;
    assert.equal((await relay.send(closing)).code, 'smtp-service-not-available');
    assert.equal((await relay.send(anybody)).status, 200);
    const [failed] = relay.told('tokenRequestFailed');
    assert.equal(failed?.failure.code, 'connection-reset');
    assert.ok(failed?.validUntil);

    relay.time.ahead = 61 * MINUTE;
    assert.equal((await relay.send(closing)).code, 'smtp-service-not-available');
    const without = await relay.send(anybody);
    assert.deepEqual([without.status, without.code, without.stage], [503, 'connection-reset', 'token']);

    sandbox.entra.behave();
    relay.time.ahead = 62 * MINUTE;
    assert.equal((await relay.send(anybody)).status, 200);
  });

  test('may be silent while a token is renewed, and nobody waits for it', async () => {
    await using sandbox = await startSandbox();
    await using relay = await relayWithClock(sandbox);
    assert.equal((await relay.send(anybody)).status, 200);
    sandbox.entra.behave({ fault: 'connection-timeout' });
    relay.time.ahead = 55 * MINUTE;
    assert.equal((await relay.send(closing)).code, 'smtp-service-not-available');
    assert.equal((await relay.send(anybody)).status, 200);
    // The request for the next token is still under way.
    assert.equal(sandbox.counts.tokenRequests, 2);
    assert.equal(relay.told('tokenAcquired').length + relay.told('tokenRequestFailed').length, 1);
  });

  test('may ask to be left alone, and is', async () => {
    await using sandbox = await startSandbox();
    await using relay = await relayWithClock(sandbox);
    sandbox.entra.behave({ fault: 'entra-tenant-throttled', retryAfter: 40 });
    const first = await relay.send(anybody);
    assert.deepEqual([first.status, first.code], [503, 'entra-tenant-throttled']);
    assert.ok(Number(first.retryAfter) > 30 && Number(first.retryAfter) <= 40, String(first.retryAfter));
    for (let number = 0; number < 4; number += 1) {
      const answer = await relay.send(anybody);
      assert.deepEqual([answer.status, answer.code], [503, 'mailbox-paused']);
      assert.match(answer.detail, /The tenant default pauses after entra-tenant-throttled/);
      assert.ok(Number(answer.retryAfter) > 30 && Number(answer.retryAfter) <= 60, String(answer.retryAfter));
    }
    assert.equal(sandbox.counts.tokenRequests, 1);
    sandbox.entra.behave();
    relay.time.ahead = MINUTE;
    assert.equal((await relay.send(anybody)).status, 200);
  });
});

describe('a refused token', () => {
  test('that is old is replaced, and the message goes out', async () => {
    await using sandbox = await startSandbox();
    await using relay = await relayWithClock(sandbox);
    assert.equal((await relay.send(closing)).code, 'smtp-service-not-available');
    sandbox.entra.revoke();
    relay.time.ahead = 6 * MINUTE;
    assert.equal((await relay.send(anybody)).status, 200);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('that is new is a fact about the mailbox, and costs no request', async () => {
    await using sandbox = await startSandbox();
    await using relay = await relayWithClock(sandbox);
    assert.equal((await relay.send(closing)).code, 'smtp-service-not-available');
    sandbox.entra.revoke();
    const answers = await Promise.all(Array.from({ length: 20 }, () => relay.send(anybody)));
    const codes = new Set(answers.map(({ code }) => code));
    assert.deepEqual(codes, new Set(['smtp-auth-unsuccessful', 'mailbox-paused']));
    assert.equal(sandbox.counts.tokenRequests, 1);
    // One has signed in; the others were under way when the mailbox paused.
    assert.ok(sandbox.counts.authenticationAttempts <= 1 + 3, String(sandbox.counts.authenticationAttempts));
  });
});

describe('a proxy', () => {
  test('carries the token requests, and no mail', async () => {
    await using sandbox = await startSandbox();
    await using proxy = await startConnectProxy();
    await using relay = await RelayProcess.start({ ...settingsFor(sandbox), HTTPS_PROXY: proxy.url });
    const answer = await relay.send({ from: sandbox.mailbox, to: anybody, text: 'Hello' });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(proxy.tunnels, [new URL(sandbox.authorityHost).host]);
  });

  test('that is not there is told by its name', async () => {
    await using sandbox = await startSandbox();
    await using relay = await RelayProcess.start({ ...settingsFor(sandbox), HTTPS_PROXY: 'http://127.0.0.1:1' });
    const answer = await relay.send({ from: sandbox.mailbox, to: anybody, text: 'Hello', retry: false });
    assert.equal(answer.body.code, 'proxy-unreachable');
    assert.match(answer.body.detail, /127\.0\.0\.1:1/);
    assert.match(JSON.stringify(answer.body.remedy), /HTTPS_PROXY/);
  });
});
