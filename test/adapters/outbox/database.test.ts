/** The database is opened so that a commit is on disk, and asked so that nothing is sorted. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openDatabase } from '../../../src/adapters/outbox/database.ts';
import { queryAlong, type Way } from '../../../src/adapters/outbox/listing.ts';
import { dataFolder } from './data-folder.ts';

suite('the database of the outbox', () => {
  test('has a commit on disk before it is answered', () => {
    using data = dataFolder();
    using database = openDatabase(data.folder);
    const FULL = 2;
    assert.equal(database.prepare('PRAGMA journal_mode').get()?.journal_mode, 'wal');
    assert.equal(database.prepare('PRAGMA synchronous').get()?.synchronous, FULL);
  });

  const ways: readonly Way[] = [
    { index: 'by_client', column: 'client', values: ['erp'] },
    { index: 'by_mailbox', column: 'mailbox', values: ['billing@contoso.com'] },
    { index: 'by_tenant', column: 'tenant', values: ['contoso', 'fabrikam', 'third'] },
    { index: 'by_status', column: 'status', values: ['queued', 'failed'] },
  ];
  for (const way of ways) {
    test(`lists along ${way.index} without a look at other rows, and sorts nothing`, () => {
      using data = dataFolder();
      using database = openDatabase(data.folder);
      const plan = database
        .prepare(`EXPLAIN QUERY PLAN ${queryAlong(way)}`)
        .all()
        .map(({ detail }) => String(detail));
      const searches = plan.filter((step) =>
        step.startsWith(`SEARCH submissions USING INDEX ${way.index} (${way.column}=?`),
      );
      assert.equal(searches.length, way.values.length, plan.join('\n'));
      assert.ok(!plan.some((step) => /SCAN|TEMP B-TREE/.test(step)), plan.join('\n'));
    });
  }
});
