/** Contents in files: each is there and on disk when it is said to be, whatever is written at the same time, and the flushes of their folder are shared. */

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ContentFiles } from '../../../src/adapters/outbox/content-files.ts';
import { dataFolder } from './data-folder.ts';
import { until } from './until.ts';

const content = (number: number) => Buffer.alloc(1_000, String(number));

/** Flushes of the folder that end when they are told to, each with the names that it puts on disk. */
function gated() {
  const flushes: (PromiseWithResolvers<void> & { readonly names: readonly string[] })[] = [];
  return {
    flushes,
    namesOf: async (folder: string) => ({
      sync: (): Promise<void> => {
        const flush = { ...Promise.withResolvers<void>(), names: readdirSync(folder) };
        flushes.push(flush);
        return flush.promise;
      },
      close: async () => {},
    }),
  };
}

async function openIn(folder: string) {
  const files = await ContentFiles.open(folder);
  return Object.assign(files, { [Symbol.asyncDispose]: () => files.close() });
}

/** Waits until all have their names, and a moment more, in which those who gave them hear of it. */
async function areNamed({ folder }: { readonly folder: string }, ...names: string[]): Promise<void> {
  await until(() => names.every((name) => readdirSync(folder).includes(name)));
  await delay(20);
}

suite('contents in files', () => {
  test('are all there when they were written at the same time', async () => {
    using data = dataFolder();
    await using files = await openIn(data.folder);
    const numbers = [...Array(50).keys()];
    await Promise.all(numbers.map((number) => files.write(`id-${number}`, content(number))));
    for (const number of numbers) assert.deepEqual(await files.read(`id-${number}`), content(number));
    assert.equal(readdirSync(data.folder).length, numbers.length);
  });

  test('are written though another could not be', async () => {
    using data = dataFolder();
    await using files = await openIn(data.folder);
    // Nothing can be renamed to the name of a folder.
    mkdirSync(join(data.folder, 'id-1', 'occupied'), { recursive: true });
    const written = await Promise.allSettled([1, 2, 3].map((number) => files.write(`id-${number}`, content(number))));
    assert.deepEqual(
      written.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled'],
    );
    await files.write('id-4', content(4));
    assert.deepEqual(await files.read('id-4'), content(4));
  });

  test('that come during a flush share the next one', async () => {
    using data = dataFolder();
    const { flushes, namesOf } = gated();
    const files = await ContentFiles.open(data.folder, namesOf);
    const done: number[] = [];
    const write = (number: number) => files.write(`id-${number}`, content(number)).then(() => done.push(number));
    const first = write(1);
    await until(() => flushes.length === 1);
    const others = [2, 3, 4].map(write);
    await areNamed(data, 'id-2', 'id-3', 'id-4');
    flushes[0]?.resolve();
    await first;
    await until(() => flushes.length === 2);
    assert.deepEqual(done, [1]);
    assert.deepEqual(flushes[1]?.names.toSorted(), ['id-1', 'id-2', 'id-3', 'id-4']);
    flushes[1]?.resolve();
    await Promise.all(others);
    assert.equal(flushes.length, 2);
  });

  test('fail with the flush that they share, and not with the one before', async () => {
    using data = dataFolder();
    const { flushes, namesOf } = gated();
    const files = await ContentFiles.open(data.folder, namesOf);
    const first = files.write('id-1', content(1));
    await until(() => flushes.length === 1);
    const others = Promise.allSettled([2, 3].map((number) => files.write(`id-${number}`, content(number))));
    await areNamed(data, 'id-2', 'id-3');
    flushes[0]?.reject(new Error('EIO'));
    await assert.rejects(first, /EIO/);
    await until(() => flushes.length === 2);
    flushes[1]?.resolve();
    assert.deepEqual(
      (await others).map(({ status }) => status),
      ['fulfilled', 'fulfilled'],
    );
    assert.deepEqual(readdirSync(data.folder).toSorted(), ['id-2', 'id-3']);
  });
});
