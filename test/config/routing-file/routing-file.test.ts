/** Refused routing files: each `refused/*.yaml` with the exact message beside it. UPDATE_GOLDEN=1 rewrites the messages. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readConfig } from '../../../src/config/config.ts';
import { ConfigurationError } from '../../../src/config/configuration-error.ts';
import { makeKeyFiles, NOW, writeFiles } from '../key-files.ts';

const folder = new URL('refused/', import.meta.url);
const withEnding = (ending: string) =>
  readdirSync(folder).flatMap((file) => (file.endsWith(ending) ? [file.slice(0, -ending.length)] : []));
const names = withEnding('.yaml');

const dir = mkdtempSync(join(tmpdir(), 'exo-relay-routing-'));
after(() => rmSync(dir, { recursive: true }));
writeFiles(dir, {
  'client-secret': 'not-a-secret-in-a-file\n',
  'two-lines': 'not-a-secret-line-1\nnot-a-secret-line-2\n',
  empty: ' \n',
  ...(await makeKeyFiles()),
});

describe('a refused routing file', () => {
  for (const name of names) {
    test(`${name} is told with its places and what is expected`, () => {
      const golden = new URL(`${name}.error`, folder);
      const message = refusal(name).message.replaceAll(`${dir}/${name}.yaml`, 'relay.yaml').replaceAll(dir, '{dir}');
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, `${message}\n`);
      assert.equal(`${message}\n`, readFileSync(golden, 'utf8'));
    });
  }

  test('never shows the text of a secret, wherever it was put', () => {
    for (const name of names) assert.doesNotMatch(refusal(name).message, /not.a.secret/i, name);
  });

  test('has one message for every file and no message left over', () => {
    assert.deepEqual(withEnding('.error').sort(), names.sort());
  });
});

function refusal(name: string): ConfigurationError {
  const path = join(dir, `${name}.yaml`);
  writeFileSync(path, readFileSync(new URL(`${name}.yaml`, folder), 'utf8').replaceAll('{dir}', dir));
  const env = {
    RELAY_CONFIG: path,
    ERP_SECRET: 'not-a-secret-in-a-variable',
    SECRET_ID: '3f1e9c57-2a80-4d6b-b1f4-6c0d8e5a7923',
  };
  try {
    readConfig(env, 'erp', NOW);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  return assert.fail(`${name}.yaml is accepted`);
}
