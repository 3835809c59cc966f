/** Each failure the sandbox can play comes back from the relay as its problem, with a remedy that names this tenant. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { entryOf } from '../../src/domain/failure.ts';
import {
  reservedSecrets,
  reservedTenantId,
  secretScenarios,
  tenantScenarios,
} from '../../src/sandbox/entra-scenarios.ts';
import { mailboxScenarios } from '../../src/sandbox/mailbox-scenarios.ts';
import { recipientScenarios } from '../../src/sandbox/recipient-scenarios.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Scenario } from '../../src/sandbox/scenario.ts';
import { scenarios } from '../../src/sandbox/scenarios.ts';
import { submissionFaults, tokenFaults } from '../../src/sandbox/server-scenarios.ts';
import { type Answer, RelayProcess } from './relay-process.ts';

/** What the relay answers to a message that is fine in itself. */
async function sendThrough(sandbox: Sandbox, settings: Record<string, string> = {}): Promise<Answer> {
  const all = { ...settingsFor(sandbox), ...settings };
  await using relay = await RelayProcess.start(all);
  return await relay.send({ from: all.MAILBOX, to: 'jane@fabrikam.example', subject: 'Invoice', text: 'Hello' });
}

function assertProblem(answer: Answer, code: string): void {
  const found = failureCodes.find((known) => known === code);
  assert.ok(found, `${code} is not in the catalogue`);
  const { body } = answer;
  assert.equal(body.code, code, JSON.stringify(body, null, 2));
  assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  assert.equal(body.type, `/failures/${code}`);
  assert.equal(body.title, entryOf(found).title);
  assert.equal(answer.status, body.status);
  assert.ok(answer.status >= 400);
  assert.ok(body.remedy.summary.length > 0 && body.remedy.steps.length > 0);
  assert.equal(body.retryable, answer.headers.has('retry-after'));
  assert.equal(body.request_id, answer.headers.get('x-request-id'));
}

function failureOf({ failure, name }: Scenario): string {
  return failure ?? name;
}

describe('a sandbox that plays failures by name', { concurrency: 4 }, () => {
  let sandbox: Sandbox;
  let relay: RelayProcess;
  before(async () => {
    sandbox = await startSandbox();
    relay = await RelayProcess.start(settingsFor(sandbox));
  });
  after(async () => {
    await relay[Symbol.asyncDispose]();
    await sandbox.close();
  });

  for (const scenario of recipientScenarios) {
    test(`answers ${failureOf(scenario)} for the recipient ${scenario.name}`, async () => {
      const recipient = `${scenario.name}@fabrikam.example`;
      const answer = await relay.send({ from: sandbox.mailbox, to: recipient, subject: 'Invoice', text: 'Hello' });
      assertProblem(answer, failureOf(scenario));
      if (scenario.reply !== null) assert.equal(String(answer.body.smtp.code), scenario.reply.slice(0, 3));
    });
  }

  for (const scenario of mailboxScenarios) {
    test(`answers ${failureOf(scenario)} for the mailbox ${scenario.name}`, async () => {
      const mailbox = `${scenario.name}@contoso.example`;
      const answer = await sendThrough(sandbox, { MAILBOX: mailbox });
      assertProblem(answer, failureOf(scenario));
      assert.match(answer.body.message_id, /^<[0-9A-Z]{26}@contoso\.example>$/);
      if (scenario.at !== 'auth') return;
      assert.equal(answer.body.stage, 'auth');
      assert.match(answer.body.detail, /The token carries SMTP\.SendAsApp\./);
    });
  }

  for (const scenario of tenantScenarios) {
    test(`answers ${failureOf(scenario)} for the tenant reserved for it`, async () => {
      const tenant = reservedTenantId(scenario.aadsts);
      const answer = await sendThrough(sandbox, { TENANT_ID: tenant });
      assertProblem(answer, failureOf(scenario));
      assert.equal(answer.body.stage, 'token');
      assert.equal(answer.body.entra.code, `AADSTS${scenario.aadsts}`);
      assert.match(answer.body.entra.trace_id, /^[0-9a-f-]{36}$/);
      assert.match(answer.body.entra.correlation_id, /^[0-9a-f-]{36}$/);
    });
  }

  for (const scenario of secretScenarios) {
    test(`answers ${failureOf(scenario)} for the secret reserved for it`, async () => {
      const secret = Object.keys(reservedSecrets).find((word) => reservedSecrets[word] === scenario.name) ?? '';
      assertProblem(await sendThrough(sandbox, { CLIENT_SECRET: secret }), failureOf(scenario));
    });
  }

  test('answers entra-client-secret-invalid for any wrong secret, and never shows the secret', async () => {
    const secret = randomBytes(30).toString('base64url');
    const answer = await sendThrough(sandbox, { CLIENT_SECRET: secret });
    assertProblem(answer, 'entra-client-secret-invalid');
    assert.equal(JSON.stringify(answer.body).includes(secret), false);
  });

  test('answers connection-refused where nobody listens', async () => {
    const port = await freePort();
    const answer = await sendThrough(sandbox, { SMTP_PORT: String(port) });
    assertProblem(answer, 'connection-refused');
    assert.match(answer.body.detail, new RegExp(`localhost:${port}`));
  });

  test('answers connection-refused of the token stage where no token endpoint listens', async () => {
    const answer = await sendThrough(sandbox, { ENTRA_AUTHORITY_HOST: `https://localhost:${await freePort()}` });
    assertProblem(answer, 'connection-refused');
    assert.equal(answer.body.stage, 'token');
  });

  test('answers a failure of DNS for a host that does not exist', async () => {
    const answer = await sendThrough(sandbox, { SMTP_HOST: 'no-such-host.invalid' });
    // Without any name server the answer is that nobody could be asked.
    assertProblem(
      answer,
      answer.body.code === 'dns-temporary-failure' ? 'dns-temporary-failure' : 'dns-host-not-found',
    );
  });

  test('answers connection-reset, not in doubt, when the connection breaks in the middle of a large message', async () => {
    const content = randomBytes(8_000_000).toString('base64');
    const answer = await relay.send({
      from: sandbox.mailbox,
      to: 'connection-reset-in-content@fabrikam.example',
      subject: 'Invoice',
      attachments: [{ filename: 'invoice.bin', content }],
    });
    assertProblem(answer, 'connection-reset');
    assert.equal(answer.body.stage, 'data');
  });

  test('grants rights in PowerShell with the values of this tenant', async () => {
    const recipient = 'send-as-denied@fabrikam.example';
    const { body } = await relay.send({ from: sandbox.mailbox, to: recipient, subject: 'Invoice', text: 'Hello' });
    const lines: string[] = body.remedy.powershell;
    const grant = lines.find((line) => line.startsWith('Add-RecipientPermission'));
    assert.match(
      grant ?? '',
      new RegExp(`-Identity '${sandbox.mailbox}' -AccessRights SendAs -Trustee '[0-9a-f-]{36}'`),
    );
  });
});

describe('a server that is at fault as a whole', { concurrency: 4 }, () => {
  // A server that never says a word is left to the tests of the connection, which need not wait for its deadline.
  const silent = 'connection-timeout';
  const play = async (scenario: Scenario, options: SandboxOptions): Promise<void> => {
    await using sandbox = await startSandbox(options);
    assertProblem(await sendThrough(sandbox), failureOf(scenario));
  };

  for (const scenario of submissionFaults.filter(({ name }) => name !== silent)) {
    test(`of submission answers ${failureOf(scenario)} for ${scenario.name}`, () =>
      play(scenario, { submissionFault: scenario.name }));
  }

  for (const scenario of tokenFaults.filter(({ name }) => name !== silent)) {
    test(`of tokens answers ${failureOf(scenario)} for ${scenario.name}`, () =>
      play(scenario, { tokenFault: scenario.name }));
  }
});

test('every scenario of the sandbox ends in a failure of the catalogue', () => {
  const codes: readonly string[] = failureCodes;
  assert.deepEqual(
    scenarios.map(failureOf).filter((code) => !codes.includes(code)),
    [],
  );
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(address && typeof address === 'object');
  return address.port;
}
