/** docs/failures.md is what the catalogue renders, and says of every failure what a reader needs. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { entryOf } from '../../src/domain/failure.ts';
import { failureDocument } from '../../src/domain/failure-document.ts';

const page = failureDocument();

function sectionOf(code: string): string {
  const after = page.split(`<a id="${code}"></a>`)[1];
  assert.ok(after, `no section for ${code}`);
  return after.split('<a id=')[0] ?? '';
}

suite('docs/failures.md', () => {
  test('is what the catalogue renders; "npm run docs" rewrites it', () => {
    assert.equal(readFileSync(new URL('../../docs/failures.md', import.meta.url), 'utf8'), page);
  });

  test('has one section and one line of contents for every failure, and no other', () => {
    const anchors = [...page.matchAll(/<a id="([^"]+)"><\/a>/g)].map((match) => match[1]);
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1]);
    assert.deepEqual([...anchors].sort(), [...failureCodes].sort());
    assert.deepEqual(links, anchors);
  });

  for (const code of failureCodes) {
    test(`says of ${code} what happened, who acts, whether again, and how`, () => {
      const { title, status, remedy } = entryOf(code);
      const section = sectionOf(code);
      assert.ok(section.startsWith(`\n\n## ${title}\n\n\`${code}\`\n`));
      assert.match(section, new RegExp(`^- Status: ${status}\\.$`, 'm'));
      for (const fact of ['About', 'Responsible', 'Again'])
        assert.match(section, new RegExp(`^- ${fact}: .+\\.$`, 'm'));
      assert.equal(section.match(/^\d+\. /gm)?.length, remedy.steps.length);
      assert.equal(section.includes('```powershell'), remedy.powershell.length > 0);
      for (const link of remedy.docs) assert.ok(section.includes(`<${link}>`));
    });
  }

  test('leaves no placeholder, and nothing that Markdown would take for HTML', () => {
    const outside = page.replace(/```powershell[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
    assert.doesNotMatch(outside, /(?<!\\)<(?!a id=|\/a>|https:|!--)/);
    assert.doesNotMatch(page.replace(/```powershell[\s\S]*?```/g, ''), /\{[a-z_]+\}/);
  });
});
