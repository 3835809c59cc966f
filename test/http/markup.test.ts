/** Whatever is put into a template of HTML says what it said before, and does nothing. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { html } from '../../src/http/markup.ts';

suite('a template', () => {
  test('escapes text between tags and in attributes', () => {
    const text = `<script>"&'`;
    assert.equal(
      html`<p title="${text}">${text}</p>`.toString(),
      '<p title="&#60;script&#62;&#34;&#38;&#39;">&#60;script&#62;&#34;&#38;&#39;</p>',
    );
  });

  test('takes markup as it is, each of a list in turn, and null for nothing', () => {
    const item = (text: string) => html`<li>${text}</li>`;
    assert.equal(
      html`<ul>${['a', '<b>'].map(item)}</ul>${null}${2}`.toString(),
      '<ul><li>a</li><li>&#60;b&#62;</li></ul>2',
    );
  });

  test('takes nothing for markup that only looks like it', () => {
    const pretended = JSON.parse('["<b>"]');
    assert.equal(html`${pretended}`.toString(), '&#60;b&#62;');
  });

  test('leaves backslashes and dollar signs alone', () => {
    assert.equal(html`${'\\n $& $1'}`.toString(), '\\n $&#38; $1');
  });
});
