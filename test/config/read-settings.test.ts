/** Refused configurations: each `refused/*.env` with the exact message beside it. UPDATE_GOLDEN=1 rewrites the messages. */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { parseEnv } from 'node:util';
import { readConfig } from '../../src/config/config.ts';
import { ConfigurationError } from '../../src/config/configuration-error.ts';
import { makeKeyFiles, NOW, writeFiles } from './key-files.ts';

const folder = new URL('refused/', import.meta.url);
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.env') ? [file.slice(0, -'.env'.length)] : []));

const dir = mkdtempSync(join(tmpdir(), 'exo-relay-settings-'));
after(() => rmSync(dir, { recursive: true }));
mkdirSync(join(dir, 'folder'));
const files = {
  'client-secret': 'not-a-secret-in-a-file\n',
  'api-key': 'not-a-secret-api-key-in-a-file\n',
  'short-api-key': 'not-a-secret\n',
  'two-lines': 'not-a-secret-line-1\nnot-a-secret-line-2\n',
  'broken.pem': '-----BEGIN CERTIFICATE-----\nnot a certificate\n-----END CERTIFICATE-----\n',
  empty: ' \n',
  'relay.yaml': `
apps: {erp: {client_id: 3f1e9c57-2a80-4d6b-b1f4-6c0d8e5a7923, credential: {secret: {file: client-secret}}}}
tenants: {contoso: {tenant_id: contoso.onmicrosoft.com, app: erp, mailboxes: {billing@contoso.com: }}}
clients: {erp: {key_sha256: ${'ab'.repeat(32)}}}
`,
  ...(await makeKeyFiles()),
};
writeFiles(dir, files);

describe('a refused configuration', () => {
  for (const name of names) {
    test(`${name} is told with its place and what is expected`, () => {
      const golden = new URL(`${name}.error`, folder);
      const message = refusal(name).message.replaceAll(dir, '{dir}');
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, `${message}\n`);
      assert.equal(`${message}\n`, readFileSync(golden, 'utf8'));
    });
  }

  test('never shows the text of a secret, wherever it was put', () => {
    for (const name of names) assert.doesNotMatch(refusal(name).message, /not.a.secret/, name);
  });

  test('comes with each mistake on its own, in the order of the settings', () => {
    const { mistakes } = refusal('several-mistakes');
    assert.deepEqual(
      mistakes.map(({ place }) => place),
      ['TENANT_ID', 'MAILBOX', 'SMTP_PORT', 'LOG_LEVEL', `EXTRA_CA_FILE (${join(dir, 'missing')})`],
    );
  });

  test('has one message for every configuration and no message left over', () => {
    const messages = readdirSync(folder).flatMap((file) =>
      file.endsWith('.error') ? [file.slice(0, -'.error'.length)] : [],
    );
    assert.deepEqual(messages.sort(), names.sort());
  });
});

function refusal(name: string): ConfigurationError {
  const env = parseEnv(readFileSync(new URL(`${name}.env`, folder), 'utf8').replaceAll('{dir}', dir));
  try {
    readConfig(env, 'erp', NOW);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  return assert.fail(`${name}.env is accepted`);
}
