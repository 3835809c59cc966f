/** A database of any earlier version is brought to this one with all that it holds, and one of a later version is left alone. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import { migrate, migrations } from '../../../src/adapters/outbox/migrations.ts';
import { dataFolder, openIn } from './data-folder.ts';
import { allOf, START } from './submissions.ts';

/** Rows as the version has written them; when its successor is written, a fixture of it is added here. */
const fixtures: readonly string[] = [
  `INSERT INTO submissions VALUES (7, '01V1', 2, 'deferred', 'erp', 'contoso', 'billing@contoso.com', 'billing@contoso.com',
     'normal', 1, 1, 4, ${START}, ${START + 1}, ${START + 2}, NULL, 'order-1', 1,
     '{"v":1,"id":"01V1","revision":2,"requestId":"01R","client":"erp","tenant":"contoso","mailbox":"billing@contoso.com","from":"billing@contoso.com","messageId":"<01V1@contoso.com>","envelope":{"reversePath":"billing@contoso.com","dsn":null,"internationalized":false},"recipients":[{"address":"ada@example.com","state":"pending","failure":null}],"tags":[],"metadata":{},"priority":"normal","retry":true,"size":4,"acceptedAt":${START},"scheduledAt":null,"expiresAt":${START + 2},"status":"deferred","nextAttemptAt":${START + 1},"attemptCount":0,"attempts":[],"lastFailure":null,"reply":null,"finishedAt":null,"idempotencyKey":"order-1"}');
   INSERT INTO contents VALUES (7, x'00010203');
   INSERT INTO claims VALUES ('erp', 'order-1', 'aa', 7, ${START});
   INSERT INTO marks VALUES (7, ${START});
   INSERT INTO usage VALUES (${START}, 3, 2, 'billing@contoso.com', 'contoso', 2, 1);`,
];

function database(folder: string): DatabaseSync & Disposable {
  return new DatabaseSync(join(folder, 'outbox.db'));
}

suite('a database of the outbox', () => {
  test('has a fixture of every version', () => assert.equal(fixtures.length, migrations.length));

  for (const [index, fixture] of fixtures.entries()) {
    test(`of version ${index + 1} is read by this one with all that it holds`, async () => {
      using data = dataFolder();
      {
        using file = database(data.folder);
        migrate(file, migrations.slice(0, index + 1));
        file.exec(fixture);
      }
      await using outbox = await openIn(data.folder);
      const loaded = await outbox.load('01V1');
      assert.deepEqual([loaded?.submission.status, loaded?.content], ['deferred', new Uint8Array([0, 1, 2, 3])]);
      assert.equal((await outbox.claimed('erp', 'order-1'))?.bodySha256, 'aa');
      assert.deepEqual(
        (await allOf(outbox.unfinished())).map(({ id, markedAt }) => [id, markedAt]),
        [['01V1', START]],
      );
      assert.equal((await allOf(outbox.usedSince(0))).length, 1);
      assert.equal(outbox.fill.bytes, 4);
      assert.equal((await outbox.list({ mailbox: 'billing@contoso.com' }, null, 1)).submissions.length, 1);
      assert.equal(await outbox.forget('01V1', 2), true);
    });
  }

  test('of a later version is refused, and not written', async () => {
    using data = dataFolder();
    const later = migrations.length + 1;
    {
      using file = database(data.folder);
      file.exec(`PRAGMA user_version = ${later}`);
    }
    await assert.rejects(openIn(data.folder), /written by a newer exo-relay: it has version \d+, this one knows \d+/);
    using file = database(data.folder);
    assert.equal(file.prepare('PRAGMA user_version').get()?.user_version, later);
    assert.equal(file.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables, 0);
  });

  test('is as it was before a step that fails', () => {
    using data = dataFolder();
    using file = database(data.folder);
    assert.throws(() => migrate(file, ['CREATE TABLE one (a)', 'CREATE TABLE two (a); nonsense']));
    assert.equal(file.prepare('PRAGMA user_version').get()?.user_version, 1);
    assert.deepEqual(
      file
        .prepare('SELECT name FROM sqlite_schema')
        .all()
        .map(({ name }) => name),
      ['one'],
    );
    migrate(file, ['CREATE TABLE one (a)', 'CREATE TABLE two (a)']);
    assert.equal(file.prepare('PRAGMA user_version').get()?.user_version, 2);
  });
});
