/** Rewrites openapi/openapi.json from the routes as they are: `npm run docs`. */

import { writeFileSync } from 'node:fs';
import { openapiDocument } from './openapi-document.ts';

const path = 'openapi/openapi.json';
writeFileSync(new URL(`../../${path}`, import.meta.url), await openapiDocument());
process.stdout.write(`${path}\n`);
