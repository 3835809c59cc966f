/**
 * Each failure the sandbox plays by the name of a recipient, a mailbox, a tenant or a secret comes back as its problem to who wants one attempt,
 * and is what the relay goes on after for everybody else, where it passes; and no code of the catalogue is left that nothing provokes.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { secretScenarios, tenantScenarios } from '../../src/sandbox/entra-scenarios.ts';
import { mailboxScenarios } from '../../src/sandbox/mailbox-scenarios.ts';
import { recipientScenarios } from '../../src/sandbox/recipient-scenarios.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { EntraScenario, SmtpScenario } from '../../src/sandbox/scenario.ts';
import { scenarios } from '../../src/sandbox/scenarios.ts';
import { assertGoesOn, assertProblem, failureOf, stageOf } from './problem-checks.ts';
import { refusalsOfTheOutbox } from './refusals-of-the-outbox.ts';
import { refusalsOfTheRelay } from './refusals-of-the-relay.ts';
import { RelayInProcess, type RoutedTenant } from './relay-in-process.ts';
import type { Answer } from './relay-process.ts';
import { troublesOnTheWay } from './troubles-on-the-way.ts';

/** What nothing provokes, and why. */
const unprovoked = {
  'internal-error': 'It stands for a defect of the relay; one that is known is mended instead.',
  'dns-temporary-failure':
    'It needs a machine whose name server does not answer; where that is so, the test of a host that does not exist meets it.',
  'acceptance-unknown': 'It needs a store whose answer is lost; the outbox within the process ends with the process.',
  'mailbox-not-configured':
    'It is no answer but the last failure of what is held; what-was-accepted-outlives-a-restart.test.ts meets it there.',
};

const RECIPIENT = 'jane@fabrikam.example';
const LARGE = 'large@contoso.example';
const SEVERAL = 'several@contoso.example';
/** Each from a mailbox and a tenant of its own, since a refusal may pause either. */
const senderOf = ({ name }: SmtpScenario) => `to-${name}@contoso.example`;
const mailboxOf = ({ trigger, name }: SmtpScenario | EntraScenario) =>
  trigger === 'mailbox' ? `${name}@contoso.example` : `${trigger}-${name}@contoso.example`;

describe('a sandbox that plays failures by name', { concurrency: 4 }, () => {
  let sandbox: Sandbox;
  let relay: RelayInProcess;
  /** What the remedies of every tenant are told besides what differs. */
  const common = () => {
    const { authorityHost, scope, smtpHost, clientId } = sandbox;
    return { client_id: clientId, authority_host: authorityHost, scope, smtp_host: smtpHost };
  };

  before(async () => {
    sandbox = await startSandbox({
      tenants: [
        {
          mailboxes: Object.fromEntries([...recipientScenarios.map(senderOf), LARGE, SEVERAL].map((row) => [row, {}])),
        },
      ],
    });
    const { tenantId, clientId, clientSecret, authorityHost, smtpHost, smtpPort } = sandbox;
    const tenant = { tenantId, clientId, clientSecret, authorityHost, smtpHost, smtpPort };
    const routed: RoutedTenant[] = [
      ...[...recipientScenarios.map(senderOf), ...mailboxScenarios.map(mailboxOf), LARGE, SEVERAL].map((mailbox) => ({
        ...tenant,
        mailboxes: [mailbox],
      })),
      ...tenantScenarios.map((row) => ({ ...tenant, tenantId: row.by, mailboxes: [mailboxOf(row)] })),
    ];
    relay = await RelayInProcess.start(routed, { EXTRA_CA_FILE: sandbox.caFile });
  });
  after(async () => {
    await relay[Symbol.asyncDispose]();
    await sandbox.close();
  });

  const message = { subject: 'Invoice', text: 'Hello' };
  const once = { ...message, retry: false };

  // What is silent needs a deadline that is short, and is among the troubles on the way.
  for (const scenario of recipientScenarios.filter(({ silent }) => !silent)) {
    test(`answers ${failureOf(scenario)} for the recipient ${scenario.name}`, async () => {
      const [from, to] = [senderOf(scenario), `${scenario.name}@fabrikam.example`];
      const answer = await relay.send({ from, to, ...once });
      const stage = stageOf(scenario);
      const values = { ...common(), tenant_id: sandbox.tenantId, mailbox: from, from, recipient: to };
      assertProblem(answer, failureOf(scenario), { stage, values });
      if (scenario.reply?.match(/^\d{3}/)) assert.equal(String(answer.body.smtp.code), scenario.reply.slice(0, 3));
      await assertGoesOn(relay, { from, to, ...message }, answer);
    });
  }

  for (const scenario of mailboxScenarios) {
    test(`answers ${failureOf(scenario)} for the mailbox ${scenario.name}`, async () => {
      const mailbox = mailboxOf(scenario);
      const answer = await relay.send({ from: mailbox, to: RECIPIENT, ...once });
      const stage = stageOf(scenario);
      const values = { ...common(), tenant_id: sandbox.tenantId, mailbox, from: mailbox, recipient: RECIPIENT };
      assertProblem(answer, failureOf(scenario), { stage, values });
      assert.match(answer.body.message_id, /^<[0-9A-Z]{26}@contoso\.example>$/);
      if (stage === 'auth') assert.match(answer.body.detail, /The token carries SMTP\.SendAsApp\./);
      await assertGoesOn(relay, { from: mailbox, to: RECIPIENT, ...message }, answer);
    });
  }

  const assertRefusal = (scenario: EntraScenario, answer: Answer, tenantId: string): void => {
    const mailbox = mailboxOf(scenario);
    const values = { ...common(), tenant_id: tenantId, mailbox, from: mailbox };
    assertProblem(answer, failureOf(scenario), { stage: 'token', values });
    const { entra } = answer.body;
    assert.equal(entra.code, `AADSTS${scenario.aadsts}`);
    assert.match(entra.trace_id, /^[0-9a-f-]{36}$/);
    assert.match(entra.correlation_id, /^[0-9a-f-]{36}$/);
  };

  for (const scenario of tenantScenarios) {
    test(`answers ${failureOf(scenario)} for the tenant ${scenario.by}`, async () => {
      const answer = await relay.send({ from: mailboxOf(scenario), to: RECIPIENT, ...once });
      assertRefusal(scenario, answer, scenario.by);
      await assertGoesOn(relay, { from: mailboxOf(scenario), to: RECIPIENT, ...message }, answer);
    });
  }

  for (const scenario of secretScenarios) {
    test(`answers ${failureOf(scenario)} for the secret ${scenario.by}, and never shows the secret`, async () => {
      const tenant = { ...sandbox, clientSecret: scenario.by, mailboxes: [mailboxOf(scenario)] };
      await using wrong = await RelayInProcess.start([tenant], { EXTRA_CA_FILE: sandbox.caFile });
      const answer = await wrong.send({ from: mailboxOf(scenario), to: RECIPIENT, ...once });
      assertRefusal(scenario, answer, sandbox.tenantId);
      assert.equal(JSON.stringify(answer.body).includes(scenario.by), false);
    });
  }

  test('answers connection-reset, not in doubt, when the connection breaks in the middle of a large message', async () => {
    const answer = await relay.send({
      from: LARGE,
      to: 'connection-reset-in-content@fabrikam.example',
      subject: 'Invoice',
      attachments: [{ filename: 'invoice.bin', content: randomBytes(8_000_000).toString('base64') }],
      retry: false,
    });
    assertProblem(answer, 'connection-reset', { stage: 'data' });
  });

  test('names no recipient where a refusal of the whole message may be about any of several', async () => {
    const { body } = await relay.send({
      from: SEVERAL,
      to: [RECIPIENT, 'recipient-size-limit@fabrikam.example'],
      ...message,
    });
    assert.equal(body.code, 'recipient-size-limit');
    assert.match(body.detail, /larger than <the recipient> accepts/);
  });
});

describe('the catalogue', () => {
  const codes: readonly string[] = failureCodes;
  const played = new Set(scenarios.map(failureOf));
  const refused = Object.keys({ ...refusalsOfTheRelay, ...refusalsOfTheOutbox });
  const provoked = new Set([...played, ...refused, ...troublesOnTheWay]);

  test('has no code that nothing provokes, but for those with a reason', () => {
    const left = codes.filter((code) => !provoked.has(code));
    assert.deepEqual(left.toSorted(), Object.keys(unprovoked).toSorted());
  });

  test('has every code that a scenario ends in', () => {
    assert.deepEqual(
      [...provoked].filter((code) => !codes.includes(code)),
      [],
    );
  });
});
