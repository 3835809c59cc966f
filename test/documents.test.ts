/** The pages for people hold together: what they link to is there, and what they show as JSON is JSON. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { suite, test } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const pages = ['.', 'docs'].flatMap((folder) =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.md') ? [join(folder, name)] : [])),
);

function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** Anchors of a page: its own, and those that GitHub makes of headings. */
function anchorsIn(page: string): Set<string> {
  const text = textOf(page);
  const own = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id = '']) => id);
  const ofHeadings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...own, ...ofHeadings]);
}

suite('the pages', () => {
  test('link to files that exist, and to headings that these have', () => {
    let links = 0;
    for (const page of pages)
      for (const [, target = ''] of textOf(page).matchAll(/\]\(((?!https?:|mailto:)[^)\s]+)\)/g)) {
        links += 1;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        assert.ok(existsSync(join(root, file)), `${page}: ${target} leads nowhere`);
        if (anchor !== undefined) assert.ok(anchorsIn(file).has(anchor), `${page}: ${target} has no such heading`);
      }
    assert.ok(links > 50, 'hardly any link was found');
  });

  test('show JSON that is JSON', () => {
    const shown = [...textOf('docs/api.md').matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => json);
    assert.ok(shown.length >= 5);
    for (const json of shown) assert.doesNotThrow(() => JSON.parse(json), json);
  });
});
