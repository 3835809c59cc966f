import assert from 'node:assert/strict';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  randomUUID,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { readConfig } from '../../src/config/config.ts';
import type { Certificate } from '../../src/domain/credential.ts';
import { makeKeyFiles, NOW, writeFiles } from './key-files.ts';

const dir = mkdtempSync(join(tmpdir(), 'exo-relay-client-certificate-'));
after(() => rmSync(dir, { recursive: true }));
const files = await makeKeyFiles();
writeFiles(dir, files);

function certificateOf(cert: keyof typeof files, key: keyof typeof files, now = NOW): Certificate {
  const env = {
    TENANT_ID: 'contoso.onmicrosoft.com',
    CLIENT_ID: randomUUID(),
    CLIENT_CERTIFICATE_FILE: join(dir, cert),
    CLIENT_CERTIFICATE_KEY_FILE: join(dir, key),
    MAILBOX: 'billing@contoso.com',
    API_KEY: randomBytes(32).toString('base64url'),
  };
  const [credential, another] = readConfig(env, 'erp', now).credentials.get('default') ?? [];
  assert.equal(another, undefined);
  assert.equal(credential?.kind, 'certificate');
  return credential;
}

describe('a client certificate', () => {
  const leaf = new X509Certificate(files['client.pem']);

  test('has the SHA-256 of its DER form as thumbprint, and its date', () => {
    const { thumbprintSha256, expiresAt, chain } = certificateOf('client.pem', 'client.key');
    assert.equal(thumbprintSha256, createHash('sha256').update(leaf.raw).digest('hex'));
    assert.deepEqual(expiresAt, new Date('2031-01-01T00:00:00Z'));
    assert.deepEqual(chain, [files['client.pem'].trim()]);
  });

  test('comes with those that lead to its authority, itself first', () => {
    const { chain } = certificateOf('client-chain.pem', 'client.key');
    assert.equal(chain.length, 2);
    assert.equal(chain[0], files['client.pem'].trim());
  });

  for (const key of ['client.key', 'client-pkcs1.key', 'client-with-key.pem'] as const) {
    test(`is signed for with the key of ${key}, as PKCS #8`, () => {
      const { privateKey } = certificateOf('client-with-key.pem', key);
      assert.match(privateKey.reveal(), /^-----BEGIN PRIVATE KEY-----/);
      const text = randomBytes(20);
      const signature = sign('sha256', text, createPrivateKey(privateKey.reveal()));
      assert.ok(verify('sha256', text, createPublicKey(files['client.pem']), signature));
    });
  }

  test('is taken to its last millisecond', () => {
    assert.ok(certificateOf('client.pem', 'client.key', new Date('2030-12-31T23:59:59.999Z')));
    assert.throws(() => certificateOf('client.pem', 'client.key', new Date('2031-01-01T00:00:00Z')), /expired/);
  });

  test('cannot be changed, and never prints its key', () => {
    const certificate = certificateOf('client.pem', 'client.key');
    assert.ok(Object.isFrozen(certificate) && Object.isFrozen(certificate.chain));
    assert.doesNotMatch(inspect(certificate, { depth: 9, showHidden: true }) + JSON.stringify(certificate), /PRIVATE/);
  });
});
