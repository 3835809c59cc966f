import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isMistake } from '../../../src/config/readers.ts';
import { readInstant } from '../../../src/config/routing-file/instant.ts';

describe('an instant', () => {
  const accepted = {
    '2027-03-31': '2027-03-31T00:00:00.000Z',
    '2028-02-29': '2028-02-29T00:00:00.000Z',
    '2027-03-31T22:00Z': '2027-03-31T22:00:00.000Z',
    '2027-03-31T22:00:05+01:00': '2027-03-31T21:00:05.000Z',
    '2027-03-31 22:00:05.25 -0530': '2027-04-01T03:30:05.250Z',
    '2027-03-31t22:00:05z': '2027-03-31T22:00:05.000Z',
  };
  for (const [text, expected] of Object.entries(accepted)) {
    test(`is read of ${text}`, () => {
      const instant = readInstant(text);
      assert.ok(instant instanceof Date);
      assert.equal(instant.toISOString(), expected);
    });
  }

  for (const text of [
    '2027-02-29',
    '2027-13-01',
    '2027-00-10',
    '2027-04-31T10:00Z',
    '2027-01-01T24:01Z',
    '2027-1-1',
    '20270101',
    '2027-01-01T10:00',
    'never',
  ]) {
    test(`is not read of ${text}`, () => assert.ok(isMistake(readInstant(text))));
  }
});
