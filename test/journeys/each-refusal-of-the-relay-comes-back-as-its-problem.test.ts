/** Each refusal of the relay itself comes back as its problem, before anything is submitted. */

import { after, before, describe, test } from 'node:test';
import { MAILBOX } from '../http/recording-relay.ts';
import { assertProblem } from './problem-checks.ts';
import { refusalsOfTheOutbox } from './refusals-of-the-outbox.ts';
import { refusalsOfTheRelay, startRelayToNowhere } from './refusals-of-the-relay.ts';
import type { RelayInProcess } from './relay-in-process.ts';

/** Where it shows that is not where the catalogue says it usually does. */
const stages: Readonly<Record<string, string>> = { 'mailbox-busy': 'connect' };

describe('a relay that refuses', { concurrency: 4 }, () => {
  let relay: RelayInProcess;
  before(async () => {
    relay = await startRelayToNowhere();
  });
  after(() => relay[Symbol.asyncDispose]());

  for (const [code, refusal] of Object.entries({ ...refusalsOfTheRelay, ...refusalsOfTheOutbox })) {
    test(`answers ${code}`, async () => {
      const values = code === 'sender-not-allowed' ? { from: 'ceo@contoso.example' } : { mailbox: MAILBOX };
      assertProblem(await refusal(relay), code, { stage: stages[code], values });
    });
  }
});
