/** Programs get JSON and browsers get pages, by the weights of the header Accept. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { prefersHtml } from '../../src/http/accept.ts';

const pages = [
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'text/html',
  'TEXT/HTML',
  'text/*',
  'application/json;q=0.5, text/html;q=0.6',
  'application/json;q=0, */*',
  'text/html;q=0.1',
  'text/html;charset=utf-8 ; q=1.000, application/json;q=0.999',
];
const json = [
  undefined,
  '',
  '*/*',
  'application/json',
  'application/problem+json',
  'application/*',
  'text/html, application/json',
  'text/html;q=0.9, application/json',
  'text/html;q=0.5, */*;q=0.6',
  'text/html;q=0, */*',
  'text/html;q=2',
  'text/html;q=',
  'text/html;q=0.1234',
  'text/plain',
  'text',
  ',;/q=',
];

suite('the header Accept', () => {
  for (const accept of pages) test(`prefers a page: ${accept}`, () => assert.equal(prefersHtml(accept), true));
  for (const accept of json)
    test(`prefers JSON: ${accept ?? '(none)'}`, () => assert.equal(prefersHtml(accept), false));
});
