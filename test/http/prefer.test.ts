/** How long a caller waits is read as RFC 7240 has it; what is not known is passed over, a wait that is none is told. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readPreferences } from '../../src/http/prefer.ts';

suite('the header Prefer', () => {
  const read: [header: string | undefined, wait: number, applied: string | null][] = [
    [undefined, 30_000, null],
    ['', 30_000, null],
    ['wait=10', 10_000, 'wait=10'],
    ['wait=0', 0, 'wait=0'],
    ['wait=30', 30_000, 'wait=30'],
    ['wait=31', 30_000, 'wait=30'],
    ['wait=99999999999999999999', 30_000, 'wait=30'],
    ['WAIT = 5', 5_000, 'wait=5'],
    ['wait="5"', 5_000, 'wait=5'],
    ['wait=5;foo=bar; x', 5_000, 'wait=5'],
    ['respond-async', 0, 'respond-async'],
    ['Respond-Async', 0, 'respond-async'],
    ['respond-async=""', 0, 'respond-async'],
    ['respond-async, wait=10', 10_000, 'respond-async, wait=10'],
    ['wait=10,respond-async', 10_000, 'respond-async, wait=10'],
    ['wait=3, wait=7', 3_000, 'wait=3'],
    ['wait=3, wait=soon', 3_000, 'wait=3'],
    ['return=minimal, handling=lenient', 30_000, null],
    ['foo="wait=1, respond-async"', 30_000, null],
    ['foo="a\\", wait=1", wait=2', 2_000, 'wait=2'],
    ['foo; wait=1', 30_000, null],
    [', ,wait=4,,', 4_000, 'wait=4'],
    ['respond-async=no', 30_000, null],
    ['waiting=1', 30_000, null],
    [';wait=5', 30_000, null],
    [';respond-async; wait=5', 30_000, null],
    ['wait=1, foo="a, wait=2', 1_000, 'wait=1'],
    ['foo="a, wait=2', 30_000, null],
    ['foo="\\', 30_000, null],
  ];
  for (const [header, wait, applied] of read) {
    test(`is read: ${JSON.stringify(header)}`, () => {
      assert.deepEqual(readPreferences(header), { wait, applied });
    });
  }

  test('is read alike whether or not there is a quote elsewhere in it', () => {
    for (const [header, wait, applied] of read) {
      // What has a quote without an end goes on to the end of the header.
      if (header === undefined || (header.match(/"/g)?.length ?? 0) % 2 > 0) continue;
      assert.deepEqual(readPreferences(`${header}, x="y"`), { wait, applied }, header);
    }
  });

  for (const header of [
    'wait',
    'wait=',
    'wait=""',
    'wait=soon',
    'wait=-1',
    'wait=1.5',
    'wait=1s',
    'wait=1 2',
    'wait="',
  ]) {
    test(`is a mistake: ${header}`, () => {
      const preferences = readPreferences(header);
      assert.ok('mistake' in preferences);
      assert.match(preferences.mistake, /^wait=".*" is no whole number of seconds; wait=0 to wait=30 are possible$/);
    });
  }
});
