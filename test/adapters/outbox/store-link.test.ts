/** Whoever waits for the store thread is answered even when it dies, and another takes its place. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { failureOf } from '../../failure-of.ts';
import { dataFolder, openIn } from './data-folder.ts';
import { entryOf, START, submissionOf } from './submissions.ts';
import { until } from './until.ts';

suite('a store thread that dies', () => {
  test('leaves an acceptance unknown, everything else undone, and is started again', async () => {
    using data = dataFolder();
    const started: Promise<Worker[]> = once(process, 'worker');
    await using outbox = await openIn(data.folder);
    const [thread] = await started;
    const submission = submissionOf();
    await outbox.enqueue(entryOf(submission));

    const waiting = [
      failureOf(outbox.enqueue(entryOf(submissionOf()))),
      failureOf(outbox.mark(submission.id, START)),
      failureOf(outbox.find(submission.id)),
    ];
    await thread?.terminate();
    const codes = (await Promise.all(waiting)).map(({ code }) => code);
    assert.deepEqual(codes, ['acceptance-unknown', 'outbox-unavailable', 'outbox-unavailable']);
    assert.equal(outbox.fill.failing, true);
    assert.equal((await failureOf(outbox.enqueue(entryOf(submissionOf())))).code, 'outbox-unavailable');

    await until(() => !outbox.fill.failing);
    assert.equal((await outbox.find(submission.id))?.id, submission.id);
    assert.equal((await outbox.enqueue(entryOf(submissionOf()))).kind, 'held');
  });
});
