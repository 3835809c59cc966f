/** The order in which a relay writes, syncs and speaks, as the operating system saw it: first the disk, then the yes, and the final dot after its mark. */

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { RelayProcess } from './relay-process.ts';
import { type SystemCall, systemCallTrace, withoutStrace } from './system-calls.ts';
import { unboundedClientOf } from './unbounded-client.ts';

const WAL = 'outbox.db-wal>';
const LARGE = `${'x'.repeat(70)}\n`.repeat(3_000);

interface Traced {
  readonly calls: readonly SystemCall[];
  /** By their ids: a small one, one in a file of its own, one whose caller waited, and large ones that came together. */
  readonly ids: {
    readonly small: string;
    readonly large: string;
    readonly waiting: string;
    readonly together: readonly string[];
  };
}

/** Sends one after the other, so that the calls for one do not mix with those for the next; only the last ones come together. */
async function traced(): Promise<Traced> {
  await using sandbox = await startSandbox();
  const trace = systemCallTrace();
  const { settings, apiKey } = unboundedClientOf(sandbox);
  const relay = await RelayProcess.start(settings, { apiKey, under: trace.under });
  const send = async (text: string, headers: Record<string, string>): Promise<string> => {
    const { body } = await relay.send({ from: sandbox.mailbox, to: 'jane@fabrikam.example', text }, headers);
    return (await relay.settled(body.id, 'submitted')).id;
  };
  const small = await send('Hello', { prefer: 'respond-async' });
  const large = await send(LARGE, { prefer: 'respond-async' });
  const waiting = await send('Hello', {});
  const together = await Promise.all(Array.from({ length: 8 }, () => send(LARGE, { prefer: 'respond-async' })));
  assert.equal(await relay.stop(), 0);
  return { calls: trace.read(), ids: { small, large, waiting, together } };
}

describe('nothing is acknowledged before it is on disk', { skip: withoutStrace }, () => {
  let calls: readonly SystemCall[] = [];
  let ids: Traced['ids'];
  before(async () => {
    ({ calls, ids } = await traced());
  });

  const first = (what: string, after: number, is: (call: SystemCall) => boolean): SystemCall => {
    const found = calls.find((call) => call.begin > after && is(call));
    assert.ok(found, `there is no ${what}`);
    return found;
  };
  const isSync = ({ name }: SystemCall) => name === 'fsync' || name === 'fdatasync';
  const isSpoken = ({ name }: SystemCall) => name === 'write' || name === 'writev';
  const isRow = (id: string) => (call: SystemCall) =>
    call.name === 'pwrite64' && call.args.includes(WAL) && call.args.includes(id);
  const isWalSync = (call: SystemCall) => isSync(call) && call.args.includes(WAL);
  /** The first answer that names a submission. */
  const answerFor = (id: string, status: string) =>
    first(
      `answer ${status}`,
      -1,
      (call) => isSpoken(call) && call.args.includes(`HTTP/1.1 ${status}`) && call.args.includes(id),
    );
  /** When the row of a submission was written first, and when that was on disk. */
  const enqueued = (id: string) => {
    const row = first('row', -1, isRow(id));
    return { row, sync: first('sync of the row', row.end, isWalSync) };
  };
  /** When it was first written that the submission is submitted, and when that was on disk. */
  const ended = (id: string) => {
    // A page has the records of several.
    const isEnd = (call: SystemCall) =>
      isRow(id)(call) &&
      call.args
        .split('{\\"v\\":')
        .some((record) => record.includes(`\\"id\\":\\"${id}`) && record.includes('\\"status\\":\\"submitted\\"'));
    const row = first('row of the end', -1, isEnd);
    return { row, sync: first('sync of the end', row.end, isWalSync) };
  };

  test('202 is written after the commit of the row', (t) => {
    for (const id of [ids.small, ids.large]) {
      const { row, sync } = enqueued(id);
      const answer = answerFor(id, '202');
      t.diagnostic(`row at ${row.begin}, on disk at ${sync.end}, 202 at ${answer.begin}`);
      assert.ok(row.end < sync.begin && sync.end < answer.begin);
    }
  });

  test('200 is written after the commit of the outcome', () => {
    const { sync } = ended(ids.waiting);
    assert.ok(sync.end < answerFor(ids.waiting, '200').begin);
  });

  test('a large content and its name are on disk before the row that stands for them', () => {
    for (const id of [ids.large, ...ids.together]) {
      const part = first(
        'part of the content',
        -1,
        ({ name, args }) => name === 'write' && args.includes(`${id}.part>`),
      );
      const content = first(
        'sync of the content',
        part.end,
        (call) => isSync(call) && call.args.includes(`${id}.part>`),
      );
      const rename = first('rename', -1, ({ name, args }) => name === 'rename' && args.includes(`${id}.part"`));
      const folder = first(
        'sync of the folder',
        rename.end,
        (call) => isSync(call) && /\/content>[ )]/.test(call.args),
      );
      const { row } = enqueued(id);
      assert.ok(content.end < rename.begin);
      assert.ok(folder.end < row.begin);
      const later = calls.filter(
        ({ name, args, begin }) => name === 'write' && args.includes(`${id}.part>`) && begin > content.begin,
      );
      assert.deepEqual(later, []);
    }
  });

  test('the final dot goes out after its mark', (t) => {
    const starttls = first('STARTTLS', -1, (call) => isSpoken(call) && call.args.includes('"STARTTLS\\r\\n"'));
    const socket = /<socket:\[\d+\]>/.exec(starttls.args)?.[0] ?? 'none';
    for (const id of [ids.small, ids.large, ids.waiting]) {
      const { sync } = enqueued(id);
      const end = ended(id);
      // Nothing else is under way: what is committed between its row and its end is its mark.
      const marks = calls.filter((call) => isWalSync(call) && call.begin > sync.end && call.end < end.row.begin);
      assert.equal(marks.length, 1);
      const [mark] = marks;
      // Under TLS nobody sees which is the dot, but it is the last that is said before the server's reply is recorded.
      const said = calls.filter(
        (call) => isSpoken(call) && call.args.includes(socket) && call.begin > sync.begin && call.end < end.row.begin,
      );
      const dot = said.at(-1);
      assert.ok(mark && dot && said.length > 1);
      t.diagnostic(`mark on disk at ${mark.end}, final dot at ${dot.begin}`);
      assert.ok(mark.end < dot.begin);
    }
  });
});
