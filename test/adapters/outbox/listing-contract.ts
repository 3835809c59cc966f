/** What the listings of every outbox keep to: whole, in order, and the same whatever happens between two pages. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Submission } from '../../../src/domain/submission.ts';
import type { Outbox, SubmissionFilter } from '../../../src/ports/outbox.ts';
import { failureOf } from '../../failure-of.ts';
import { changed, entryOf, finished, START, submissionOf } from './submissions.ts';

const filters: Readonly<Record<string, SubmissionFilter>> = {
  everything: {},
  'a client': { client: 'crm' },
  'a tenant': { tenants: ['fabrikam'] },
  'several tenants': { tenants: ['contoso', 'fabrikam'] },
  'very many tenants': { tenants: ['fabrikam', ...Array.from({ length: 600 }, (_, index) => `tenant-${index}`)] },
  'no tenant': { tenants: [] },
  'a status': { statuses: ['submitted'] },
  'several statuses': { statuses: ['queued', 'deferred'] },
  'a status twice': { statuses: ['queued', 'queued'] },
  'a tenant twice': { tenants: ['fabrikam', 'fabrikam'] },
  'no status': { statuses: [] },
  'a mailbox': { mailbox: 'billing@contoso.com' },
  'a mailbox in capitals': { mailbox: 'BILLING@Contoso.com' },
  'a recipient': { recipient: 'bob@example.com' },
  'a recipient in capitals': { recipient: 'Bob@Example.COM' },
  'a tag': { tag: { name: 'kind' } },
  'a tag with a value': { tag: { name: 'kind', value: 'reminder' } },
  'a time from': { acceptedFrom: START + 30 },
  'a time before': { acceptedBefore: START + 30 },
  'a time between': { acceptedFrom: START + 20, acceptedBefore: START + 22 },
  'all of it': {
    client: 'erp',
    tenants: ['contoso'],
    statuses: ['queued', 'submitted'],
    mailbox: 'billing@contoso.com',
    recipient: 'ada@example.com',
    tag: { name: 'kind', value: 'invoice' },
    acceptedFrom: START + 5,
    acceptedBefore: START + 45,
  },
};

/** Looked for in another way than an outbox would. */
function isAskedFor(submission: Submission, filter: SubmissionFilter): boolean {
  const { client, tenants, statuses, mailbox, recipient, tag, acceptedFrom = 0, acceptedBefore = Infinity } = filter;
  const addresses = submission.recipients.map(({ address }) => address.toLowerCase());
  const tags = submission.tags.flatMap(({ name, value }) => [name, `${name}=${value}`]);
  return [
    !client || client === submission.client,
    !tenants || tenants.indexOf(submission.tenant) >= 0,
    !statuses || statuses.indexOf(submission.status) >= 0,
    !mailbox || mailbox.toLowerCase() === submission.mailbox.toLowerCase(),
    !recipient || addresses.indexOf(recipient.toLowerCase()) >= 0,
    !tag || tags.indexOf(tag.value === undefined ? tag.name : `${tag.name}=${tag.value}`) >= 0,
    submission.acceptedAt >= acceptedFrom && submission.acceptedAt < acceptedBefore,
  ].every(Boolean);
}

/** Sixty of several kinds; each two share an instant. */
function various(): Submission[] {
  return Array.from({ length: 60 }, (_, index) =>
    submissionOf({
      acceptedAt: START + Math.floor(index / 2),
      client: index % 3 === 0 ? 'crm' : 'erp',
      tenant: index % 4 === 0 ? 'fabrikam' : 'contoso',
      mailbox: index % 5 === 0 ? 'Office@contoso.com' : 'Billing@contoso.com',
      recipients: [
        { address: index % 7 === 0 ? 'Bob@example.com' : 'ada@example.com', state: 'pending', failure: null },
      ],
      tags: index % 6 === 0 ? [] : [{ name: 'kind', value: index % 2 === 0 ? 'invoice' : 'reminder' }],
    }),
  );
}

async function pagesOf(outbox: Outbox, filter: SubmissionFilter, limit: number): Promise<Submission[][]> {
  const pages: Submission[][] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Outbox['list']>> = await outbox.list(filter, after, limit);
    pages.push([...page.submissions]);
    after = page.next;
    assert.ok(pages.length <= 100, 'the pages have no end');
  } while (after !== null);
  return pages;
}

export function listingContract(open: () => Promise<Outbox & AsyncDisposable>) {
  describe('and its listings', () => {
    test('find what each filter asks for, the newest first, in pages of any length', async () => {
      await using outbox = await open();
      const submissions = various();
      await Promise.all(submissions.map((each) => outbox.enqueue(entryOf(each))));
      const stored = await Promise.all(
        submissions.map(async (submission, index) => {
          if (index % 2 === 0) return submission;
          const change =
            index % 3 === 0 ? finished(submission, 'submitted') : changed(submission, { status: 'deferred' });
          await outbox.record({ submission: change });
          return change;
        }),
      );
      for (const [name, filter] of Object.entries(filters)) {
        const expected = stored.filter((each) => isAskedFor(each, filter)).reverse();
        for (const limit of [1, 7, 100]) {
          const pages = await pagesOf(outbox, filter, limit);
          assert.deepEqual(pages.flat(), expected, `${name}, by ${limit}`);
          assert.ok(
            pages.slice(0, -1).every(({ length }) => length === limit),
            `${name}, by ${limit}: a page is short`,
          );
        }
      }
    });

    test('have no next page when the last is just full', async () => {
      await using outbox = await open();
      for (const submission of [submissionOf(), submissionOf()]) await outbox.enqueue(entryOf(submission));
      assert.equal((await outbox.list({}, null, 2)).next, null);
      assert.notEqual((await outbox.list({}, null, 1)).next, null);
    });

    test('go on where the page before ended, whatever came, changed and went meanwhile', async () => {
      await using outbox = await open();
      const submissions = Array.from({ length: 9 }, (_, index) => submissionOf({ acceptedAt: START + index }));
      for (const each of submissions) await outbox.enqueue(entryOf(each));
      const first = await outbox.list({}, null, 3);
      const lastOfFirst = first.submissions.at(-1);
      assert.ok(lastOfFirst);
      await outbox.enqueue(entryOf(submissionOf({ acceptedAt: START + 100 })));
      await outbox.forget(lastOfFirst.id, 1);
      const second = await outbox.list({}, first.next, 3);
      assert.deepEqual(
        second.submissions.map(({ id }) => id),
        submissions
          .slice(3, 6)
          .reverse()
          .map(({ id }) => id),
      );
    });

    test('find a tag and a recipient far behind the newest', async () => {
      await using outbox = await open();
      const wanted = submissionOf({
        tags: [{ name: 'kind', value: 'rare' }],
        recipients: [{ address: 'rare@example.com', state: 'pending', failure: null }],
      });
      await outbox.enqueue(entryOf(wanted));
      await Promise.all(Array.from({ length: 2_500 }, () => outbox.enqueue(entryOf(submissionOf()))));
      for (const filter of [{ tag: { name: 'kind', value: 'rare' } }, { recipient: 'rare@example.com' }]) {
        const page = await outbox.list(filter, null, 10);
        assert.deepEqual([page.submissions.map(({ id }) => id), page.next], [[wanted.id], null]);
      }
    });

    test('refuse a cursor that no page has given', async () => {
      await using outbox = await open();
      for (const cursor of ['', 'x y', "1' OR 1=1", '-', '99999999999999999999-1']) {
        assert.equal((await failureOf(outbox.list({}, cursor, 10))).code, 'invalid-request', cursor);
      }
    });
  });
}
