import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { generate } from 'selfsigned';
import { type Config, readConfig } from '../../src/config/config.ts';

const clientSecret = randomBytes(30).toString('base64url');
const apiKey = randomBytes(32).toString('base64url');
const keySha256 = createHash('sha256').update(apiKey).digest('hex');
const clientId = randomUUID();

const routing = { TENANT_ID: 'contoso.onmicrosoft.com', CLIENT_ID: clientId, MAILBOX: 'billing@contoso.com' };
const required = { ...routing, CLIENT_SECRET: clientSecret, API_KEY: apiKey };

const dir = mkdtempSync(join(tmpdir(), 'exo-relay-config-'));
after(() => rmSync(dir, { recursive: true }));

function secretIn({ credentials }: Config): string {
  const [credential] = credentials.get('default') ?? [];
  assert.equal(credential?.kind, 'client-secret');
  return credential.secret.reveal();
}

describe('a configuration of what is required only', () => {
  const config = readConfig(required, 'erp.contoso.com');

  test('has the defaults of Exchange Online worldwide', () => {
    assert.deepEqual(config.routes, [
      {
        mailbox: 'billing@contoso.com',
        tenant: {
          name: 'default',
          tenantId: 'contoso.onmicrosoft.com',
          clientId,
          authorityHost: 'https://login.microsoftonline.com',
          scope: 'https://outlook.office365.com/.default',
          smtpHost: 'smtp.office365.com',
          smtpPort: 587,
          externalRecipientsPerDay: null,
          domains: ['contoso.com'],
        },
        sendAs: [],
        maxRecipients: 500,
        maxMessageBytes: 35 * 1024 * 1024,
        maxConnections: 3,
        messagesPerMinute: 30,
        recipientsPerDay: 10_000,
      },
    ]);
  });

  test('listens on loopback only and logs at info', () => {
    assert.equal(config.http.host, '127.0.0.1');
    assert.equal(config.http.port, 8080);
    assert.deepEqual(config.log, { level: 'info' });
    assert.deepEqual(config.extraCertificateAuthorities, []);
  });

  test('holds the client secret under the name of the tenant', () => {
    assert.deepEqual([...config.credentials.keys()], ['default']);
    assert.equal(secretIn(config), clientSecret);
  });

  test('holds of the API key only its SHA-256', () => {
    assert.deepEqual(
      config.clients.map(({ name, keySha256 }) => ({ name, keySha256 })),
      [{ name: 'default', keySha256: [keySha256] }],
    );
  });

  test('prints neither the client secret nor the API key', () => {
    const printed = inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config);
    assert.ok(!printed.includes(clientSecret));
    assert.ok(!printed.includes(apiKey));
    assert.match(printed, /\[redacted\]/);
  });

  test('cannot be changed', () => {
    const parts = [config, config.http, config.log, config.smtp, config.routes, config.clients];
    const inner = [...config.routes, ...config.clients, config.routes[0]?.tenant, config.clients[0]?.keySha256];
    for (const part of [...parts, ...inner, config.extraCertificateAuthorities])
      assert.ok(Object.isFrozen(part), inspect(part));
  });
});

describe('settings', () => {
  test('replace the defaults', () => {
    const config = readConfig({
      ...required,
      ENTRA_AUTHORITY_HOST: 'https://localhost:8443/',
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: '2587',
      TOKEN_SCOPE: 'https://outlook.office365.us/.default',
      HOST: '::',
      PORT: '0',
      LOG_LEVEL: 'DEBUG',
      EHLO_NAME: '[IPv6:2001:db8::1]',
    });
    const tenant = config.routes[0]?.tenant;
    assert.equal(tenant?.authorityHost, 'https://localhost:8443');
    assert.equal(tenant?.smtpHost, '127.0.0.1');
    assert.equal(tenant?.smtpPort, 2587);
    assert.equal(tenant?.scope, 'https://outlook.office365.us/.default');
    assert.equal(config.http.host, '::');
    assert.equal(config.http.port, 0);
    assert.equal(config.log.level, 'debug');
    assert.equal(config.smtp.ehloName, '[IPv6:2001:db8::1]');
  });

  test('that are empty count as not set', () => {
    const config = readConfig(
      { ...required, SMTP_PORT: '', CLIENT_SECRET_FILE: ' ', API_KEY_SHA256: '', EHLO_NAME: '' },
      'erp',
    );
    assert.equal(config.routes[0]?.tenant.smtpPort, 587);
    assert.equal(config.smtp.ehloName, '[127.0.0.1]');
  });

  test('lose the white space around them', () => {
    const config = readConfig({ ...required, MAILBOX: ' billing@CONTOSO.com\r', CLIENT_SECRET: `${clientSecret}\r\n` });
    assert.equal(config.routes[0]?.mailbox, 'billing@contoso.com');
    assert.equal(secretIn(config), clientSecret);
  });

  test('are the same whether secrets stand in variables or in files', () => {
    const env = {
      ...routing,
      CLIENT_SECRET_FILE: file('client-secret', `${clientSecret}\n`),
      API_KEY_FILE: file('api-key', `\ufeff${apiKey}\r\n`),
    };
    const config = readConfig(env);
    assert.equal(secretIn(config), clientSecret);
    assert.deepEqual(config.clients, readConfig(required).clients);
  });

  test('make the same client of an API key and of its hash in either case', () => {
    for (const hash of [keySha256, keySha256.toUpperCase()]) {
      const config = readConfig({ ...routing, CLIENT_SECRET: clientSecret, API_KEY_SHA256: hash });
      assert.deepEqual(config.clients, readConfig(required).clients);
    }
  });

  test('accept a tenant by its id, in lower case', () => {
    const tenantId = randomUUID();
    const config = readConfig({ ...required, TENANT_ID: tenantId.toUpperCase() });
    assert.equal(config.routes[0]?.tenant.tenantId, tenantId);
  });

  test('add every certificate of the file of extra authorities', async () => {
    const [one, other] = await Promise.all([generate(), generate()]);
    const path = file('ca.pem', `issued by us\n${one.cert}\nanother\r\n${other.cert}\n`);
    const { extraCertificateAuthorities } = readConfig({ ...required, EXTRA_CA_FILE: path });
    assert.deepEqual(extraCertificateAuthorities, [one.cert.trim(), other.cert.trim()]);
  });

  test('refuse a file of extra authorities in which one certificate of two is broken', async () => {
    const { cert } = await generate();
    const path = file('half.pem', `${cert}\n${cert.replace('MII', 'AAA')}\n`);
    assert.throws(() => readConfig({ ...required, EXTRA_CA_FILE: path }), /certificate 2 of 2 in it cannot be read/);
  });
});

describe('the name given in EHLO', () => {
  const names = {
    'erp.contoso.com': 'erp.contoso.com',
    erp: '[127.0.0.1]',
    'erp_1.contoso.com': '[127.0.0.1]',
    '': '[127.0.0.1]',
  };
  for (const [machineName, expected] of Object.entries(names)) {
    test(`is ${expected} on a machine named "${machineName}"`, () => {
      assert.equal(readConfig(required, machineName).smtp.ehloName, expected);
    });
  }
});

/** Writes a file into the tests' folder and returns its path. */
function file(name: string, content: string): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}
