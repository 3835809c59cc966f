/** Routing files that are accepted: what becomes of what stands in them. */

import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { clouds } from '../../../src/config/clouds.ts';
import { readConfig } from '../../../src/config/config.ts';
import { ConfigurationError } from '../../../src/config/configuration-error.ts';
import { makeKeyFiles, NOW, writeFiles } from '../key-files.ts';

const dir = mkdtempSync(join(tmpdir(), 'exo-relay-many-tenants-'));
after(() => rmSync(dir, { recursive: true }));
const inVariable = randomBytes(30).toString('base64url');
const inFile = randomBytes(30).toString('base64url');
writeFiles(dir, { ...(await makeKeyFiles()), 'client-secret': `${inFile}\n` });
const [keyOne, keyTwo, keyThree] = [newHash(), newHash(), newHash()];
const [erpId, webId] = [randomUUID(), randomUUID()];

const text = `
apps:
  erp:
    client_id: ${erpId}
    credentials:
      - certificate: {cert: {file: client.pem}, key: {file: client.key}}
      - secret: {file: ./client-secret}
  web: {client_id: ${webId.toUpperCase()}, credential: {secret: {env: WEB_SECRET}}}
  unused: {client_id: ${randomUUID()}, credential: {secret: {env: WEB_SECRET}}}
tenants:
  contoso:
    tenant_id: Contoso.onmicrosoft.com
    app: erp
    external_recipients_per_day: 2000
    mailboxes:
      Billing@contoso.COM: {send_as: ["*@Contoso.com", Sales@contoso.com, "*@contoso.com"], max_recipients: 1000, max_message_mib: 150}
      hr@contoso.com:
      it@contoso.com: ~
      shop@contoso.com: {send_as: ["*@Contoso.de"], max_connections: 1, messages_per_minute: 20, recipients_per_day: 500}
  fabrikam:
    tenant_id: fabrikam.onmicrosoft.com
    app: web
    cloud: gcc-high
    authority_host: https://localhost:8443
    smtp_host: localhost
    smtp_port: 2587
    token_scope: https://localhost/.default
    domains: [Fabrikam.com, müller.example, fabrikam.com]
    mailboxes: {info@fabrikam.com}
clients:
  business-central: {key_sha256: ${keyOne}, may_send_as: ["*"], rate: 100 / h}
  web-shop:
    keys_sha256: [${keyTwo}, ${keyThree.toUpperCase()}]
    scopes: [send, read, operate]
    may_send_as: [info@fabrikam.com, "*@contoso.com"]
    rate: 5/s
    tenants: [fabrikam]
    expires: 2020-01-31
  reader: {key_sha256: "${newHash()}", scopes: [read]}
`;

function configOf(yaml: string, settings: Record<string, string> = {}) {
  const path = join(dir, 'relay.yaml');
  writeFileSync(path, yaml);
  return readConfig({ RELAY_CONFIG: path, WEB_SECRET: inVariable, ...settings }, 'erp', NOW);
}

const asEveryMailbox = {
  sendAs: [],
  maxRecipients: 500,
  maxMessageBytes: 35 * 1024 * 1024,
  maxConnections: 3,
  messagesPerMinute: 30,
  recipientsPerDay: 10_000,
};

describe('a routing file', () => {
  const config = configOf(text);

  test('has the tenants with what their cloud says, or they themselves', () => {
    const tenants = new Set(config.routes.map(({ tenant }) => tenant));
    assert.deepEqual(
      [...tenants],
      [
        {
          name: 'contoso',
          tenantId: 'contoso.onmicrosoft.com',
          clientId: erpId,
          ...clouds.worldwide,
          externalRecipientsPerDay: 2_000,
          domains: ['contoso.com', 'contoso.de'],
        },
        {
          name: 'fabrikam',
          tenantId: 'fabrikam.onmicrosoft.com',
          clientId: webId,
          authorityHost: 'https://localhost:8443',
          smtpHost: 'localhost',
          smtpPort: 2587,
          externalRecipientsPerDay: null,
          domains: ['fabrikam.com', 'xn--mller-kva.example'],
          scope: 'https://localhost/.default',
        },
      ],
    );
  });

  test('has the mailboxes with their senders and limits', () => {
    assert.deepEqual(
      config.routes.map(({ tenant, ...route }) => ({ tenant: tenant.name, ...route })),
      [
        {
          tenant: 'contoso',
          mailbox: 'Billing@contoso.com',
          sendAs: ['*@contoso.com', 'sales@contoso.com'],
          maxRecipients: 1000,
          maxMessageBytes: 150 * 1024 * 1024,
          maxConnections: 3,
          messagesPerMinute: 30,
          recipientsPerDay: 10_000,
        },
        { ...asEveryMailbox, tenant: 'contoso', mailbox: 'hr@contoso.com' },
        { ...asEveryMailbox, tenant: 'contoso', mailbox: 'it@contoso.com' },
        {
          ...asEveryMailbox,
          tenant: 'contoso',
          mailbox: 'shop@contoso.com',
          sendAs: ['*@contoso.de'],
          maxConnections: 1,
          messagesPerMinute: 20,
          recipientsPerDay: 500,
        },
        { ...asEveryMailbox, tenant: 'fabrikam', mailbox: 'info@fabrikam.com' },
      ],
    );
  });

  test('has the credentials of each tenant, in the order in which they are tried', () => {
    assert.deepEqual(
      [...config.credentials].map(([name, credentials]) => [name, ...credentials.map(({ kind }) => kind)]),
      [
        ['contoso', 'certificate', 'client-secret'],
        ['fabrikam', 'client-secret'],
      ],
    );
    assert.deepEqual(
      [config.credentials.get('contoso')?.[1], config.credentials.get('fabrikam')?.[0]].map(
        (credential) => credential?.kind === 'client-secret' && credential.secret.reveal(),
      ),
      [inFile, inVariable],
    );
  });

  test('has the clients, with defaults for what is not said', () => {
    assert.deepEqual(config.clients.slice(0, 2), [
      {
        name: 'business-central',
        keySha256: [keyOne],
        scopes: ['send', 'read'],
        tenants: null,
        maySendAs: ['*'],
        expires: null,
        rate: { requests: 100, seconds: 3_600 },
      },
      {
        name: 'web-shop',
        keySha256: [keyTwo, keyThree],
        scopes: ['send', 'read', 'operate'],
        tenants: ['fabrikam'],
        maySendAs: ['info@fabrikam.com', '*@contoso.com'],
        expires: new Date('2020-01-31T00:00:00Z'),
        rate: { requests: 5, seconds: 1 },
      },
    ]);
    const reader = config.clients[2];
    assert.deepEqual(reader?.maySendAs, []);
    assert.deepEqual(reader?.rate, { requests: 600, seconds: 60 });
  });

  test('prints no secret', () => {
    const printed = inspect(config, { depth: 9, showHidden: true }) + JSON.stringify([...config.credentials]);
    for (const secret of [inVariable, inFile, 'PRIVATE KEY']) assert.ok(!printed.includes(secret));
  });

  test('cannot be changed', () => {
    const lists = [...config.credentials.values(), ...config.clients.flatMap((client) => Object.values(client))];
    const parts = [config.routes, ...config.routes, config.clients, ...config.clients, ...lists];
    for (const part of [...parts, ...config.routes.flatMap(({ tenant, sendAs }) => [tenant, sendAs])]) {
      if (typeof part === 'object' && !(part instanceof Date)) assert.ok(Object.isFrozen(part), inspect(part));
    }
  });

  test('takes the limits of all mailboxes from settings, where it says nothing else', () => {
    const { routes } = configOf(text, { MAILBOX_MAX_RECIPIENTS: '10', MAILBOX_MAX_MESSAGE_MIB: '5' });
    assert.deepEqual(
      routes.map(({ maxRecipients, maxMessageBytes }) => [maxRecipients, maxMessageBytes / 1024 / 1024]),
      [
        [1000, 150],
        [10, 5],
        [10, 5],
        [10, 5],
        [10, 5],
      ],
    );
  });

  test('may refer to a variable that has a meaning without a routing file, and then only to that', () => {
    const yaml = text.replaceAll('env: WEB_SECRET', 'env: CLIENT_SECRET');
    assert.ok(configOf(yaml, { CLIENT_SECRET: inVariable }));
    const refused = (error: unknown) => {
      assert.ok(error instanceof ConfigurationError);
      assert.deepEqual(
        error.mistakes.map(({ place }) => place),
        ['MAILBOX'],
      );
      return true;
    };
    assert.throws(() => configOf(yaml, { CLIENT_SECRET: inVariable, MAILBOX: 'billing@contoso.com' }), refused);
  });

  test('may begin with a byte order mark and have line ends of Windows', () => {
    assert.deepEqual(configOf(`\ufeff${text.replaceAll('\n', '\r\n')}`).clients, config.clients);
  });

  test('tells its mistakes together with those of the settings', () => {
    const refused = (error: unknown) => {
      assert.ok(error instanceof ConfigurationError);
      const places = error.mistakes.map(({ place }) => place.replace(dir, ''));
      assert.deepEqual(places, ['/relay.yaml:23:12 tenants.fabrikam.cloud', 'PORT']);
      return true;
    };
    assert.throws(() => configOf(text.replace('gcc-high', 'gcc'), { PORT: 'x' }), refused);
  });

  test('that is nested too deeply is refused, and not followed', () => {
    assert.throws(() => configOf(`apps: ${'['.repeat(5_000)}`), /relay\.yaml:1:\d+: is nested too deeply\./);
  });
});

test('a thousand tenants with ten mailboxes each are read in seconds, not in minutes', () => {
  const tenant = (index: number) =>
    `  t${index}: {tenant_id: t${index}.onmicrosoft.com, app: web, mailboxes: {${mailboxes(index)}}}`;
  const mailboxes = (index: number) =>
    Array.from({ length: 10 }, (_, at) => `m${at}@t${index}.example: {send_as: [s${at}@t${index}.example]}`).join(', ');
  const [before = '', behind = ''] = text.split(/^tenants:.*(?=^clients:)/ms);
  const tenants = Array.from({ length: 1_000 }, (_, index) => tenant(index)).join('\n');
  const started = process.cpuUsage();
  const { routes } = configOf(`${before}tenants:\n${tenants}\n${behind.replace('[fabrikam]', '[t7]')}`);
  const { user, system } = process.cpuUsage(started);
  assert.equal(routes.length, 10_000);
  // About half a second; anything that grows with the square of their number takes far longer than this.
  assert.ok(user + system < 5_000_000, `${(user + system) / 1_000} ms of CPU`);
});

function newHash(): string {
  return createHash('sha256').update(randomBytes(32)).digest('hex');
}
