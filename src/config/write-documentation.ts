/** Rewrites the files that are rendered from the settings' table, the catalogue of failures and the sandbox's scenarios: `npm run docs`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { failureDocument } from '../domain/failure-document.ts';
import { withScenarios } from '../sandbox/scenario-document.ts';
import { documents } from './documentation.ts';

const sandboxPage = new URL('../../docs/sandbox.md', import.meta.url);

const pages = {
  ...documents(),
  'docs/failures.md': failureDocument(),
  'docs/sandbox.md': withScenarios(readFileSync(sandboxPage, 'utf8')),
};

for (const [path, text] of Object.entries(pages)) {
  writeFileSync(new URL(`../../${path}`, import.meta.url), text);
  process.stdout.write(`${path}\n`);
}
