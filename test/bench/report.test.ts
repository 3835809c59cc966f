/** What was measured takes the place of what was measured before, part by part. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { partNames } from '../../bench/benchmark.ts';
import { withReports } from '../../bench/report.ts';

const page = `# Performance

<!-- npm run bench -- --write: sending -->

old

<!-- end of sending -->

Words.

<!-- npm run bench -- --write: crowd -->
<!-- end of crowd -->
`;

suite('the report', () => {
  test('replaces the tables of a part and leaves everything else', () => {
    const written = withReports(page, new Map([['sending', 'new']]));
    assert.equal(written, page.replace('old', 'new'));
    assert.equal(withReports(written, new Map([['sending', 'new']])), written);
  });

  test('fills a place that is still empty', () => {
    const written = withReports(page, new Map([['crowd', 'first']]));
    assert.match(written, /: crowd -->\n\nfirst\n\n<!-- end of crowd -->/);
  });

  test('does not lose a part that has no place', () => {
    assert.throws(() => withReports(page, new Map([['waiting', 'new']])), /no place for .*waiting/);
  });

  test('finds a place in docs/performance.md for every part', () => {
    const performance = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');
    withReports(performance, new Map(partNames.map((name) => [name, 'measured'])));
  });
});
