/** Rewrites the files that are rendered from the settings' table: `npm run docs`. */

import { writeFileSync } from 'node:fs';
import { documents } from './documentation.ts';

for (const [path, text] of Object.entries(documents())) {
  writeFileSync(new URL(`../../${path}`, import.meta.url), text);
  process.stdout.write(`${path}\n`);
}
