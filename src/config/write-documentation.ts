/** Rewrites the files that are rendered from the settings' table and from the catalogue of failures: `npm run docs`. */

import { writeFileSync } from 'node:fs';
import { failureDocument } from '../domain/failure-document.ts';
import { documents } from './documentation.ts';

for (const [path, text] of Object.entries({ ...documents(), 'docs/failures.md': failureDocument() })) {
  writeFileSync(new URL(`../../${path}`, import.meta.url), text);
  process.stdout.write(`${path}\n`);
}
