/** The outbox in SQLite keeps the contract, and what it says is held is there after a restart. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataFolder, openIn } from './data-folder.ts';
import { outboxContract } from './outbox-contract.ts';
import { entryOf, START, submissionOf } from './submissions.ts';

outboxContract('in SQLite', async (bounds) => {
  const data = dataFolder();
  const outbox = await openIn(data.folder, bounds);
  return Object.assign(outbox, {
    [Symbol.asyncDispose]: async () => {
      await outbox.close();
      data[Symbol.dispose]();
    },
  });
});

test('a page of large records is short, and the pages together are whole', async () => {
  using data = dataFolder();
  const outbox = await openIn(data.folder);
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    const submission = submissionOf({ metadata: { note: 'x'.repeat(600_000) } });
    await outbox.enqueue(entryOf(submission));
    ids.unshift(submission.id);
  }
  const lengths: number[] = [];
  const listed: string[] = [];
  for (let next: string | null = null, isFirst = true; isFirst || next !== null; isFirst = false) {
    const page: Awaited<ReturnType<typeof outbox.list>> = await outbox.list({}, next, 100);
    lengths.push(page.submissions.length);
    listed.push(...page.submissions.map(({ id }) => id));
    next = page.next;
  }
  await outbox.close();
  assert.deepEqual(lengths, [2, 2, 1]);
  assert.deepEqual(listed, ids);
});

test('searches through records go one after the other, so that commits wait for none but one', async () => {
  using data = dataFolder();
  const outbox = await openIn(data.folder);
  await Promise.all(Array.from({ length: 2_000 }, () => outbox.enqueue(entryOf(submissionOf()))));
  const order: string[] = [];
  const search = async (name: string, acceptedFrom?: number) => {
    await outbox.list({ recipient: 'nobody@example.com', acceptedFrom }, null, 10);
    order.push(name);
  };
  await Promise.all([search('long'), search('short', START + 1)]);
  await outbox.close();
  assert.deepEqual(order, ['long', 'short']);
});
