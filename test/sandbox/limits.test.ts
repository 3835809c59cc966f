import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { SandboxClock } from '../../src/sandbox/clock.ts';
import { EXCHANGE_LIMITS, type LimitOptions } from '../../src/sandbox/limits.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { SmtpDialogue, sendMessage, submit } from './smtp-dialogue.ts';

const OTHER = 'sales@contoso.example';

/** On a clock that stands still, so that a window ends when a test says so. */
async function limited(limits: LimitOptions, ofOther: LimitOptions = {}): Promise<[Sandbox, SandboxClock]> {
  const clock = new SandboxClock({ running: false });
  const mailboxes = { 'billing@contoso.example': {}, [OTHER]: { limits: ofOther } };
  return [await startSandbox({ clock, limits, tenants: [{ mailboxes }] }), clock];
}

/** Sends a message, and resolves once the server has begun to hold its answer back; the reply is still to come. */
async function heldBack(sandbox: Sandbox, client: SmtpDialogue): Promise<void> {
  const { excess } = sandbox.limits();
  sendMessage(client, sandbox.mailbox);
  await client.replies(3);
  while (sandbox.limits().excess === excess) await new Promise(setImmediate);
}

describe('A minute of a mailbox', () => {
  it('takes as many messages as it may, and holds the next answer back until there is room', async () => {
    const [sandbox, clock] = await limited({ messagesPerMinute: 2 });
    await using _ = sandbox;
    using client = await SmtpDialogue.authenticated(sandbox);
    assert.match(await submit(client, sandbox.mailbox), /^250 /);
    clock.advance(20_000);
    assert.match(await submit(client, sandbox.mailbox), /^250 /);
    await heldBack(sandbox, client);
    clock.advance(39_999);
    assert.equal(sandbox.counts.messages, 2);
    clock.advance(1);
    assert.match(await client.reply(), /^250 2\.0\.0 OK /);
    assert.equal(sandbox.counts.messages, 3);
    // The window slides: only the first has left it.
    await heldBack(sandbox, client);
    clock.advance(20_000);
    assert.match(await client.reply(), /^250 /);
  });

  it('can be shorter, and lets nobody overtake who waits', async () => {
    const [sandbox, clock] = await limited({ messagesPerMinute: 1, minute: 10_000 });
    await using _ = sandbox;
    const clients = [await SmtpDialogue.authenticated(sandbox), await SmtpDialogue.authenticated(sandbox)] as const;
    using first = clients[0];
    using second = clients[1];
    await submit(first, sandbox.mailbox);
    await heldBack(sandbox, second);
    await heldBack(sandbox, first);
    clock.advance(10_000);
    assert.match(await second.reply(), /^250 /);
    assert.equal(sandbox.counts.messages, 2);
    clock.advance(10_000);
    assert.match(await first.reply(), /^250 /);
  });

  it('refuses the excess when told so', async () => {
    const [sandbox, clock] = await limited({ messagesPerMinute: 1, excess: 'refuse' });
    await using _ = sandbox;
    using client = await SmtpDialogue.authenticated(sandbox);
    await submit(client, sandbox.mailbox);
    const busy = /^451 4\.7\.500 Server busy\. Please try again later from \[[\d.]+\]\. \(AS761\) \[SBX/;
    assert.match(await submit(client, sandbox.mailbox), busy);
    clock.advance(60_000);
    assert.match(await submit(client, sandbox.mailbox), /^250 /);
    assert.equal(sandbox.limits().excess, 1);
  });

  it('forgets a message whose client has gone, and gives its place to the next', async () => {
    const [sandbox, clock] = await limited({ messagesPerMinute: 1 });
    await using _ = sandbox;
    const gone = await SmtpDialogue.authenticated(sandbox);
    await submit(gone, sandbox.mailbox);
    await heldBack(sandbox, gone);
    using client = await SmtpDialogue.authenticated(sandbox);
    await heldBack(sandbox, client);
    gone[Symbol.dispose]();
    while (sandbox.limits().connections > 1) await new Promise(setImmediate);
    clock.advance(60_000);
    assert.match(await client.reply(), /^250 /);
    assert.equal(sandbox.counts.messages, 2);
  });

  it('is judged anew for who waits when its limit changes', async () => {
    const [sandbox] = await limited({ messagesPerMinute: 1 });
    await using _ = sandbox;
    using client = await SmtpDialogue.authenticated(sandbox);
    await submit(client, sandbox.mailbox);
    await heldBack(sandbox, client);
    sandbox.changeLimits({ messagesPerMinute: null });
    assert.match(await client.reply(), /^250 /);
  });

  it('is one per mailbox, and a mailbox may have limits of its own', async () => {
    const [sandbox] = await limited({ messagesPerMinute: 1, excess: 'refuse' }, { messagesPerMinute: 2 });
    await using _ = sandbox;
    using billing = await SmtpDialogue.authenticated(sandbox);
    using sales = await SmtpDialogue.authenticated(sandbox, OTHER);
    assert.match(await submit(billing, sandbox.mailbox), /^250 /);
    assert.match(await submit(sales, OTHER), /^250 /);
    assert.match(await submit(sales, OTHER), /^250 /);
    assert.match(await submit(sales, OTHER), /^451 /);
    sandbox.changeLimits({ messagesPerMinute: 3 }, OTHER);
    assert.match(await submit(sales, OTHER), /^250 /);
    assert.match(await submit(billing, sandbox.mailbox), /^451 /);
  });

  it('counts the most final dots of a minute, whether or not a limit is on', async () => {
    const [sandbox, clock] = await limited({});
    await using _ = sandbox;
    using client = await SmtpDialogue.authenticated(sandbox);
    for (let message = 0; message < 3; message += 1) await submit(client, sandbox.mailbox);
    clock.advance(60_000);
    await submit(client, sandbox.mailbox);
    const { windowPeak, messages, messagesInWindow, excess } = sandbox.limits();
    assert.deepEqual(
      { windowPeak, messages, messagesInWindow, excess },
      { windowPeak: 3, messages: 4, messagesInWindow: 1, excess: 0 },
    );
  });
});

describe('The connections of a mailbox', () => {
  it('are three; what comes on a fourth is refused with 432 behind its final dot', async () => {
    const [sandbox] = await limited({ connections: 3 });
    await using _ = sandbox;
    const clients: SmtpDialogue[] = [];
    for (let index = 0; index < 4; index += 1) clients.push(await SmtpDialogue.authenticated(sandbox));
    const [first, second, third, fourth] = clients as [SmtpDialogue, SmtpDialogue, SmtpDialogue, SmtpDialogue];
    using other = await SmtpDialogue.authenticated(sandbox, OTHER);
    assert.match(await submit(other, OTHER), /^250 /);
    const refused =
      '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded [Hostname=SBX0CA0001.SANDBOX.PROD.OUTLOOK.COM]';
    assert.equal(await submit(fourth, sandbox.mailbox), refused);
    for (const client of [first, second, third]) assert.match(await submit(client, sandbox.mailbox), /^250 /);
    const { refused432, connections, connectionsPeak } = sandbox.limits();
    assert.deepEqual(
      { refused432, connections, connectionsPeak },
      { refused432: 1, connections: 4, connectionsPeak: 4 },
    );
    await first.say('QUIT');
    await first.end();
    while (sandbox.limits().connections > 3) await new Promise(setImmediate);
    assert.match(await submit(fourth, sandbox.mailbox), /^250 /);
    for (const client of clients) client[Symbol.dispose]();
  });
});

describe('The recipients of a mailbox', () => {
  const two = ['a@fabrikam.example', 'b@fabrikam.example'];

  it('are so many within 24 hours', async () => {
    const [sandbox, clock] = await limited({ recipientsPerDay: 3 });
    await using _ = sandbox;
    using client = await SmtpDialogue.authenticated(sandbox);
    assert.match(await submit(client, sandbox.mailbox, two), /^250 /);
    clock.advance(3_600_000);
    const quota =
      '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException [Hostname=SBX0CA0001.SANDBOX.PROD.OUTLOOK.COM]';
    assert.equal(await submit(client, sandbox.mailbox, two), quota);
    assert.match(await submit(client, sandbox.mailbox), /^250 /);
    assert.equal(sandbox.limits().recipientsInDay, 3);
    clock.advance(23 * 3_600_000);
    assert.match(await submit(client, sandbox.mailbox, two), /^250 /);
    assert.equal(sandbox.limits().refusedRecipientQuota, 1);
  });

  it('are so many of a message', async () => {
    const [sandbox] = await limited({ recipientsPerMessage: 1 });
    await using _ = sandbox;
    using client = await SmtpDialogue.authenticated(sandbox);
    client.send(`MAIL FROM:<${sandbox.mailbox}>\r\nRCPT TO:<a@b.example>\r\nRCPT TO:<c@b.example>\r\n`);
    const replies = await client.replies(3);
    assert.match(replies[1] ?? '', /^250 /);
    assert.match(replies[2] ?? '', /^452 4\.5\.3 Too many recipients /);
  });
});

describe('The size of a message', () => {
  it('is offered by the server, and refused above it', async () => {
    const [sandbox] = await limited({ messageSize: 1_000 });
    await using _ = sandbox;
    using client = await SmtpDialogue.authenticated(sandbox);
    assert.match(await client.say('EHLO client.example'), /^250-SIZE 1000$/m);
    assert.match(await client.say(`MAIL FROM:<${sandbox.mailbox}> SIZE=1001`), /^552 5\.3\.4 /);
    client.send(`MAIL FROM:<${sandbox.mailbox}>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n${'x'.repeat(1_100)}\r\n.\r\n`);
    assert.match((await client.replies(4))[3] ?? '', /^552 5\.3\.4 Message size exceeds/);
  });

  it('is what the mailbox may submit, below what the server offers', async () => {
    const [sandbox] = await limited({}, { messageSize: 20 });
    await using _ = sandbox;
    using client = await SmtpDialogue.authenticated(sandbox, OTHER);
    assert.match(await submit(client, OTHER), /^554 5\.2\.0 MapiExceptionMaxSubmissionExceeded; /);
  });
});

describe('Limits', () => {
  it('are those of Exchange Online when asked for', async () => {
    await using sandbox = await startSandbox({ limits: EXCHANGE_LIMITS });
    assert.deepEqual(sandbox.limits().limits, EXCHANGE_LIMITS);
    assert.deepEqual([EXCHANGE_LIMITS.messagesPerMinute, EXCHANGE_LIMITS.connections], [30, 3]);
  });

  it('are refused by name when they are none', async () => {
    await assert.rejects(startSandbox({ limits: { minute: 9_999 } }), /minute is 10000 milliseconds or more/);
    await assert.rejects(startSandbox({ limits: { connections: 0 } }), /connections is a whole number/);
    await using sandbox = await startSandbox();
    assert.throws(() => sandbox.changeLimits({ messageSize: 157_286_401 }), /messageSize is 157286400 at most/);
    assert.throws(() => sandbox.changeLimits({ messagesPerMinute: 1.5 }, OTHER), /messagesPerMinute/);
  });

  it('let a sandbox close while somebody waits', async () => {
    const [sandbox] = await limited({ messagesPerMinute: 1 });
    using client = await SmtpDialogue.authenticated(sandbox);
    await submit(client, sandbox.mailbox);
    await heldBack(sandbox, client);
    await sandbox.close();
    await client.end();
  });

  it('wake who waits when real time has passed as well', async () => {
    const clock = new SandboxClock();
    const { promise, resolve } = Promise.withResolvers<void>();
    const patience = AbortSignal.timeout(5_000);
    void clock.until(clock.now() + 20, patience).then(resolve);
    await Promise.race([promise, once(patience, 'abort').then(() => assert.fail('it slept on'))]);
  });
});
