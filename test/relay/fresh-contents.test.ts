/** What has just come is kept in memory within a bound, and given once. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FreshContents } from '../../src/relay/fresh-contents.ts';
import { submissionTo } from '../domain/submissions.ts';
import { placeWith } from './places.ts';

const content = () => new Uint8Array(70_000).fill(65);
const submission = submissionTo(['jane@fabrikam.example'], { size: 70_000 });

suite('a fresh content', () => {
  test('is given once, as it was', () => {
    const fresh = new FreshContents(1_000_000);
    const place = placeWith();
    const bytes = content();
    fresh.keep(place, submission, bytes);
    assert.deepEqual(fresh.take(place), { submission, content: bytes });
    assert.equal(fresh.take(place), null);
  });

  test('is not kept where there is no room, and its memory is freed', () => {
    const fresh = new FreshContents(100_000);
    const [one, other] = [placeWith(), placeWith()];
    const bytes = content();
    fresh.keep(one, submission, content());
    fresh.keep(other, submission, bytes);
    assert.equal(fresh.take(other), null);
    assert.equal(bytes.length, 0);
    assert.equal(fresh.take(one)?.content.length, 70_000);
  });

  test('leaves its room to the next once it is taken', () => {
    const fresh = new FreshContents(100_000);
    for (let count = 0; count < 10; count += 1) {
      const place = placeWith();
      fresh.keep(place, submission, content());
      assert.ok(fresh.take(place));
    }
  });
});
