/** Puts results into docs/performance.md, each part between the two marks that bear its name. */

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const PAGE = resolve(import.meta.dirname, '../docs/performance.md');

/** Puts reports into the page, each in place of the last one of its part; other parts stay. */
export function writeReports(reports: ReadonlyMap<string, string>): void {
  writeFileSync(PAGE, withReports(readFileSync(PAGE, 'utf8'), reports));
}

/** @throws Error for a part that has no place in the page */
export function withReports(page: string, reports: ReadonlyMap<string, string>): string {
  let written = page;
  for (const [name, report] of reports) {
    const begin = `<!-- npm run bench -- --write: ${name} -->`;
    const end = `<!-- end of ${name} -->`;
    const from = written.indexOf(begin);
    const to = written.indexOf(end);
    if (from === -1 || to < from) throw new Error(`docs/performance.md has no place for "${begin}" … "${end}"`);
    written = `${written.slice(0, from + begin.length)}\n\n${report}\n\n${written.slice(to)}`;
  }
  return written;
}
