/** One relay uses a folder, and another gets it as soon as that one ends, however it ends. */

import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { openSqliteOutbox } from '../../../src/adapters/outbox/sqlite-outbox.ts';
import { dataFolder, openIn } from './data-folder.ts';
import { OutboxProcess } from './outbox-process.ts';

const patient = { maxSubmissions: 10, maxBytes: 1_000, lockPatience: 600_000 };

suite('DATA_DIR', () => {
  test('is refused by its name while another relay uses it', async () => {
    using data = dataFolder();
    await using _holder = await OutboxProcess.start(data.folder);
    await assert.rejects(openIn(data.folder), (error: Error) => {
      assert.ok(error.message.includes(data.folder));
      assert.match(error.message, /used by another relay/);
      return true;
    });
  });

  test('is waited for, and had once the other relay has closed it', async () => {
    using data = dataFolder();
    const first = await openIn(data.folder);
    let waits = 0;
    const isWaiting = Promise.withResolvers<void>();
    const waiting = () => {
      waits += 1;
      isWaiting.resolve();
    };
    const second = openSqliteOutbox({ folder: data.folder, ...patient, waiting });
    await isWaiting.promise;
    await first.close();
    await (await second).close();
    assert.equal(waits, 1);
  });

  test('is had when the process that used it was killed', async () => {
    using data = dataFolder();
    await using holder = await OutboxProcess.start(data.folder);
    const isWaiting = Promise.withResolvers<void>();
    const second = openSqliteOutbox({ folder: data.folder, ...patient, waiting: isWaiting.resolve });
    await isWaiting.promise;
    await holder.kill();
    await (await second).close();
  });

  test('is free again when it could not be opened', async () => {
    using data = dataFolder();
    writeFileSync(join(data.folder, 'outbox.db'), 'this is no database, whatever it says');
    for (let time = 0; time < 2; time += 1) {
      await assert.rejects(openIn(data.folder), /DATA_DIR .* cannot be used: file is not a database/);
    }
  });

  test('is made when it is missing, for this user alone', async () => {
    using data = dataFolder();
    const folder = join(data.folder, 'var', 'exo-relay');
    await (await openIn(folder)).close();
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });

  test('is refused by its name when it cannot be made', async () => {
    using data = dataFolder();
    const file = join(data.folder, 'file');
    writeFileSync(file, '');
    await assert.rejects(openIn(join(file, 'below')), (error: Error) => {
      assert.ok(error.message.startsWith(`DATA_DIR ${join(file, 'below')} cannot be used: `), error.message);
      return true;
    });
  });
});
