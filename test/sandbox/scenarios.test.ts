import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { secretScenarios, tenantScenarios } from '../../src/sandbox/entra-scenarios.ts';
import { mailboxScenarios } from '../../src/sandbox/mailbox-scenarios.ts';
import { recipientScenarios } from '../../src/sandbox/recipient-scenarios.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { SmtpScenario } from '../../src/sandbox/scenario.ts';
import {
  describeScenarios,
  isServerFault,
  recipientScenario,
  scenarios,
  serverFaults,
} from '../../src/sandbox/scenarios.ts';
import { SmtpDialogue, xoauth2 } from './smtp-dialogue.ts';
import { tokenFor } from './token-request.ts';

/** How many replies come before the one a scenario plays, from MAIL on. */
const REPLIES_BEFORE = { auth: 0, mail: 0, rcpt: 1, 'data-command': 2, content: 3, 'final-dot': 3 };

/** The scenario's reply as a pattern, with anything in the place of what differs each time. */
function expected({ reply }: SmtpScenario): RegExp {
  const text = (reply ?? '').replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  const filled = text
    .replace('{session}', '\\[SBX0CA0001\\S+ \\S+Z \\w{16}\\]')
    .replace('{hostname}', '\\[Hostname=SBX0CA0001\\S+\\]')
    .replace(/\{mailbox\}|\{from\}/g, '\\S+@contoso\\.example');
  return new RegExp(`^${filled}$`);
}

/** Long enough for a reply over loopback; one that comes later still would be a defect that shows now and then. */
function soon(resolve: (nothing: string) => void): void {
  setTimeout(resolve, 20, 'silence');
}

describe('A scenario', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());

  async function submit(client: SmtpDialogue, from: string, to: string, scenario: SmtpScenario): Promise<string> {
    const steps = [`MAIL FROM:<${from}>\r\n`, `RCPT TO:<${to}>\r\n`, 'DATA\r\n', `From: ${from}\r\n\r\nHello\r\n.\r\n`];
    for (const step of steps.slice(0, REPLIES_BEFORE[scenario.at])) {
      client.send(step);
      assert.match(await client.reply(), /^[23]/, step);
    }
    client.send(steps[REPLIES_BEFORE[scenario.at]] ?? '');
    if (scenario.silent) return await Promise.race([client.reply(), new Promise<string>(soon)]);
    // What is no reply of SMTP is read as a line.
    return scenario.reply?.match(/^\D/) ? await client.line() : await client.reply();
  }

  for (const scenario of recipientScenarios) {
    it(`is played for recipient ${scenario.name}`, async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      const caught = sandbox.counts.messages;
      const reply = await submit(client, sandbox.mailbox, `${scenario.name}+1@anything.example`, scenario);
      assert.equal(sandbox.counts.messages, caught);
      if (scenario.silent) return assert.deepEqual([reply, client.ended], ['silence', false]);
      if (scenario.reply === null) assert.equal(reply, '');
      else assert.match(reply, expected(scenario));
      if (scenario.reply === null || scenario.closes) return await client.end();
      if (!/^\d{3}/.test(scenario.reply)) return;
      await client.say('RSET');
      assert.match(
        await submit(client, sandbox.mailbox, 'jane@fabrikam.example', { ...scenario, at: 'mail' }),
        /^250 /,
      );
    });
  }

  for (const scenario of mailboxScenarios) {
    it(`is played for mailbox ${scenario.name}`, async () => {
      const mailbox = `${scenario.name}@contoso.example`;
      using client = await SmtpDialogue.secured(sandbox);
      const authenticated = await client.say(`AUTH XOAUTH2 ${xoauth2(mailbox, await tokenFor(sandbox))}`);
      if (scenario.at === 'auth') return assert.match(authenticated, expected(scenario));
      assert.match(authenticated, /^235 /);
      assert.match(await submit(client, mailbox, 'jane@fabrikam.example', scenario), expected(scenario));
    });
  }

  it('is not played for a mailbox whose token is bad', async () => {
    using client = await SmtpDialogue.secured(sandbox);
    assert.match(await client.say(`AUTH XOAUTH2 ${xoauth2('send-as-denied@contoso.example', 'x')}`), /^535 5\.7\.3 /);
  });

  it('of one recipient leaves the others alone', async () => {
    using client = await SmtpDialogue.authenticated(sandbox);
    const arrival = sandbox.inbox.next();
    client.send(
      `MAIL FROM:<${sandbox.mailbox}>\r\nRCPT TO:<recipient-not-found@b.example>\r\nRCPT TO:<jane@b.example>\r\n`,
    );
    client.send(`DATA\r\nFrom: ${sandbox.mailbox}\r\n\r\nHello\r\n.\r\n`);
    assert.deepEqual(
      (await client.replies(5)).map((reply) => reply.slice(0, 3)),
      ['250', '550', '250', '354', '250'],
    );
    assert.deepEqual((await arrival).envelope.rcptTo, ['jane@b.example']);
  });

  it('is played for content in chunks as well', async () => {
    using client = await SmtpDialogue.authenticated(sandbox);
    client.send(`MAIL FROM:<${sandbox.mailbox}>\r\nRCPT TO:<mailbox-logon-failure@b.example>\r\nBDAT 3 LAST\r\nabc`);
    assert.match((await client.replies(3))[2] ?? '', /^430 4\.2\.0 STOREDRV; mailbox logon failure;/);
  });
});

describe('The table of scenarios', () => {
  it('has no name twice under one trigger, but for the two servers', () => {
    const names = scenarios
      .map(({ trigger, name }) => `${trigger} ${name}`)
      .filter((name) => !name.startsWith('server'));
    assert.equal(new Set(names).size, names.length);
  });

  it('is written out with every way to trigger it', () => {
    const text = describeScenarios();
    for (const { name, trigger } of scenarios) {
      if (trigger !== 'tenant' && trigger !== 'secret') assert.ok(text.includes(`  ${name} `), name);
    }
    for (const { by } of [...tenantScenarios, ...secretScenarios]) assert.ok(text.includes(`  ${by} `), by);
  });

  it('has a further name for each further reply of a failure, and no reply twice', () => {
    for (const table of [recipientScenarios, mailboxScenarios]) {
      for (const [failure, rows] of Map.groupBy(table, (row) => row.failure)) {
        const replies = rows.map(({ at, reply, silent = false }) => `${at} ${silent} ${reply}`);
        assert.equal(new Set(replies).size, replies.length, failure);
      }
    }
    assert.equal(recipientScenario('send-as-denied-3@b.example')?.failure, 'send-as-denied');
    assert.equal(recipientScenario('send-as-denied-99@b.example'), undefined);
  });

  it('tells a fault of the submission server from other words', () => {
    assert.ok(serverFaults.every(isServerFault));
    assert.equal(isServerFault('send-as-denied'), false);
  });
});
