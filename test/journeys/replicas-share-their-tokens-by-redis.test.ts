/** Three relays and one Redis: one token request for each tenant however many send, and no message that fails when Redis does. */

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { stringify } from 'yaml';
import { makeApiKey } from '../../src/commands/key.ts';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { startRelay } from '../../src/compose.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { onlookerOf } from '../adapters/entra/redis-tokens.ts';
import { recordingEvents } from '../events.ts';
import { RedisServer, withoutRedis } from '../redis-server.ts';
import { RelayProcess } from './relay-process.ts';

const MINUTE = 60_000;
const anybody = 'jane@fabrikam.example';

/** Replicas of one relay: processes with the same routing file of all tenants, the same client and the same Redis. */
async function replicasOf(sandbox: Sandbox, redis: RedisServer, count: number) {
  const { key, sha256 } = makeApiKey();
  const server = { authority_host: sandbox.authorityHost, smtp_host: sandbox.smtpHost, smtp_port: sandbox.smtpPort };
  const tenants = sandbox.tenants.map(({ tenantId, clientId, mailbox }, number) => ({
    app: [`app-${number}`, { client_id: clientId, credential: { secret: { env: `SECRET_${number}` } } }],
    tenant: [
      `tenant-${number}`,
      { tenant_id: tenantId, app: `app-${number}`, ...server, mailboxes: { [mailbox]: {} } },
    ],
  }));
  const file = join(mkdtempSync(join(tmpdir(), 'exo-relay-replicas-')), 'relay.yaml');
  const routing = {
    apps: Object.fromEntries(tenants.map(({ app }) => app)),
    tenants: Object.fromEntries(tenants.map(({ tenant }) => tenant)),
    clients: { erp: { key_sha256: sha256, may_send_as: ['*'], rate: '100000/min' } },
  };
  writeFileSync(file, stringify(routing, { aliasDuplicateObjects: false }));
  const secrets = sandbox.tenants.map(({ clientSecret }, number) => [`SECRET_${number}`, clientSecret]);
  const settings = {
    RELAY_CONFIG: file,
    REDIS_URL: redis.url,
    EXTRA_CA_FILE: sandbox.caFile,
    MAILBOX_MESSAGES_PER_MINUTE: '1000000',
    ...Object.fromEntries(secrets),
  };
  const start = async () => {
    const relay = await RelayProcess.start(settings);
    const authorization = { authorization: `Bearer ${key}` };
    const send = async (number: number) => {
      const from = sandbox.tenants[number % sandbox.tenants.length]?.mailbox;
      return await relay.send({ from, to: anybody, subject: `Invoice ${number}`, text: 'Hello' }, authorization);
    };
    return { relay, send };
  };
  const replicas = await Promise.all(Array.from({ length: count }, start));
  return {
    replicas,
    start,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(replicas.map(({ relay }) => relay[Symbol.asyncDispose]()));
    },
  };
}

describe('replicas with one Redis', { skip: withoutRedis }, () => {
  test('send through five tenants with five token requests', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await startSandbox({ tenants: [{}, {}, {}, {}, {}] });
    sandbox.entra.behave({ delay: 40 });
    await using relays = await replicasOf(sandbox, redis, 3);

    const answers = await Promise.all(
      relays.replicas.flatMap(({ send }) => Array.from({ length: 100 }, (_, number) => send(number))),
    );

    assert.deepEqual(
      answers.filter(({ status }) => status !== 200).map(({ body }) => body),
      [],
    );
    assert.equal(answers.length, 300);
    assert.equal(sandbox.inbox.messages.length, 300);
    assert.deepEqual([...sandbox.counts.tokenRequestsByTenant.values()], [1, 1, 1, 1, 1]);

    await using onlooker = await onlookerOf(redis.url);
    const names = await onlooker.keys('*');
    assert.equal(names.filter((name) => name.endsWith(':entry')).length, 5);
    const values = await Promise.all(names.map((name) => onlooker.getBuffer(name)));
    const kept = Buffer.concat([
      Buffer.from(names.join()),
      ...values.map((value) => value ?? Buffer.alloc(0)),
    ]).toString('latin1');
    assert.doesNotMatch(kept, /eyJ|ZXlK/);
    for (const { clientSecret, tenantId, clientId, domain } of sandbox.tenants)
      for (const text of [clientSecret, tenantId, clientId, domain]) assert.equal(kept.includes(text), false);
    const { token_cache } = Object(await (await fetch(`${relays.replicas[0]?.relay.url}/health`)).json());
    assert.deepEqual([token_cache.kind, token_cache.status], ['redis', 'ok']);
  });

  test('lose no message while Redis is killed and started again', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await startSandbox({ tenants: [{}, {}] });
    // So short that every message finds its token due.
    sandbox.entra.behave({ tokenLifetime: 2 });
    await using relays = await replicasOf(sandbox, redis, 2);
    const { replicas } = relays;
    const refused: unknown[] = [];
    let isOver = false;
    let sent = 0;
    const load = replicas.flatMap(({ send }) =>
      Array.from({ length: 4 }, async (_, number) => {
        while (!isOver) {
          const { status, body } = await send(number);
          sent += 1;
          if (status !== 200) refused.push(body);
        }
      }),
    );
    const messages = async (count: number) => {
      for (const goal = sent + count; sent < goal; ) await new Promise((resolve) => setTimeout(resolve, 10));
    };

    await messages(50);
    await redis.kill();
    await Promise.all(replicas.map(({ relay }) => relay.event('token-cache-lost')));
    const { status, token_cache } = Object(await (await fetch(`${replicas[0]?.relay.url}/health`)).json());
    assert.deepEqual([status, token_cache.status], ['degraded', 'away']);
    assert.equal((await fetch(`${replicas[0]?.relay.url}/health/ready`)).status, 200);
    await messages(50);
    await redis.restart();
    await Promise.all(replicas.map(({ relay }) => relay.event('token-cache-recovered')));
    await messages(50);
    sandbox.entra.behave();
    // Until each tenant has a token that lasts.
    const renewed = new Map(sandbox.counts.tokenRequestsByTenant);
    while ([...sandbox.counts.tokenRequestsByTenant].some(([tenant, count]) => count === renewed.get(tenant))) {
      await messages(1);
    }
    await messages(100);
    isOver = true;
    await Promise.all(load);

    assert.deepEqual(refused, []);
    for (const { relay } of replicas) {
      const [lost, ...more] = relay.events('token-cache-lost');
      assert.match(String(lost?.cause), /^(?:nobody listens there|it closed the connection)/);
      assert.deepEqual(more, []);
      assert.equal(relay.events('token-cache-recovered').length, 1);
    }
    const requests = sandbox.counts.tokenRequests;
    const another = await relays.start();
    for (const number of [0, 1]) assert.equal((await another.send(number)).status, 200);
    await another.relay.stop();
    assert.equal(sandbox.counts.tokenRequests, requests);
  });

  test('take over from one that is killed while it asks for a token', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await startSandbox();
    await using relays = await replicasOf(sandbox, redis, 2);
    const [killed, other] = relays.replicas;
    assert.ok(killed && other);
    sandbox.entra.behave({ fault: 'connection-timeout' });
    const lost = killed.send(0).catch(() => null);
    while (sandbox.counts.tokenRequests === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const waiting = other.send(0);
    await killed.relay.stop('SIGKILL');
    await lost;
    sandbox.entra.behave();
    assert.equal((await waiting).status, 200);
    assert.equal(sandbox.counts.tokenRequests, 2);
  });

  test('ask for one more token at most when a mailbox refuses five hundred messages', async () => {
    await using redis = await RedisServer.start();
    await using sandbox = await startSandbox();
    const mailbox = 'smtp-auth-unsuccessful@contoso.example';
    const { key, sha256 } = makeApiKey();
    const time = { ahead: 0 };
    const settings = { MAILBOX: mailbox, API_KEY_SHA256: sha256, PORT: '0', REDIS_URL: redis.url };
    const clock = { now: () => new Date(Date.now() + time.ahead) };
    const start = () =>
      startRelay(readConfig({ ...settingsFor(sandbox), ...settings }), { clock, events: recordingEvents().events });
    const relays = [await start(), await start()];
    const send = async ({ url }: { url: string }) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ from: mailbox, to: anybody, text: 'Hello', retry: false });
      const response = await fetch(`${url}/send`, { method: 'POST', headers, body });
      return Object(await response.json()).code;
    };

    const first = await Promise.all(relays.map(send));
    assert.equal(sandbox.counts.tokenRequests, 1);
    time.ahead = 6 * MINUTE;
    const codes = await Promise.all(relays.flatMap((relay) => Array.from({ length: 250 }, () => send(relay))));
    await Promise.all(relays.map((relay) => relay.close()));

    assert.deepEqual(new Set(first), new Set(['smtp-auth-unsuccessful']));
    assert.deepEqual(new Set(codes), new Set(['smtp-auth-unsuccessful', 'mailbox-paused']));
    assert.equal(sandbox.counts.tokenRequests, 2);
    // Each replica: one that finds out, and one probe, with the old token and perhaps with the new one.
    assert.ok(sandbox.counts.authenticationAttempts <= 2 * 3, String(sandbox.counts.authenticationAttempts));
  });
});
