/** The version of the package, as the help, /health and the OpenAPI document tell it. */

import { readFileSync } from 'node:fs';

/** Of package.json, which stands beside the sources as well as beside what is compiled of them. */
export function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return String(JSON.parse(readFileSync(file, 'utf8')).version);
}
