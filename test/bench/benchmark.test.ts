/** The benchmark measures what it says it does; how fast anything was is not looked at here. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchmark } from '../../bench/benchmark.ts';
import { report } from '../../bench/report.ts';
import type { Sizes } from '../../bench/sizes.ts';

const tiny: Sizes = {
  rounds: 2,
  messages: 40,
  slowMessages: 6,
  warmUp: 20,
  slowWarmUp: 3,
  largePosts: 4,
  largeBytes: 1_000_000,
  starts: 1,
};

test('the benchmark measures every way against one sink, and reports all of it', async () => {
  const progress: string[] = [];

  const result = await benchmark(tiny, (line) => progress.push(line));

  const { relay, pooled, unpooled, bareRoute, memory, start } = result;
  const messages = [relay, pooled, unpooled, bareRoute].map((way) => way.messages);
  assert.deepEqual(messages, [80, 80, 12, 80]);
  for (const way of [relay, pooled, unpooled, bareRoute]) {
    assert.equal(way.rounds.length, tiny.rounds);
    for (const spread of [way.perSecond, way.p50, way.p99]) {
      assert.ok(spread.least > 0 && spread.least <= spread.median && spread.median <= spread.most, way.name);
    }
    assert.ok(way.p50.median <= way.p99.median, way.name);
    assert.ok(way.peakRss > 0, way.name);
  }
  assert.equal(memory.posts, 4);
  assert.ok(memory.bytes > tiny.largeBytes - 4 && memory.bytes <= tiny.largeBytes, `${memory.bytes} bytes`);
  assert.ok(memory.peakRss >= memory.rssAtRest);
  assert.ok(start.firstReceipt.median > start.listening.median);
  assert.equal(progress.filter((line) => line.startsWith('round')).length, 2 * 4);

  const text = report(result);
  for (const { name } of [relay, pooled, unpooled, bareRoute])
    assert.match(text, new RegExp(`^\\| ${name} \\| \\d`, 'm'));
  assert.doesNotMatch(text, /NaN|undefined|Infinity/);
});
