import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parseEnv } from 'node:util';
import { readConfig } from '../../src/config/config.ts';
import { ConfigurationError } from '../../src/config/configuration-error.ts';
import { documents, environmentExample, settingsHelp } from '../../src/config/documentation.ts';
import { isMistake } from '../../src/config/readers.ts';
import { settingRows } from '../../src/config/settings.ts';

describe('the documentation of the settings', () => {
  for (const [path, text] of Object.entries(documents())) {
    test(`${path} is what the table renders; "npm run docs" rewrites it`, () => {
      assert.equal(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), text);
    });

    test(`${path} names every setting`, () => {
      for (const [name] of settingRows) assert.match(text, new RegExp(`\\b${name}\\b`));
    });
  }

  test('the help names every setting in lines of at most 100 characters', () => {
    const help = settingsHelp();
    for (const [name] of settingRows) assert.match(help, new RegExp(`^ {2}${name}\\b`, 'm'));
    for (const line of help.split('\n')) assert.ok(line.length <= 100, line);
  });

  test('a default and an example are read without a mistake', () => {
    for (const [name, row] of settingRows) {
      if (row.default !== undefined) assert.equal(isMistake(row.read(row.default)), false, `default of ${name}`);
      if (row.form === 'plain') assert.equal(isMistake(row.read(row.example)), false, `example of ${name}`);
    }
  });

  test('what belongs to another setting, or replaces it, names one that there is', () => {
    const names = settingRows.map(([name]) => name);
    for (const [, { together, required }] of settingRows) {
      if (together !== undefined) assert.ok(names.includes(together), together);
      if (typeof required === 'object') assert.ok(names.includes(required.or), required.or);
    }
  });

  test('a copy of .env.example in which nothing is filled in is refused for what is missing', () => {
    const refused = (error: unknown) => {
      assert.ok(error instanceof ConfigurationError);
      const places = error.mistakes.map(({ place }) => place);
      assert.deepEqual(places, ['TENANT_ID', 'CLIENT_ID', 'CLIENT_SECRET', 'MAILBOX', 'API_KEY']);
      return true;
    };
    assert.throws(() => readConfig(parseEnv(environmentExample())), refused);
  });

  test('.env.example with its optional lines made active sets the defaults', () => {
    const optional =
      environmentExample()
        .split('# ---- Optional')[1]
        ?.replaceAll(/^# ([A-Z_]+=)/gm, '$1') ?? '';
    const lines = parseEnv(optional);
    for (const [name, row] of settingRows) if (row.default !== undefined) assert.equal(lines[name], row.default);
  });
});
