/** A disk without room: the relay says so and takes nothing it cannot keep, keeps what it has taken, submits nothing that it could not mark, and goes on by itself once there is room. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type CaughtMail, collectMail } from './caught-mail.ts';
import { type Answer, RelayProcess } from './relay-process.ts';
import { limitFileSize, mountSmallDisk, withoutPrlimit, withoutTmpfs } from './small-disk.ts';
import { submissionsOf, UNFINISHED } from './submissions-of.ts';
import { unboundedClientOf } from './unbounded-client.ts';

/** Bytes of text: one that stands in a row, and one in a file of its own. */
const SIZES = [40_000, 150_000];
/** So many refusals in a row, of messages of a few bytes, mean that there is no room at all. */
const FULL = 5;

/** Of a mailbox at once. */
const CONNECTIONS = 3;
const WAITING = 60;
const MIB = 1024 * 1024;

interface Journey {
  readonly sandbox: Sandbox;
  readonly relay: RelayProcess;
  readonly mail: CaughtMail;
}

interface Room {
  readonly take: () => void;
  readonly give: () => void;
}

/** A message of so many bytes, whose caller is told of its acceptance alone. */
function post({ relay, sandbox }: Journey, subject: string, bytes: number): Promise<Answer> {
  const text = `${'x'.repeat(70)}\n`.repeat(Math.ceil(bytes / 71));
  const message = { from: sandbox.mailbox, to: 'jane@fabrikam.example', subject, text };
  return relay.send(message, { prefer: 'respond-async' });
}

async function isReady({ relay }: Journey): Promise<boolean> {
  return (await relay.ask('GET', '/health/ready')).status === 200;
}

/** The mailbox pauses after the first attempt, and what is acknowledged from then on waits. */
async function pause(journey: Journey): Promise<void> {
  const { relay, sandbox } = journey;
  sandbox.administration.changeMailbox(sandbox.mailbox, { fullAccess: false });
  assert.equal((await post(journey, 'Invoice 0', 10)).status, 202);
  await relay.event('paused');
  sandbox.administration.changeMailbox(sandbox.mailbox, { fullAccess: true });
}

async function resume({ relay, sandbox }: Journey): Promise<void> {
  const { status } = await relay.ask('POST', `/mailboxes/${sandbox.mailbox}/resume`);
  assert.equal(status, 200);
}

/** What is deferred after its attempt failed is not waited for until it is due. */
async function finish({ relay }: Journey): Promise<void> {
  while ((await submissionsOf(relay, UNFINISHED)).length > 0) {
    for (const { id } of await submissionsOf(relay, 'deferred')) await relay.ask('POST', `/submissions/${id}/retry`);
    await delay(50);
  }
}

/** Each once, and nothing else. */
async function assertSubmitted({ mail, relay }: Journey, acknowledged: readonly string[]): Promise<void> {
  assert.deepEqual([...mail.bySubject().keys()].toSorted(), acknowledged.toSorted());
  assert.equal(mail.messages.length, acknowledged.length);
  assert.deepEqual([...new Set((await submissionsOf(relay)).map(({ status }) => status))], ['submitted']);
}

/** @returns figures */
async function throughAFullDisk(journey: Journey, room: Room): Promise<string> {
  const { relay, sandbox } = journey;
  await pause(journey);
  const acknowledged = ['Invoice 0'];
  const refusals: string[] = [];
  let posts = 0;
  const accepts = async (bytes: number): Promise<boolean> => {
    posts += 1;
    const subject = `Invoice ${posts}`;
    const { status, body } = await post(journey, subject, bytes);
    if (status === 202) acknowledged.push(subject);
    else refusals.push(`${status} ${body.code}`);
    return status === 202;
  };
  room.take();
  for (const bytes of SIZES) while (await accepts(bytes)) assert.ok(posts < 10_000);
  for (let inARow = 0; inARow < FULL; ) inARow = (await accepts(10)) ? 0 : inARow + 1;
  assert.deepEqual([...new Set(refusals)], ['503 outbox-unavailable']);
  assert.equal(await isReady(journey), false);
  assert.equal((await relay.ask('GET', '/health/live')).status, 200);
  // What waits may go now, as far as there is room for its mark.
  await resume(journey);
  for (let inARow = 0; inARow < FULL; ) inARow = (await accepts(SIZES[0] ?? 0)) ? 0 : inARow + 1;
  assert.ok(relay.isRunning);
  const before = sandbox.counts.messages;

  room.give();
  while (!(await isReady(journey))) await delay(50);
  assert.ok(await accepts(10));
  await finish(journey);
  await assertSubmitted(journey, acknowledged);
  return `${acknowledged.length} acknowledged of ${posts + 1}, ${before} submitted while it was full, ${journey.mail.messages.length} in the end`;
}

describe('a full disk costs no message', () => {
  test('when the file system has no room', { skip: withoutTmpfs }, async (t) => {
    await using sandbox = await startSandbox();
    using mail = collectMail(sandbox.inbox);
    using disk = mountSmallDisk(6);
    const { settings, apiKey } = unboundedClientOf(sandbox, disk.folder);
    await using relay = await RelayProcess.start(settings, { apiKey });
    t.diagnostic(await throughAFullDisk({ sandbox, relay, mail }, { take: () => {}, give: () => disk.grow(64) }));
  });

  test('when no file may become larger', { skip: withoutPrlimit }, async (t) => {
    await using sandbox = await startSandbox();
    using mail = collectMail(sandbox.inbox);
    const { settings, apiKey } = unboundedClientOf(sandbox);
    await using relay = await RelayProcess.start(settings, { apiKey });
    const room = { take: () => limitFileSize(relay.pid, 2 * MIB), give: () => limitFileSize(relay.pid, 'unlimited') };
    t.diagnostic(await throughAFullDisk({ sandbox, relay, mail }, room));
  });
});

test('a message that cannot be marked is not submitted, and the others are not tried', {
  skip: withoutPrlimit,
}, async (t) => {
  await using sandbox = await startSandbox();
  using mail = collectMail(sandbox.inbox);
  const { settings, apiKey } = unboundedClientOf(sandbox);
  await using relay = await RelayProcess.start(settings, { apiKey });
  const journey = { sandbox, relay, mail };
  await pause(journey);
  const acknowledged = ['Invoice 0', ...Array.from({ length: WAITING }, (_, number) => `Invoice ${number + 1}`)];
  for (const subject of acknowledged.slice(1)) assert.equal((await post(journey, subject, 10)).status, 202);

  const failed = relay.events('attempt-failed').length;
  limitFileSize(relay.pid, 0);
  await resume(journey);
  while (relay.events('attempt-failed').length === failed || (await isReady(journey))) await delay(20);
  // Longer than until the relay looks again whether it can write.
  for (let looks = 0; looks < 30; looks += 1) {
    assert.equal(await isReady(journey), false);
    await delay(50);
  }
  assert.equal(sandbox.counts.messages, 0);

  limitFileSize(relay.pid, 'unlimited');
  await finish(journey);
  await assertSubmitted(journey, acknowledged);
  const inVain = relay.events('attempt-failed').length - failed;
  t.diagnostic(`${acknowledged.length} waited, ${inVain} attempts in vain`);
  // A line looks once more when a write has succeeded.
  assert.ok(inVain <= 2 * CONNECTIONS, String(inVain));
});
