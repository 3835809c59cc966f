import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { inspect } from 'node:util';
import { readConfig } from '../../src/config/config.ts';
import { isMistake } from '../../src/config/readers.ts';
import { readTrustProxy } from '../../src/config/trust-proxy.ts';
import { makeKeyFiles, NOW, writeFiles } from './key-files.ts';

const dir = mkdtempSync(join(tmpdir(), 'exo-relay-server-settings-'));
after(() => rmSync(dir, { recursive: true }));
const files = await makeKeyFiles();
writeFiles(dir, files);

const required = {
  TENANT_ID: 'contoso.onmicrosoft.com',
  CLIENT_ID: randomUUID(),
  MAILBOX: 'billing@contoso.com',
  CLIENT_SECRET: randomBytes(30).toString('base64url'),
  API_KEY: randomBytes(32).toString('base64url'),
};
const configOf = (settings: Record<string, string>) => readConfig({ ...required, ...settings }, 'erp', NOW);

describe('settings of the server', () => {
  test('serve in clear, believe no proxy and bound the memory, when nothing is set', () => {
    const { http, shutdownDeadline } = configOf({});
    assert.equal(http.tls, null);
    assert.equal(http.trustProxy, false);
    assert.equal(http.maxBodyBytesInFlight, 64 * 1024 * 1024);
    assert.equal(shutdownDeadline, 25_000);
  });

  test('replace these', () => {
    const { http, shutdownDeadline } = configOf({
      TRUST_PROXY: '2',
      MAX_BODY_MIB_IN_FLIGHT: '1',
      SHUTDOWN_TIMEOUT: '0.25',
    });
    assert.equal(http.trustProxy, 2);
    assert.equal(http.maxBodyBytesInFlight, 1024 * 1024);
    assert.equal(shutdownDeadline, 250);
  });

  for (const [cert, key] of [
    ['ec.pem', 'ec.key'],
    ['ec.pem', 'ec-sec1.key'],
    ['client-chain.pem', 'client-pkcs1.key'],
  ] as const) {
    test(`make a certificate and a key that TLS takes of ${cert} and ${key}`, () => {
      const { http } = configOf({ TLS_CERT_FILE: join(dir, cert), TLS_KEY_FILE: join(dir, key) });
      assert.ok(http.tls);
      const { certificate, privateKey } = http.tls;
      // OpenSSL refuses a key that is not the certificate's.
      assert.ok(createSecureContext({ cert: certificate, key: privateKey.reveal() }));
      assert.equal(certificate.match(/BEGIN CERTIFICATE/g)?.length, files[cert].match(/BEGIN CERTIFICATE/g)?.length);
      assert.ok(certificate.startsWith(files[cert].trim().slice(0, 200)));
    });
  }

  test('never print the private key', () => {
    const config = configOf({ TLS_CERT_FILE: join(dir, 'ec.pem'), TLS_KEY_FILE: join(dir, 'ec.key') });
    const printed = inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config);
    assert.doesNotMatch(printed, /PRIVATE KEY/);
  });
});

describe('TRUST_PROXY', () => {
  const accepted: Record<string, unknown> = {
    true: true,
    FALSE: false,
    '0': false,
    '3': 3,
    loopback: ['loopback'],
    '10.0.0.0/8, linklocal,2001:db8::/32': ['10.0.0.0/8', 'linklocal', '2001:db8::/32'],
    '192.0.2.7,::1': ['192.0.2.7', '::1'],
  };
  for (const [text, expected] of Object.entries(accepted)) {
    test(`may be "${text}"`, () => assert.deepEqual(readTrustProxy(text), expected));
  }

  for (const text of [
    'yes',
    '-1',
    '33',
    '',
    'proxy.contoso.com',
    '10.0.0.0/0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.1/8/8',
    'loopback,',
  ]) {
    test(`may not be "${text}"`, () => assert.ok(isMistake(readTrustProxy(text))));
  }
});
