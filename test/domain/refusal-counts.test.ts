/** Refusals are counted by what makes them alike, within a time. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RefusalCounts } from '../../src/domain/refusal-counts.ts';

suite('refusals', () => {
  test('are counted by key', () => {
    const counts = new RefusalCounts();
    assert.equal(counts.count('ceo send-as-denied', 0, 1_000), 1);
    assert.equal(counts.count('ceo send-as-denied', 1, 1_000), 2);
    assert.equal(counts.count('cfo send-as-denied', 2, 1_000), 1);
    assert.equal(counts.count('ceo dmarc-rejected', 3, 1_000), 1);
  });

  test('count no more once the window has passed them', () => {
    const counts = new RefusalCounts();
    counts.count('ceo', 0, 1_000);
    counts.count('ceo', 500, 1_000);
    assert.equal(counts.count('ceo', 999, 1_000), 3);
    assert.equal(counts.count('ceo', 1_000, 1_000), 3);
    assert.equal(counts.count('ceo', 5_000, 1_000), 1);
  });

  test('are not remembered longer than they count, however many there are', () => {
    const counts = new RefusalCounts();
    counts.count('kept', 0, 1_000);
    for (let sender = 0; sender < 1_000; sender += 1) counts.count(`sender ${sender}`, 1, 1_000);
    counts.count('kept', 900, 1_000);
    assert.equal(counts.size, 1_001);
    assert.equal(counts.count('kept', 1_500, 1_000), 2);
    assert.equal(counts.size, 1);
  });

  test('begin again with what is forgotten, and with nothing else', () => {
    const counts = new RefusalCounts();
    counts.count('mailbox a x', 0, 1_000);
    counts.count('mailbox a y', 0, 1_000);
    counts.count('mailbox ab x', 0, 1_000);
    counts.forget('mailbox a ');
    assert.equal(counts.count('mailbox a x', 1, 1_000), 1);
    assert.equal(counts.count('mailbox a y', 1, 1_000), 1);
    assert.equal(counts.count('mailbox ab x', 1, 1_000), 2);
  });
});
