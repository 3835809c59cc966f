/** SIGKILL, twenty times in the middle of the work: what was acknowledged is submitted, once or with a known duplicate, or named as in doubt. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { collectMail, messageIdOf } from './caught-mail.ts';
import { RelayProcess } from './relay-process.ts';
import { allFinished, submissionsOf } from './submissions-of.ts';
import { unboundedClientOf } from './unbounded-client.ts';

const MESSAGES = 2_000;
const KILLS = 20;
const CALLERS = 24;
/** One of so many is too large for a row. */
const LARGE = 25;
/** Of a mailbox at once. */
const CONNECTIONS = 3;

interface Killed {
  /** Subjects of messages that were answered 202, or 200 after they were submitted. */
  readonly acknowledged: ReadonlySet<string>;
  /** By subject, how often each arrived; with one entry for each distinct content. */
  readonly arrived: ReadonlyMap<
    string,
    { readonly times: number; readonly messageIds: number; readonly contents: number }
  >;
  readonly inDoubt: ReadonlySet<string>;
  /** Codes of other answers. */
  readonly otherwise: readonly string[];
  /** Files of contents that nobody needs. */
  readonly left: readonly string[];
}

/** Posts while a relay is killed again and again, and tells what became of everything once the last one has done its work. */
async function sendWhileKilled(inDoubt: 'hold' | 'repeat'): Promise<Killed> {
  await using sandbox = await startSandbox();
  using mail = collectMail(sandbox.inbox);
  const { settings, apiKey } = unboundedClientOf(sandbox);
  const start = () => RelayProcess.start({ ...settings, IN_DOUBT: inDoubt }, { apiKey });
  let relay = await start();
  let alive = Promise.resolve(relay);
  const acknowledged = new Set<string>();
  const otherwise: string[] = [];

  /** Half of them have a key, and are repeated until there is an answer. */
  async function post(number: number): Promise<void> {
    const subject = `Invoice ${number}`;
    const text = number % LARGE === 0 ? `${'x'.repeat(70)}\n`.repeat(2_000) : 'Hello';
    const message = { from: sandbox.mailbox, to: 'jane@fabrikam.example', subject, text, metadata: { subject } };
    const key: Record<string, string> = number % 2 === 0 ? { 'idempotency-key': subject } : {};
    for (;;) {
      const answer = await (await alive).send(message, { prefer: 'respond-async', ...key }).catch(() => null);
      if (answer === null && number % 2 === 0) continue;
      if (answer === null) return;
      if (answer.status === 202 || answer.status === 200) acknowledged.add(subject);
      else otherwise.push(String(answer.body.code));
      return;
    }
  }

  let next = 0;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (next < MESSAGES) await post(next++);
  });
  for (let kill = 0; kill < KILLS; kill += 1) {
    const after = ((kill + 0.2 + 0.7 * Math.random()) * MESSAGES) / KILLS;
    while (next < after) await delay(1);
    await delay(30 * Math.random());
    const { promise, resolve, reject } = Promise.withResolvers<RelayProcess>();
    promise.catch(() => {});
    alive = promise;
    await relay.stop('SIGKILL');
    await start().then(resolve, reject);
    relay = await promise;
  }
  await Promise.all(callers);
  await using last = relay;
  await allFinished(last);

  const doubtful = await submissionsOf(last, 'in-doubt');
  assert.equal(await last.stop(), 0);
  // What no submission needs any more is not left behind either.
  const kept = await readdir(join(settings.DATA_DIR, 'content'));
  const needed = new Set(doubtful.map(({ id }) => id));
  const left = kept.filter((name) => !needed.has(name));
  const arrived = [...mail.bySubject()].map(([subject, messages]) => {
    const messageIds = new Set(messages.map(messageIdOf)).size;
    const contents = new Set(messages.map(({ raw }) => raw.toString('latin1'))).size;
    return [subject, { times: messages.length, messageIds, contents }] as const;
  });
  return {
    acknowledged,
    arrived: new Map(arrived),
    inDoubt: new Set(doubtful.map(({ metadata }) => metadata.subject ?? '')),
    otherwise,
    left,
  };
}

function figuresOf({ acknowledged, arrived, inDoubt }: Killed) {
  const missing = [...acknowledged].filter((subject) => !arrived.has(subject) && !inDoubt.has(subject));
  const twice = [...arrived].filter(([, { times }]) => times > 1);
  const inWords = `${acknowledged.size} acknowledged, ${missing.length} missing, ${twice.length} more than once, ${inDoubt.size} in doubt`;
  return { missing, twice, inWords };
}

test('held in doubt: each is submitted once or named, at most one for each connection that was cut', async (t) => {
  const killed = await sendWhileKilled('hold');
  const { missing, twice, inWords } = figuresOf(killed);
  t.diagnostic(`${KILLS} × SIGKILL, IN_DOUBT=hold: ${inWords}`);
  assert.ok(killed.acknowledged.size > MESSAGES / 2, String(killed.acknowledged.size));
  assert.deepEqual([...missing, ...killed.left], []);
  assert.deepEqual(twice, []);
  assert.ok(killed.inDoubt.size <= CONNECTIONS * KILLS, String(killed.inDoubt.size));
  // Who repeats the request for one of those in doubt is told so.
  assert.deepEqual(
    killed.otherwise.filter((code) => code !== 'submission-in-doubt'),
    [],
  );
});

test('repeated in doubt: none is missing, and what arrives twice has the same bytes', async (t) => {
  const killed = await sendWhileKilled('repeat');
  const { missing, twice, inWords } = figuresOf(killed);
  t.diagnostic(`${KILLS} × SIGKILL, IN_DOUBT=repeat: ${inWords}`);
  assert.ok(killed.acknowledged.size > MESSAGES / 2, String(killed.acknowledged.size));
  assert.deepEqual([...missing, ...killed.left], []);
  assert.deepEqual([...killed.inDoubt, ...killed.otherwise], []);
  assert.deepEqual(
    twice.filter(([, { messageIds, contents }]) => messageIds !== 1 || contents !== 1),
    [],
  );
});
