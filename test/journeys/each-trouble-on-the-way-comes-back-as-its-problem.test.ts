/** Each fault of a whole server, and each trouble on the way to one, comes back as its problem, with the host and the port in question. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type FaultyRoute, type FaultyServers, faultyRoutes, startFaultyServers } from './faulty-servers.ts';
import { assertGoesOn, assertProblem, failureOf, stageOf } from './problem-checks.ts';
import { RelayInProcess } from './relay-in-process.ts';
import type { Answer } from './relay-process.ts';
import { codeIn, MAILBOX, sendToNoHost, waysIntoTrouble } from './troubles-on-the-way.ts';

describe('a server that is at fault as a whole', { concurrency: 4 }, () => {
  let servers: FaultyServers;
  let relay: RelayInProcess;
  before(async () => {
    servers = await startFaultyServers();
    const routes = faultyRoutes.filter((route) => !isSilent(route));
    relay = await RelayInProcess.start(routes.map(servers.tenantOf), { EXTRA_CA_FILE: servers.caFile });
  });
  after(async () => {
    await relay[Symbol.asyncDispose]();
    await servers[Symbol.asyncDispose]();
  });

  const isSilent = ({ scenario }: FaultyRoute) => scenario.name === 'connection-timeout';
  /** A silent server is asked by a relay of its own, whose deadline is short. The answer is that to a single attempt. */
  const sendFrom = async (route: FaultyRoute): Promise<Answer> => {
    const sentBy = async (by: RelayInProcess): Promise<Answer> => {
      const answer = await by.send({ ...message, retry: false });
      await assertGoesOn(by, message, answer);
      return answer;
    };
    const message = {
      from: route.mailbox,
      to: 'jane@fabrikam.example',
      subject: 'Invoice',
      text: 'Hello',
      // Some servers lack the extension for this.
      dsn: { notify: ['failure'] },
    };
    if (!isSilent(route)) return await sentBy(relay);
    const deadline = route.of === 'tokens' ? 'TOKEN_REQUEST_TIMEOUT' : 'SMTP_GREETING_TIMEOUT';
    const settings = { EXTRA_CA_FILE: servers.caFile, [deadline]: '0.2' };
    await using hasty = await RelayInProcess.start([servers.tenantOf(route)], settings);
    return await sentBy(hasty);
  };

  for (const route of faultyRoutes) {
    const { scenario, of, mailbox } = route;
    test(`of ${of} answers ${failureOf(scenario)} for ${scenario.name}`, async () => {
      const answer = await sendFrom(route);
      const { authorityHost, smtpPort, tenantId, clientId } = servers.tenantOf(route);
      const port = of === 'tokens' ? new URL(authorityHost).port : String(smtpPort);
      const stage = of === 'tokens' ? 'token' : stageOf(scenario);
      const values = { host: 'localhost', port, mailbox, tenant_id: tenantId, client_id: clientId };
      assertProblem(answer, failureOf(scenario), { stage, values });
    });
  }
});

describe('the way', { concurrency: 4 }, () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ mailbox: MAILBOX });
  });
  after(() => sandbox.close());

  for (const [way, { stage, provoke }] of Object.entries(waysIntoTrouble)) {
    test(`answers ${way}`, async () => {
      assertProblem(await provoke(sandbox), codeIn(way), { stage, values: { mailbox: MAILBOX } });
    });
  }

  test('answers a failure of DNS for a host that does not exist', async () => {
    const answer = await sendToNoHost(sandbox);
    const nobodyToAsk = answer.body.code === 'dns-temporary-failure';
    const values = { host: 'no-such-host.invalid' };
    assertProblem(answer, nobodyToAsk ? 'dns-temporary-failure' : 'dns-host-not-found', { values });
    assert.match(answer.body.detail, /no-such-host\.invalid/);
  });
});
