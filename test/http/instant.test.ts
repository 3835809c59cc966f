/** A point in time is read with its offset, and never guessed. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseInstant } from '../../src/http/instant.ts';

suite('a point in time', () => {
  const read: Record<string, string> = {
    '2026-03-02T08:00:00Z': '2026-03-02T08:00:00.000Z',
    '2026-03-02t08:00:00z': '2026-03-02T08:00:00.000Z',
    '2026-03-02T08:00Z': '2026-03-02T08:00:00.000Z',
    '2026-03-02T08:00:00.25+01:00': '2026-03-02T07:00:00.250Z',
    '2026-03-02T08:00:00.123456789Z': '2026-03-02T08:00:00.123Z',
    '2026-03-02T08:00:00-0530': '2026-03-02T13:30:00.000Z',
    '2028-02-29T00:00:00Z': '2028-02-29T00:00:00.000Z',
  };
  for (const [text, instant] of Object.entries(read)) {
    test(`is read: ${text}`, () => assert.equal(parseInstant(text), Date.parse(instant)));
  }

  const refused = [
    '',
    'tomorrow',
    '2026-03-02',
    '2026-03-02T08:00:00',
    '2026-03-02 08:00:00Z',
    '2026-02-30T08:00:00Z',
    '2026-02-29T08:00:00Z',
    '2026-13-01T08:00:00Z',
    '2026-03-02T25:00:00Z',
    '2026-03-02T08:61:00Z',
    '2026-03-02T08:00:00+25:00',
    '2026-03-02T08:00:00 01:00',
    '1772438400',
    'Mon, 02 Mar 2026 08:00:00 GMT',
  ];
  for (const text of refused) {
    test(`is refused: ${JSON.stringify(text)}`, () => {
      const read = parseInstant(text);
      assert.ok(typeof read === 'object', String(read));
      assert.match(read.mistake, /^".*" is no date and time with its offset from UTC; /);
    });
  }
});
