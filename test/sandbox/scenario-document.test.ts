import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { withScenarios } from '../../src/sandbox/scenario-document.ts';
import { scenarios } from '../../src/sandbox/scenarios.ts';

const page = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');

describe('The page of the sandbox', () => {
  it('shows the scenarios that the tables hold; "npm run docs" rewrites it', () => {
    assert.equal(page, withScenarios(page));
  });

  it('has a row for each scenario, with how to get it, its failure and its source', () => {
    const [, rendered = ''] = page.split(/<!-- (?:scenarios:|end of scenarios)/);
    const rows = rendered.split('\n').filter((line) => line.startsWith('| `'));
    assert.equal(rows.length, scenarios.length);
    for (const scenario of scenarios) {
      const { name, failure = name, source } = scenario;
      const by = 'by' in scenario ? scenario.by : name;
      const found = rows.filter((row) => row.startsWith(`| \`${by}\` | [${failure}]`));
      assert.ok(
        found.some((row) => row.endsWith(` | ${source} |`)),
        by,
      );
    }
  });

  it('names failures that docs/failures.md explains', () => {
    const failures = readFileSync(new URL('../../docs/failures.md', import.meta.url), 'utf8');
    for (const { name, failure = name } of scenarios) assert.ok(failures.includes(`<a id="${failure}"></a>`), failure);
  });

  it('is not written where it has no place for them', () => {
    assert.throws(() => withScenarios('# The sandbox\n'), /lacks/);
  });
});
