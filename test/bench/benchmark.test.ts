/** The benchmark measures what it says it does; how fast anything was is not looked at here. */

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { acceptingReport, measureAccepting } from '../../bench/accepting.ts';
import type { Bench } from '../../bench/benchmark.ts';
import { Child } from '../../bench/child.ts';
import { crowdReport, measureCrowd } from '../../bench/crowd.ts';
import { longLineReport, measureLongLine } from '../../bench/long-line.ts';
import { machineNow, machineReport } from '../../bench/machine.ts';
import type { Spread } from '../../bench/measure.ts';
import { measureMemory, memoryReport } from '../../bench/memory.ts';
import { measureSending, sendingReport } from '../../bench/sending.ts';
import type { FarSide } from '../../bench/sink.ts';
import type { Sizes } from '../../bench/sizes.ts';
import { measureSlowDisk, slowDiskReport } from '../../bench/slow-disk.ts';
import { measureStarts, startReport } from '../../bench/start.ts';
import type { WayResult } from '../../bench/throughput.ts';
import { measureWaiting, waitingReport } from '../../bench/waiting.ts';

const tiny: Sizes = {
  rounds: 2,
  messages: 40,
  warmUp: 20,
  accepting: [{ callers: 4, file: 0 }],
  largePosts: 4,
  largeBytes: 1_000_000,
  starts: 1,
  waiting: 60,
  line: 60,
  tenants: 3,
  mailboxesPerTenant: 2,
};

function assertMeasured(way: WayResult, messages: number): void {
  assert.equal(way.messages, messages, way.name);
  assert.equal(way.rounds.length, tiny.rounds);
  for (const spread of [way.perSecond, way.p50, way.p99]) assertSpread(spread, way.name);
  assert.ok(way.p50.median <= way.p99.median, way.name);
  assert.ok(way.peakRss > 0, way.name);
}

function assertSpread({ least, median, most }: Spread, name: string): void {
  assert.ok(least > 0 && least <= median && median <= most, `${name}: ${least} ${median} ${most}`);
}

function assertReported(lines: readonly string[], ...names: readonly string[]): void {
  const text = lines.join('\n');
  for (const name of names) assert.ok(text.includes(name), `${name} is not in\n${text}`);
  // A ratio of processor times has no meaning where so little was done that the kernel counted none.
  assert.doesNotMatch(text.replaceAll(/× \S+ \(\S+\)/g, ''), /NaN|undefined|Infinity/);
}

suite('the benchmark', () => {
  let bench: Bench;
  let progress: string[] = [];

  before(async () => {
    const { child: sink, ready: farSide } = await Child.start<FarSide>('sink.ts');
    bench = { farSide, sink, sizes: tiny, tell: (line) => progress.push(line) };
  });
  after(() => bench.sink[Symbol.asyncDispose]());

  test('names the machine and the disk, without which figures say nothing', () => {
    const machine = machineNow();
    assertSpread(machine.disk.sync, 'fdatasync');
    assertReported(machineReport(machine), machine.disk.kind, machine.node);
    const inMemory = { ...machine, disk: { ...machine.disk, kind: 'tmpfs', isMemory: true } };
    assertReported(machineReport(inMemory), 'what is durable was not measured');
  });

  test('measures what waiting callers get beside nodemailer and a bare route, in turns', async () => {
    progress = [];
    const result = await measureSending(bench);
    assertMeasured(result.relay, 80);
    assertMeasured(result.pooled, 80);
    assertMeasured(result.unpooled, 8);
    assertMeasured(result.bareRoute, 80);
    assert.equal(progress.filter((line) => line.startsWith('round')).length, 2 * 4);
    assertReported(sendingReport(result), ...Object.values(result).map(({ name }) => name));
  });

  test('measures what the relay accepts beside composing and commits, and finds all of it in the outbox', async () => {
    const result = await measureAccepting({ callers: 4, file: 0 }, bench);
    assertMeasured(result.relay, 80);
    for (const way of [result.composing, result.commits]) {
      assert.equal(way.messages, 400, way.name);
      assertSpread(way.perSecond, way.name);
    }
    assertReported(acceptingReport([result]), 'respond-async, 4 callers', 'commits alone, 4 rows each');
  });

  test('measures what it accepts with files, and finds all of that in the outbox', async () => {
    const result = await measureAccepting({ callers: 4, file: 70_000 }, bench);
    assertMeasured(result.relay, 20);
    for (const way of [result.mailComposer, result.commits, result.bareRoute]) assert.equal(way.messages, 20, way.name);
    for (const way of [result.composing, result.commits]) assertSpread(way.perSecond, way.name);
    assertReported(acceptingReport([result]), '4 callers, files of 70 KB', 'files and commits alone, 4 at once');
  });

  test('measures the event loop on a disk that is slowed, or says what it needs for that', async () => {
    const result = await measureSlowDisk(bench);
    if ('missing' in result) {
      assert.match(result.missing, /strace/);
      assertReported(slowDiskReport(result), 'Not measured');
      return;
    }
    const { asItIs, slowed } = result;
    assertMeasured(asItIs.throughput, 80);
    assertMeasured(slowed.throughput, 80);
    assert.ok(slowed.throughput.p50.least > 20, 'an answer waits for its fsync');
    assert.ok(slowed.p99.median <= slowed.most.median && slowed.most.most > 0);
    assertReported(slowDiskReport(result), 'fsync with 20 ms more');
  });

  test('measures a relay whose outbox is full beside one whose is empty', async () => {
    const { waiting, empty, full, contents } = await measureWaiting(bench);
    assert.equal(waiting, 60);
    for (const { dispatch, accept, listening, rss } of [empty, full]) {
      assertMeasured(dispatch, 80);
      assert.equal(accept.length, tiny.rounds);
      assertSpread(listening, dispatch.name);
      assert.ok(rss > 0);
    }
    assert.ok(contents > 0.1, `${contents} MiB for 60 messages of 2 KB`);
    assertReported(waitingReport({ waiting, empty, full, contents }), 'empty outbox', 'outbox of 60');
  });

  test('measures what a long line of one mailbox costs another', async () => {
    const result = await measureLongLine(bench);
    assert.ok(result.stillWaiting > 0 && result.stillWaiting < tiny.line, String(result.stillWaiting));
    for (const way of [result.idle, result.beside]) assertMeasured(way, 20);
    assertReported(longLineReport(result), 'nothing else waits', '60 wait for another mailbox', 'p99');
  });

  test('measures a relay for a crowd beside one for a single mailbox', async () => {
    const result = await measureCrowd(bench);
    assert.equal(result.mailboxes, 6);
    for (const way of [result.fromOne, result.crowdFromOne, result.crowdFromMany]) assertMeasured(way, 80);
    assertReported(crowdReport(result), '3 tenants with 6 mailboxes', 'from 3 mailboxes in turn');
  });

  test('measures large messages and starts', async () => {
    const memory = await measureMemory(bench);
    assert.equal(memory.posts, 4);
    assert.ok(memory.bytes > tiny.largeBytes - 4 && memory.bytes <= tiny.largeBytes, `${memory.bytes} bytes`);
    assert.ok(memory.peakRss.least >= memory.rssAtRest.least);
    assertReported(memoryReport(memory), '4 posts of 1.0 MB');

    const [start] = await measureStarts(bench.farSide, [{}], tiny);
    assert.ok(start && start.firstReceipt.median > start.listening.median);
    assertReported(startReport(start), '1 starts');
  });
});
