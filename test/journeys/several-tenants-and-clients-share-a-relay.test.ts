/** Two companies behind one relay and one app registration: each message goes through the tenant of its sender, and each client is held to what it may do. */

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { makeApiKey } from '../../src/commands/key.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { appCertificate } from '../app-certificate.ts';
import { type Answer, RelayProcess } from './relay-process.ts';

const CONTOSO = 'billing@contoso.example';
const FABRIKAM = 'info@fabrikam.example';
const keys = {
  erp: makeApiKey(),
  erpNext: makeApiKey(),
  shop: makeApiKey(),
  reader: makeApiKey(),
  old: makeApiKey(),
  operator: makeApiKey(),
  everybody: makeApiKey(),
};

/** The routing file of both companies, beside the files it names. */
async function routingFile(sandbox: Sandbox, certificate: { pem: string; privateKey: string }): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'exo-relay-tenants-'));
  writeFileSync(join(folder, 'app.pem'), certificate.pem);
  writeFileSync(join(folder, 'app.key'), certificate.privateKey);
  const [contoso, fabrikam] = sandbox.tenants;
  assert.ok(contoso && fabrikam);
  const server = {
    authority_host: sandbox.authorityHost,
    smtp_host: sandbox.smtpHost,
    smtp_port: sandbox.smtpPort,
  };
  const anybody = { may_send_as: ['*'] };
  const file = join(folder, 'relay.yaml');
  writeFileSync(
    file,
    stringify(
      {
        apps: {
          secret: { client_id: contoso.clientId, credential: { secret: { env: 'ERP_CLIENT_SECRET' } } },
          certificate: {
            client_id: contoso.clientId,
            credential: { certificate: { cert: { file: 'app.pem' }, key: { file: 'app.key' } } },
          },
        },
        tenants: {
          contoso: {
            tenant_id: contoso.tenantId,
            app: 'secret',
            ...server,
            mailboxes: { [CONTOSO]: { send_as: ['*@contoso.example'], max_recipients: 2 } },
          },
          fabrikam: { tenant_id: fabrikam.tenantId, app: 'certificate', ...server, mailboxes: { [FABRIKAM]: {} } },
        },
        clients: {
          erp: { keys_sha256: [keys.erp.sha256, keys.erpNext.sha256], ...anybody },
          shop: {
            key_sha256: keys.shop.sha256,
            may_send_as: ['shop@contoso.example', FABRIKAM],
            tenants: ['contoso'],
            rate: '3/min',
          },
          reader: { key_sha256: keys.reader.sha256, scopes: ['read'], ...anybody },
          everybody: { key_sha256: keys.everybody.sha256, ...anybody },
          operator: { key_sha256: keys.operator.sha256, scopes: ['operate'], tenants: ['contoso'] },
          old: { key_sha256: keys.old.sha256, expires: '2020-01-01', ...anybody },
        },
      },
      { aliasDuplicateObjects: false },
    ),
  );
  return file;
}

describe('two tenants with one app', () => {
  let sandbox: Sandbox;
  let relay: RelayProcess;
  before(async () => {
    const certificate = await appCertificate();
    const clientId = crypto.randomUUID();
    sandbox = await startSandbox({
      tenants: [
        { clientId, certificates: [certificate.pem], mailboxes: { [CONTOSO]: { sendAs: ['shop@contoso.example'] } } },
        { clientId, mailboxes: { [FABRIKAM]: {} } },
      ],
    });
    relay = await RelayProcess.start({
      RELAY_CONFIG: await routingFile(sandbox, certificate),
      ERP_CLIENT_SECRET: sandbox.clientSecret,
      EXTRA_CA_FILE: sandbox.caFile,
    });
  });
  after(async () => {
    await relay[Symbol.asyncDispose]();
    await sandbox.close();
  });

  const send = (by: keyof typeof keys, message: object): Promise<Answer> =>
    relay.send({ to: 'jane@example.com', text: 'Hello', ...message }, { authorization: `Bearer ${keys[by].key}` });

  test('submit each as itself, one with a secret, the other with a certificate', async () => {
    for (const from of [CONTOSO, FABRIKAM]) {
      const caught = sandbox.inbox.next();
      const answer = await send('erp', { from });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.equal(answer.body.mailbox, from);
      const { session, envelope } = await caught;
      assert.equal(session.authenticatedAs, from);
      assert.equal(envelope.mailFrom, from);
    }
    const requests = sandbox.tenants.map(({ tenantId }) => sandbox.counts.tokenRequestsByTenant.get(tenantId));
    assert.deepEqual(requests, [1, 1]);
  });

  test('let a mailbox submit for a sender of its domain', async () => {
    const caught = sandbox.inbox.next();
    const answer = await send('erpNext', { from: 'Shop <shop@contoso.example>' });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(answer.body.mailbox, CONTOSO);
    const { session, envelope } = await caught;
    assert.equal(session.authenticatedAs, CONTOSO);
    assert.equal(envelope.mailFrom, 'shop@contoso.example');
  });

  test('hold a client to its senders and tenants, and tell it what would have matched', async () => {
    const other = await send('shop', { from: CONTOSO });
    assert.equal(other.status, 403);
    assert.equal(other.body.code, 'sender-not-allowed');
    assert.match(other.body.detail, /Client shop may not send as billing@contoso\.example\./);
    assert.match(other.body.detail, /Client shop may send as: shop@contoso\.example\.$/m);
    const foreign = await send('shop', { from: FABRIKAM });
    assert.equal(foreign.status, 403);
    assert.doesNotMatch(JSON.stringify(foreign.body), /may send as: [^"]*fabrikam/);
  });

  test('hold a client to its rate, and tell it when it may go on', async () => {
    const third = await send('shop', { from: 'shop@contoso.example' });
    assert.equal(third.status, 200, JSON.stringify(third.body));
    assert.equal(third.headers.get('ratelimit-limit'), '3');
    assert.equal(third.headers.get('ratelimit-remaining'), '0');
    const fourth = await send('shop', { from: 'shop@contoso.example' });
    assert.equal(fourth.status, 429);
    assert.equal(fourth.body.code, 'rate-limited');
    const wait = Number(fourth.headers.get('retry-after'));
    assert.ok(wait > 0 && wait <= 60, String(wait));
    assert.equal((await send('erp', { from: CONTOSO })).status, 200);
  });

  test('hold a client to its scopes, and refuse a key that has expired', async () => {
    const reader = await send('reader', { from: CONTOSO });
    assert.equal(reader.status, 403);
    assert.equal(reader.body.code, 'forbidden-scope');
    const old = await send('old', { from: CONTOSO });
    assert.equal(old.status, 401);
    assert.match(old.body.detail, /client old expired at 2020-01-01T00:00:00\.000Z/);
  });

  test('hold a mailbox to its recipients', async () => {
    const to = ['a@example.com', 'b@example.com', 'c@example.com'];
    const answer = await send('erp', { from: CONTOSO, to });
    assert.equal(answer.status, 422);
    assert.equal(answer.body.code, 'too-many-recipients');
    assert.equal((await send('erp', { from: FABRIKAM, to })).status, 200);
  });

  test('show a client what it has sent, and an operator what its tenants have', async () => {
    const { body } = await send('erp', { from: CONTOSO });
    const other = await send('erp', { from: FABRIKAM });
    await send('everybody', { from: CONTOSO });
    const ask = (by: keyof typeof keys, path: string) =>
      relay.ask('GET', path, undefined, { authorization: `Bearer ${keys[by].key}` });
    const statuses = async (by: keyof typeof keys) =>
      Promise.all([body, other.body].map(async ({ id }) => (await ask(by, `/submissions/${id}`)).status));
    assert.deepEqual(await statuses('erp'), [200, 200]);
    assert.deepEqual(await statuses('everybody'), [404, 404]);
    assert.deepEqual(await statuses('operator'), [200, 404]);
    const clientsIn = async (by: keyof typeof keys) =>
      new Set((await ask(by, '/submissions?limit=100')).body.data.map((each) => Reflect.get(each, 'client')));
    assert.deepEqual(await clientsIn('erp'), new Set(['erp']));
    assert.deepEqual(await clientsIn('everybody'), new Set(['everybody']));
    assert.deepEqual(await clientsIn('operator'), new Set(['erp', 'everybody', 'shop']));
    // Nobody without the scope may change anything, not even of its own.
    const path = `/submissions/${body.id}/cancel`;
    const own = await relay.ask('POST', path, undefined, { authorization: `Bearer ${keys.erp.key}` });
    assert.deepEqual([own.status, own.body.code], [403, 'forbidden-scope']);
  });

  test('keep the idempotency keys of clients apart', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const message = { from: CONTOSO, to: 'jane@example.com', text: 'Hello' };
    const answers = await Promise.all(
      [keys.erp, keys.everybody].map(({ key: by }) => relay.send(message, { ...key, authorization: `Bearer ${by}` })),
    );
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers.get('idempotent-replayed')]),
      [
        [200, null],
        [200, null],
      ],
    );
    assert.notEqual(answers[0]?.body.message_id, answers[1]?.body.message_id);
  });

  test('are well in /health, and named to nobody without the scope for it', async () => {
    const response = await fetch(`${relay.url}/health`);
    const health = await response.text();
    assert.equal(JSON.parse(health).status, 'ok');
    assert.equal(JSON.parse(health).tenants.ok, 2);
    assert.doesNotMatch(health, /contoso|fabrikam/);
  });
});
