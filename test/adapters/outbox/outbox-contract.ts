/** What every outbox keeps to, wherever it holds its submissions. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Submission } from '../../../src/domain/submission.ts';
import type { Outbox, Retention } from '../../../src/ports/outbox.ts';
import { failureOf } from '../../failure-of.ts';
import { listingContract } from './listing-contract.ts';
import {
  allOf,
  changed,
  claimedEntry,
  contentOf,
  entryOf,
  finished,
  HOUR,
  SECOND,
  START,
  submissionOf,
  usageOf,
} from './submissions.ts';

export interface Bounds {
  readonly maxSubmissions?: number;
  readonly maxBytes?: number;
}

/** @param open an empty outbox of the kind, which is closed with the test */
export function outboxContract(kind: string, open: (bounds?: Bounds) => Promise<Outbox & AsyncDisposable>) {
  const nothing: Retention = { finishedBefore: 0, contentOfFinishedBefore: 0, claimedBefore: 0, usedBefore: 0 };

  describe(`an outbox ${kind}`, () => {
    for (const [size, bytes] of [
      ['a small', 2_000],
      ['a large', 200_000],
      ['an empty', 0],
    ] as const) {
      test(`gives back a submission with ${size} content as it was taken`, async () => {
        await using outbox = await open();
        const entry = entryOf(submissionOf(), bytes);
        assert.deepEqual(await outbox.enqueue(entry), { kind: 'held' });
        const loaded = await outbox.load(entry.submission.id);
        assert.deepEqual(loaded?.submission, entry.submission);
        assert.ok(loaded?.content);
        assert.deepEqual(Buffer.from(loaded.content), entry.content);
        assert.deepEqual(await outbox.find(entry.submission.id), entry.submission);
      });
    }

    test('takes the bytes of a content that is a part of something larger, and no others', async () => {
      await using outbox = await open();
      const larger = contentOf(100);
      const entries = [10, 30].map((at) => ({
        ...entryOf(submissionOf({ size: 20 })),
        content: larger.subarray(at, at + 20),
      }));
      await Promise.all(entries.map((entry) => outbox.enqueue(entry)));
      for (const { submission, content } of entries) {
        const loaded = await outbox.load(submission.id);
        assert.deepEqual(Buffer.from(loaded?.content ?? []), content);
      }
    });

    test('has nothing under an id that it does not know', async () => {
      await using outbox = await open();
      assert.equal(await outbox.load('none'), null);
      assert.equal(await outbox.find('none'), null);
      assert.equal(await outbox.forget('none', 1), false);
      assert.equal(await outbox.record({ submission: changed(submissionOf(), {}) }), false);
    });

    test('shows what was asked for before, without waiting for it', async () => {
      await using outbox = await open();
      const submission = submissionOf();
      const held = outbox.enqueue(entryOf(submission));
      const marked = outbox.mark(submission.id, START + SECOND);
      const recorded = outbox.record({ submission: finished(submission, 'submitted'), dropContent: true });
      const found = outbox.find(submission.id);
      assert.equal((await found)?.status, 'submitted');
      assert.deepEqual(await Promise.all([held, marked, recorded]), [{ kind: 'held' }, undefined, true]);
    });

    describe('and changes', () => {
      test('writes one that knows the last revision, and no other', async () => {
        await using outbox = await open();
        const submission = submissionOf();
        await outbox.enqueue(entryOf(submission));
        const deferred = changed(submission, { status: 'deferred', nextAttemptAt: START + HOUR });
        assert.equal(await outbox.record({ submission: deferred }), true);
        for (const revision of [1, 2, 4]) {
          assert.equal(await outbox.record({ submission: { ...deferred, revision, status: 'canceled' } }), false);
        }
        assert.deepEqual(await outbox.find(submission.id), deferred);
      });

      test('lets one of two succeed that know the same revision', async () => {
        await using outbox = await open();
        const submission = submissionOf();
        await outbox.enqueue(entryOf(submission));
        const results = await Promise.all([
          outbox.record({ submission: finished(submission, 'submitted') }),
          outbox.record({ submission: finished(submission, 'canceled') }),
        ]);
        assert.deepEqual(results, [true, false]);
        assert.equal((await outbox.find(submission.id))?.status, 'submitted');
      });

      for (const bytes of [4, 100_000]) {
        test(`keeps a content of ${bytes} bytes until it is dropped`, async () => {
          await using outbox = await open();
          const submission = submissionOf();
          await outbox.enqueue(entryOf(submission, bytes));
          const deferred = changed(submission, { status: 'deferred' });
          await outbox.record({ submission: deferred });
          assert.equal((await outbox.load(submission.id))?.content?.length, bytes);
          const submitted = finished(deferred, 'submitted');
          await outbox.record({ submission: submitted, dropContent: true });
          assert.deepEqual(await outbox.load(submission.id), { submission: submitted, content: null });
        });
      }

      test('counts no usage of one that was not written', async () => {
        await using outbox = await open();
        const submission = submissionOf();
        await outbox.enqueue(entryOf(submission));
        const written = usageOf(START);
        await outbox.record({ submission: finished(submission, 'submitted'), usage: written });
        await outbox.record({ submission: finished(submission, 'submitted'), usage: usageOf(START + 1) });
        assert.deepEqual(await allOf(outbox.usedSince(START)), [written]);
      });

      test('does not take up again what has no content any more', async () => {
        await using outbox = await open();
        const submission = submissionOf();
        await outbox.enqueue(entryOf(submission));
        const failed = finished(submission, 'failed');
        await outbox.record({ submission: failed, dropContent: true });
        const again = changed(failed, { status: 'queued', finishedAt: null });
        assert.equal(await outbox.record({ submission: again }), false);
        assert.equal((await outbox.find(submission.id))?.status, 'failed');
      });

      test('takes up again what has its content', async () => {
        await using outbox = await open();
        const submission = submissionOf();
        await outbox.enqueue(entryOf(submission));
        const failed = finished(submission, 'failed');
        await outbox.record({ submission: failed });
        const again = changed(failed, { status: 'queued', finishedAt: null, nextAttemptAt: START + HOUR });
        assert.equal(await outbox.record({ submission: again }), true);
        const [waiting] = await allOf(outbox.unfinished());
        assert.equal(waiting?.dueAt, START + HOUR);
        await outbox.sweep({ ...nothing, finishedBefore: START + HOUR, contentOfFinishedBefore: START + HOUR });
        assert.equal((await outbox.load(submission.id))?.content?.length, 4);
      });
    });

    describe('and idempotency keys', () => {
      test('answers with the submission and the body of the first, and takes no second', async () => {
        await using outbox = await open();
        const first = claimedEntry(submissionOf(), 'order-1', 'a');
        const second = claimedEntry(submissionOf(), 'order-1', 'b');
        await outbox.enqueue(first);
        const meanwhile = changed(first.submission, { status: 'sending' });
        await outbox.record({ submission: meanwhile });
        const claimed = { submission: meanwhile, bodySha256: 'a'.repeat(64) };
        assert.deepEqual(await outbox.enqueue(second), { kind: 'claimed', ...claimed });
        assert.deepEqual(await outbox.claimed('erp', 'order-1'), claimed);
        assert.equal(await outbox.find(second.submission.id), null);
        assert.equal(outbox.fill.submissions, 1);
      });

      test('lets one of two through that come together, also with large contents', async () => {
        await using outbox = await open();
        const entries = [submissionOf(), submissionOf()].map((submission) =>
          claimedEntry({ ...submission, size: 100_000 }, 'order-1'),
        );
        const answers = await Promise.all(entries.map((entry) => outbox.enqueue(entry)));
        assert.deepEqual(answers.map(({ kind }) => kind).sort(), ['claimed', 'held']);
        const held = entries[answers[0]?.kind === 'held' ? 0 : 1];
        assert.equal((await outbox.load(held?.submission.id ?? ''))?.content?.length, 100_000);
      });

      test('keeps those of each client apart', async () => {
        await using outbox = await open();
        await outbox.enqueue(claimedEntry(submissionOf({ client: 'erp' }), 'order-1'));
        assert.equal(await outbox.claimed('crm', 'order-1'), null);
        const other = claimedEntry(submissionOf({ client: 'crm' }), 'order-1');
        assert.deepEqual(await outbox.enqueue(other), { kind: 'held' });
      });

      test('frees one with the change that says so, for another to claim', async () => {
        await using outbox = await open();
        const first = claimedEntry(submissionOf(), 'order-1');
        await outbox.enqueue(first);
        await outbox.record({ submission: finished(first.submission, 'failed'), freeKey: true });
        assert.equal(await outbox.claimed('erp', 'order-1'), null);
        const second = claimedEntry(submissionOf(), 'order-1', 'b');
        assert.deepEqual(await outbox.enqueue(second), { kind: 'held' });
        await outbox.forget(first.submission.id, 2);
        assert.equal((await outbox.claimed('erp', 'order-1'))?.submission.id, second.submission.id);
      });
    });

    describe('and what is unfinished', () => {
      test('tells of it in the order of acceptance, with all that its line needs', async () => {
        await using outbox = await open();
        const second = submissionOf({
          acceptedAt: START + 2,
          priority: 'high',
          retry: false,
          nextAttemptAt: START + HOUR,
        });
        const third = submissionOf({
          acceptedAt: START + 3,
          client: 'crm',
          tenant: 'fabrikam',
          mailbox: 'a@fabrikam.com',
        });
        const first = submissionOf({ acceptedAt: START + 1 });
        const done = submissionOf();
        for (const each of [second, third, first, done]) await outbox.enqueue(entryOf(each));
        await outbox.record({ submission: finished(done, 'submitted') });
        const recipients = ['pending', 'rejected', 'pending'] as const;
        const deferred = changed(first, {
          status: 'deferred',
          recipients: recipients.map((state, index) => ({ address: `${index}@example.com`, state, failure: null })),
        });
        await outbox.record({ submission: deferred });
        const waiting = await allOf(outbox.unfinished());
        assert.deepEqual(
          waiting.map(({ id }) => id),
          [first.id, second.id, third.id],
        );
        assert.equal(waiting[0]?.recipients, 2);
        assert.deepEqual(waiting[0]?.status, 'deferred');
        assert.deepEqual(waiting[1], {
          id: second.id,
          revision: 1,
          client: 'erp',
          tenant: 'contoso',
          mailbox: 'billing@contoso.com',
          from: 'billing@contoso.com',
          priority: 'high',
          status: 'queued',
          acceptedAt: START + 2,
          dueAt: START + HOUR,
          expiresAt: second.expiresAt,
          retry: false,
          recipients: 1,
          size: 4,
          markedAt: null,
        });
      });

      test('tells it in the order in which it was taken when the instant is the same', async () => {
        await using outbox = await open();
        const submissions = Array.from({ length: 20 }, () => submissionOf()).reverse();
        await Promise.all(submissions.map((each) => outbox.enqueue(entryOf(each))));
        assert.deepEqual(
          (await allOf(outbox.unfinished())).map(({ id }) => id),
          submissions.map(({ id }) => id),
        );
      });

      test('says since when an attempt is marked, the latest one, until a change', async () => {
        await using outbox = await open();
        const submission = submissionOf();
        await outbox.enqueue(entryOf(submission));
        const markedAt = async () => (await allOf(outbox.unfinished()))[0]?.markedAt;
        await outbox.mark(submission.id, START + 1);
        await outbox.mark(submission.id, START + 2);
        assert.equal(await markedAt(), START + 2);
        await outbox.record({ submission: changed(submission, { revision: 5 }) });
        assert.equal(await markedAt(), START + 2);
        await outbox.record({ submission: changed(submission, { status: 'deferred' }) });
        assert.equal(await markedAt(), null);
      });

      test('refuses to mark what it does not have', async () => {
        await using outbox = await open();
        assert.equal((await failureOf(outbox.mark('none', START))).code, 'outbox-unavailable');
        assert.equal(outbox.fill.failing, false);
      });
    });

    test('forgets a submission of the given revision, with its content, its key and its mark', async () => {
      await using outbox = await open();
      const entry = claimedEntry(submissionOf(), 'order-1');
      const { id } = entry.submission;
      await outbox.enqueue(entry);
      await outbox.mark(id, START);
      assert.equal(await outbox.forget(id, 2), false);
      assert.equal(await outbox.forget(id, 1), true);
      assert.equal(await outbox.load(id), null);
      assert.equal(await outbox.claimed('erp', 'order-1'), null);
      assert.deepEqual(await allOf(outbox.unfinished()), []);
      assert.deepEqual([outbox.fill.submissions, outbox.fill.bytes], [0, 0]);
    });

    test('counts the records in each status', async () => {
      await using outbox = await open();
      const submissions = Array.from({ length: 5 }, () => submissionOf());
      for (const each of submissions) await outbox.enqueue(entryOf(each));
      const [first, second, third] = submissions;
      assert.ok(first && second && third);
      await outbox.record({ submission: finished(first, 'submitted') });
      await outbox.record({ submission: finished(second, 'in-doubt') });
      await outbox.record({ submission: changed(third, { status: 'deferred' }) });
      const none = { sending: 0, failed: 0, canceled: 0 };
      assert.deepEqual(await outbox.counts(), { ...none, queued: 2, deferred: 1, submitted: 1, 'in-doubt': 1 });
    });

    test('tells of usage since an instant, in the order of time', async () => {
      await using outbox = await open();
      const times = [3, 1, 2, 2, 0].map((seconds) => START + seconds * SECOND);
      for (const at of times) {
        const submission = submissionOf();
        await outbox.enqueue(entryOf(submission));
        await outbox.record({ submission: finished(submission, 'submitted'), usage: usageOf(at) });
      }
      const used = await allOf(outbox.usedSince(START + SECOND));
      assert.deepEqual(
        used,
        [1, 2, 2, 3].map((seconds) => usageOf(START + seconds * SECOND)),
      );
    });

    describe('and its bounds', () => {
      const takenUntilFull = async (outbox: Outbox) => {
        const taken: Submission[] = [];
        for (let number = 0; number < 3; number += 1) {
          const submission = submissionOf();
          await outbox.enqueue(entryOf(submission));
          taken.push(submission);
        }
        const refused = submissionOf();
        const failure = await failureOf(outbox.enqueue(entryOf(refused)));
        assert.equal(await outbox.find(refused.id), null);
        return { taken, failure };
      };

      test('refuses more submissions than it may hold, and names the bound', async () => {
        await using outbox = await open({ maxSubmissions: 3 });
        const { taken, failure } = await takenUntilFull(outbox);
        assert.equal(failure.code, 'outbox-full');
        assert.match(failure.detail ?? '', /3 submissions.*OUTBOX_MAX_SUBMISSIONS/);
        assert.deepEqual(outbox.fill, {
          submissions: 3,
          bytes: 12,
          maxSubmissions: 3,
          maxBytes: outbox.fill.maxBytes,
          failing: false,
        });
        for (const each of taken) await outbox.record({ submission: finished(each, 'submitted'), dropContent: true });
        assert.equal((await outbox.enqueue(entryOf(submissionOf()))).kind, 'held');
      });

      test('refuses more bytes than it may hold, and names the bound', async () => {
        await using outbox = await open({ maxBytes: 14 });
        const { failure } = await takenUntilFull(outbox);
        assert.equal(failure.code, 'outbox-full');
        assert.match(failure.detail ?? '', /MiB at most \(OUTBOX_MAX_MIB\)/);
        assert.equal((await outbox.enqueue(entryOf(submissionOf(), 2))).kind, 'held');
        assert.equal(outbox.fill.bytes, 14);
      });

      test('lets no more in of those that come together', async () => {
        await using outbox = await open({ maxSubmissions: 5 });
        const entries = Array.from({ length: 9 }, () => entryOf(submissionOf()));
        const answers = await Promise.allSettled(entries.map((entry) => outbox.enqueue(entry)));
        assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 5);
        assert.equal(outbox.fill.submissions, 5);
      });

      for (const [bound, bounds] of [
        ['bytes', { maxBytes: 14 }],
        ['submissions', { maxSubmissions: 3 }],
      ] as const) {
        test(`drops the oldest retained content when the ${bound} are needed for a new one`, async () => {
          await using outbox = await open(bounds);
          const { taken } = await takenUntilFull(outbox);
          const [waits, later, earlier] = taken;
          assert.ok(waits && later && earlier);
          await outbox.record({ submission: finished(later, 'failed', START + 2 * SECOND) });
          await outbox.record({ submission: finished(earlier, 'in-doubt', START + SECOND) });
          assert.equal(outbox.fill.bytes, 4);
          await outbox.enqueue(entryOf(submissionOf()));
          const held = async ({ id }: Submission) => (await outbox.load(id))?.content !== null;
          assert.deepEqual([await held(waits), await held(later), await held(earlier)], [true, true, false]);
          assert.equal(outbox.fill.bytes, 8);
        });
      }
    });

    describe('and its sweep', () => {
      test('removes the records that are finished since before the instant, and says how many', async () => {
        await using outbox = await open();
        const old = Array.from({ length: 450 }, () => submissionOf());
        const young = submissionOf();
        const waiting = submissionOf();
        await Promise.all([...old, young, waiting].map((each) => outbox.enqueue(entryOf(each))));
        await Promise.all(
          old.map((each) => outbox.record({ submission: finished(each, 'submitted', START), dropContent: true })),
        );
        await outbox.record({ submission: finished(young, 'submitted', START + HOUR) });
        assert.equal(await outbox.sweep({ ...nothing, finishedBefore: START + HOUR }), 450);
        assert.equal(await outbox.find(old[0]?.id ?? ''), null);
        assert.ok(await outbox.find(young.id));
        assert.ok(await outbox.find(waiting.id));
        assert.equal(await outbox.sweep({ ...nothing, finishedBefore: START + HOUR }), 0);
      });

      test('drops the contents of what is finished since before the instant, and keeps the records', async () => {
        await using outbox = await open();
        const [old, young, waiting] = [submissionOf(), submissionOf(), submissionOf()];
        for (const each of [old, young, waiting]) await outbox.enqueue(entryOf(each, 100_000));
        await outbox.record({ submission: finished(old, 'failed', START) });
        await outbox.record({ submission: finished(young, 'in-doubt', START + HOUR) });
        assert.equal(await outbox.sweep({ ...nothing, contentOfFinishedBefore: START + HOUR }), 0);
        const contents = await Promise.all(
          [old, young, waiting].map(async ({ id }) => (await outbox.load(id))?.content?.length),
        );
        assert.deepEqual(contents, [undefined, 100_000, 100_000]);
        assert.equal((await outbox.find(old.id))?.status, 'failed');
        assert.equal(outbox.fill.bytes, 100_000);
      });

      test('frees the keys that were claimed before the instant, but for those of unfinished submissions', async () => {
        await using outbox = await open();
        const claims = Array.from({ length: 250 }, (_, index) => claimedEntry(submissionOf(), `waits-${index}`));
        const old = claimedEntry(submissionOf(), 'old');
        const young = claimedEntry(submissionOf({ acceptedAt: START + HOUR }), 'young');
        await Promise.all([...claims, old, young].map((each) => outbox.enqueue(each)));
        for (const { submission } of [old, young])
          await outbox.record({ submission: finished(submission, 'submitted') });
        await outbox.sweep({ ...nothing, claimedBefore: START + HOUR });
        assert.equal(await outbox.claimed('erp', 'old'), null);
        assert.equal((await outbox.claimed('erp', 'young'))?.submission.id, young.submission.id);
        assert.ok(await outbox.claimed('erp', 'waits-0'));
        assert.ok(await outbox.find(old.submission.id));
      });

      test('counts usage from before the instant no more', async () => {
        await using outbox = await open();
        const submissions = Array.from({ length: 450 }, () => submissionOf());
        await Promise.all(submissions.map((each) => outbox.enqueue(entryOf(each))));
        await Promise.all(
          submissions.map((each, index) =>
            outbox.record({ submission: finished(each, 'submitted'), usage: usageOf(START + Math.floor(index / 2)) }),
          ),
        );
        await outbox.sweep({ ...nothing, usedBefore: START + 220 });
        const used = await allOf(outbox.usedSince(0));
        assert.deepEqual([used.length, used[0]?.at], [10, START + 220]);
      });
    });

    test('writes what was asked for before it is closed, and then nothing', async () => {
      await using outbox = await open();
      const submission = submissionOf();
      const held = outbox.enqueue(entryOf(submission));
      await outbox.close();
      assert.deepEqual(await held, { kind: 'held' });
      for (const late of [
        outbox.enqueue(entryOf(submissionOf())),
        outbox.find(submission.id),
        outbox.mark('any', START),
      ]) {
        assert.equal((await failureOf(late)).code, 'outbox-unavailable');
      }
    });

    listingContract(open);
  });
}
