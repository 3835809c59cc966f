/** The settings of a practice: what it accepts stays apart from real mail, and goes away. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { readConfig } from '../../src/config/config.ts';
import { EXCHANGE_LIMITS } from '../../src/sandbox/limits.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

test('each relay of a practice has an outbox of its own, which goes away together with the practice', async () => {
  const sandbox = await startSandbox();
  const folders = [settingsFor(sandbox), settingsFor(sandbox)].map(({ DATA_DIR }) => DATA_DIR);
  const there = folders.map((folder) => existsSync(folder));
  await sandbox[Symbol.asyncDispose]();
  assert.equal(new Set(folders).size, 2);
  assert.deepEqual(there, [true, true]);
  assert.deepEqual(
    folders.map((folder) => existsSync(folder)),
    [false, false],
  );
});

test('a relay paces as Exchange Online would, and not at all where the practice limits nothing', async () => {
  await using limited = await startSandbox({ limits: EXCHANGE_LIMITS });
  await using free = await startSandbox();
  const [paced, unpaced] = [limited, free].map((practice) => {
    const API_KEY = crypto.randomUUID().repeat(2);
    return readConfig({ ...settingsFor(practice), API_KEY }).routes[0];
  });
  assert.equal(paced?.messagesPerMinute, EXCHANGE_LIMITS.messagesPerMinute);
  assert.equal(paced?.recipientsPerDay, EXCHANGE_LIMITS.recipientsPerDay);
  assert.ok(Number(unpaced?.messagesPerMinute) > 100_000);
  assert.ok(Number(unpaced?.recipientsPerDay) > 10_000_000);
  // Of its own connections it makes no more than anywhere else.
  assert.equal(unpaced?.maxConnections, EXCHANGE_LIMITS.connections);
});
