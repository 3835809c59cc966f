/** What was answered is on disk: after a stop, after a kill, and when the disk is full. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { dataFolder, openIn } from './data-folder.ts';
import { OutboxProcess } from './outbox-process.ts';
import { allOf, claimedEntry, entryOf, finished, START, submissionOf, usageOf } from './submissions.ts';
import { until } from './until.ts';

const withoutPrlimit = spawnSync('prlimit', ['--version']).status === 0 ? false : 'there is no prlimit';

suite('the outbox in SQLite', () => {
  test('has after a restart all that it had before', async () => {
    using data = dataFolder();
    const [waits, failed, large] = [submissionOf(), submissionOf(), submissionOf()];
    const before = await openIn(data.folder);
    await before.enqueue(claimedEntry(waits, 'order-1'));
    await before.enqueue(entryOf(failed));
    await before.enqueue(entryOf(large, 100_000));
    await before.mark(waits.id, START);
    await before.record({ submission: finished(failed, 'failed'), usage: usageOf(START) });
    const [fill, counts] = [before.fill, await before.counts()];
    await before.close();

    await using outbox = await openIn(data.folder);
    assert.deepEqual([outbox.fill, await outbox.counts()], [fill, counts]);
    assert.deepEqual(
      (await allOf(outbox.unfinished())).map(({ id, markedAt }) => [id, markedAt]),
      [
        [waits.id, START],
        [large.id, null],
      ],
    );
    assert.equal((await outbox.claimed('erp', 'order-1'))?.submission.id, waits.id);
    assert.deepEqual(await allOf(outbox.usedSince(0)), [usageOf(START)]);
    assert.equal((await outbox.load(large.id))?.content?.length, 100_000);
    assert.equal((await outbox.list({ statuses: ['failed'] }, null, 10)).submissions[0]?.id, failed.id);
  });

  test('has in a copy of its folder all that it had when it was closed', async () => {
    using data = dataFolder();
    using copy = dataFolder();
    const submission = submissionOf();
    const before = await openIn(data.folder);
    await before.enqueue(entryOf(submission, 100_000));
    await before.close();
    cpSync(data.folder, copy.folder, { recursive: true });
    await using outbox = await openIn(copy.folder);
    assert.equal((await outbox.load(submission.id))?.content?.length, 100_000);
  });

  test('loses nothing that it has answered when its process is killed', async () => {
    using data = dataFolder();
    const ids: string[] = [];
    await using killed = await OutboxProcess.start(data.folder);
    for (const bytes of [4, 2_000, 100_000, 4]) ids.push((await killed.ask({ bytes })).id ?? '');
    await killed.kill();
    await using outbox = await openIn(data.folder);
    assert.deepEqual(
      (await allOf(outbox.unfinished())).map(({ id }) => id),
      ids,
    );
    assert.equal((await outbox.load(ids[2] ?? ''))?.content?.length, 100_000);
  });

  test('goes through more unfinished submissions than one piece has, each once and in order', async () => {
    using data = dataFolder();
    await using outbox = await openIn(data.folder);
    const submissions = Array.from({ length: 5_300 }, (_, index) =>
      submissionOf({ acceptedAt: START + (index > 4_900 ? 1 : 0), status: index % 2 === 0 ? 'queued' : 'deferred' }),
    );
    await Promise.all(submissions.map((each) => outbox.enqueue(entryOf(each))));
    const pieces: number[] = [];
    const ids: string[] = [];
    for await (const piece of outbox.unfinished()) {
      pieces.push(piece.length);
      ids.push(...piece.map(({ id }) => id));
    }
    assert.deepEqual(pieces, [5_000, 300]);
    assert.deepEqual(
      ids,
      submissions.map(({ id }) => id),
    );
  });

  test('commits together what is asked for together', async () => {
    using data = dataFolder();
    await using outbox = await openIn(data.folder);
    const [first, second] = [submissionOf(), submissionOf()];
    await Promise.all([first, second].map((each) => outbox.enqueue(entryOf(each))));
    const { commits } = outbox;
    await Promise.all([
      ...Array.from({ length: 50 }, () => outbox.enqueue(entryOf(submissionOf()))),
      outbox.mark(first.id, START),
      outbox.record({ submission: finished(second, 'submitted') }),
      outbox.find(first.id),
    ]);
    assert.equal(outbox.commits, commits + 1);
  });

  test('takes what is asked for together with something that cannot be written', async () => {
    using data = dataFolder();
    await using outbox = await openIn(data.folder);
    const submission = submissionOf();
    const other = submissionOf();
    const answers = await Promise.allSettled([
      outbox.enqueue(entryOf(submission)),
      outbox.enqueue(entryOf(submission)),
      outbox.enqueue(entryOf(other)),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.ok(await outbox.find(other.id));
    assert.deepEqual([outbox.fill.submissions, outbox.fill.failing], [2, false]);
  });

  test('refuses what a full disk does not take, keeps what it has, and recovers by itself', {
    skip: withoutPrlimit,
  }, async () => {
    using data = dataFolder();
    const limit = 1_500_000;
    await using filling = await OutboxProcess.start(data.folder, ['prlimit', `--fsize=${limit}:unlimited`]);
    const ids: string[] = [];
    let answer = await filling.ask({ bytes: 20_000 });
    for (; answer.refused === null; answer = await filling.ask({ bytes: 20_000 })) ids.push(answer.id ?? '');
    assert.equal(answer.refused, 'outbox-unavailable');
    assert.equal(answer.fill.failing, true);
    assert.ok(ids.length > 20, `only ${ids.length} were taken`);
    assert.equal(answer.fill.submissions, ids.length);
    assert.equal((await filling.ask({ bytes: 2_000_000 })).refused, 'outbox-unavailable');

    execFileSync('prlimit', [`--pid=${filling.pid}`, '--fsize=unlimited:unlimited']);
    await until(async () => !(await filling.ask(null)).fill.failing);
    ids.push((await filling.ask({ bytes: 20_000 })).id ?? '', (await filling.ask({ bytes: 2_000_000 })).id ?? '');
    await filling.kill();

    await using outbox = await openIn(data.folder);
    const there = (await allOf(outbox.unfinished())).map(({ id }) => id);
    assert.deepEqual(there, ids);
  });

  test('tells of a disk that has no room left for a large content, and goes on with small ones', {
    skip: withoutPrlimit,
  }, async () => {
    using data = dataFolder();
    await using filling = await OutboxProcess.start(data.folder, ['prlimit', '--fsize=1500000:unlimited']);
    const { refused, fill } = await filling.ask({ bytes: 2_000_000 });
    assert.equal(refused, 'outbox-unavailable');
    assert.equal(fill.failing, true);
    const small = await filling.ask({ bytes: 20_000 });
    assert.equal(small.refused, null);
    assert.equal(small.fill.failing, false);
  });

  test('goes on where the log has no room left and the database has', { skip: withoutPrlimit }, async () => {
    using data = dataFolder();
    await using filling = await OutboxProcess.start(data.folder, ['prlimit', '--fsize=1500000:unlimited']);
    for (let count = 0; count < 150; count += 1) {
      const { refused } = await filling.ask({ bytes: 20_000, drops: true });
      assert.equal(refused, null, `after ${count}`);
    }
  });
});

suite('a content file', () => {
  const filesIn = (folder: string) => readdirSync(join(folder, 'content'));

  test('goes once nobody needs it: dropped, forgotten, swept, or of a key that was claimed before', async () => {
    using data = dataFolder();
    await using outbox = await openIn(data.folder);
    const [dropped, forgotten, swept, claimed] = [submissionOf(), submissionOf(), submissionOf(), submissionOf()];
    for (const each of [dropped, forgotten, swept]) await outbox.enqueue(entryOf(each, 100_000));
    await outbox.enqueue(claimedEntry({ ...claimed, size: 100_000 }, 'order-1'));
    assert.equal(filesIn(data.folder).length, 4);
    await outbox.enqueue(claimedEntry({ ...submissionOf(), size: 100_000 }, 'order-1'));
    await outbox.record({ submission: finished(dropped, 'submitted'), dropContent: true });
    await outbox.forget(forgotten.id, 1);
    await outbox.record({ submission: finished(swept, 'failed', START) });
    await outbox.sweep({ finishedBefore: 0, contentOfFinishedBefore: START + 1, claimedBefore: 0, usedBefore: 0 });
    await until(() => filesIn(data.folder).length === 1);
    assert.deepEqual(filesIn(data.folder), [claimed.id]);
  });

  test('goes at the next start when a crash has left it behind', async () => {
    using data = dataFolder();
    const submission = submissionOf();
    const before = await openIn(data.folder);
    await before.enqueue(entryOf(submission, 100_000));
    await before.close();
    for (const orphan of ['01ORPHAN', '01ORPHAN.part', `${submission.id}.part`]) {
      writeFileSync(join(data.folder, 'content', orphan), 'x');
    }
    await using outbox = await openIn(data.folder);
    assert.deepEqual(filesIn(data.folder), [submission.id]);
    assert.equal((await outbox.load(submission.id))?.content?.length, 100_000);
  });

  test('that somebody has removed is a content that is gone', async () => {
    using data = dataFolder();
    await using outbox = await openIn(data.folder);
    const submission = submissionOf();
    await outbox.enqueue(entryOf(submission, 100_000));
    rmSync(join(data.folder, 'content', submission.id));
    assert.equal((await outbox.load(submission.id))?.content, null);
  });

  test('is made only for a content that is too large for a row', async () => {
    using data = dataFolder();
    await using outbox = await openIn(data.folder);
    await outbox.enqueue(entryOf(submissionOf(), 65_536));
    assert.deepEqual(filesIn(data.folder), []);
    await outbox.enqueue(entryOf(submissionOf(), 65_537));
    assert.equal(filesIn(data.folder).length, 1);
    assert.ok(existsSync(join(data.folder, 'outbox.db')));
  });
});
