/** Five hundred messages that all fail for one cause: the cause is found out a few times, nothing that was acknowledged fails, and once it is cured all of them go out. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { collectMail } from './caught-mail.ts';
import { RelayProcess } from './relay-process.ts';
import { allFinished, submissionsOf } from './submissions-of.ts';
import { unboundedClientOf } from './unbounded-client.ts';

const MESSAGES = 500;
/** Refusals after which a sender pauses. */
const REFUSALS = 3;
/** Of a mailbox at once: what they do is under way when a pause begins. */
const CONNECTIONS = 3;
const SENDER = 'ceo@contoso.example';

interface Trouble {
  readonly code: string;
  readonly from: (sandbox: Sandbox) => string;
  readonly begin: (sandbox: Sandbox) => void;
  readonly cure: (sandbox: Sandbox) => void;
  /** What an operator says when it is cured. */
  readonly resume: (sandbox: Sandbox) => string;
  /** How often the cause was met, as the sandbox has counted. */
  readonly met: (sandbox: Sandbox) => number;
}

const resumeMailbox = ({ mailbox }: Sandbox) => `/mailboxes/${mailbox}/resume`;

const troubles: readonly Trouble[] = [
  {
    code: 'send-as-denied',
    from: () => SENDER,
    begin: () => {},
    cure: ({ administration, mailbox }) => administration.changeMailbox(mailbox, { sendAs: [SENDER] }),
    resume: resumeMailbox,
    met: ({ inbox }) => inbox.refusals.length,
  },
  {
    code: 'smtp-auth-unsuccessful',
    from: ({ mailbox }) => mailbox,
    begin: ({ administration, mailbox }) => administration.changeMailbox(mailbox, { fullAccess: false }),
    cure: ({ administration, mailbox }) => administration.changeMailbox(mailbox, { fullAccess: true }),
    resume: resumeMailbox,
    met: ({ counts }) => counts.authenticationAttempts,
  },
  {
    code: 'entra-client-secret-expired',
    from: ({ mailbox }) => mailbox,
    begin: (sandbox) => secretEnds(sandbox, new Date(0)),
    cure: (sandbox) => secretEnds(sandbox, new Date(Date.now() + 3_600_000)),
    resume: () => '/tenants/contoso/resume',
    met: ({ counts }) => counts.tokenRequests,
  },
];

function secretEnds({ administration, tenantId, clientSecret }: Sandbox, expiresAt: Date): void {
  administration.changeCredentials(tenantId, { clientSecrets: [{ value: clientSecret, expiresAt }] });
}

/** What its line does. */
async function stateOf(relay: RelayProcess, { mailbox }: Sandbox): Promise<string> {
  const { body } = await relay.ask('GET', '/mailboxes');
  return String(body.data.find((each) => each.mailbox === mailbox)?.status);
}

for (const { code, from, begin, cure, resume, met } of troubles) {
  test(`${MESSAGES} messages that meet ${code}`, async (t) => {
    await using sandbox = await startSandbox();
    using mail = collectMail(sandbox.inbox);
    const { settings, apiKey } = unboundedClientOf(sandbox);
    await using relay = await RelayProcess.start(settings, { apiKey });
    begin(sandbox);
    const subjects = Array.from({ length: MESSAGES }, (_, number) => `Invoice ${number}`);
    const posts = subjects.map((subject) =>
      relay.send(
        { from: from(sandbox), to: 'jane@fabrikam.example', subject, text: 'Hello' },
        { prefer: 'respond-async' },
      ),
    );
    const answers = await Promise.all(posts);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
    while (
      relay.events('paused').length === 0 ||
      (await submissionsOf(relay)).some(({ status }) => status === 'sending')
    )
      await delay(20);

    const [pause] = relay.events('paused');
    assert.equal(pause?.failure, code);
    const attempts = relay.events('attempt-failed').length;
    const probes = relay.events('paused').length - 1;
    t.diagnostic(
      `${code}: ${attempts} attempts and ${probes} probes for ${MESSAGES} messages; met ${met(sandbox)} times`,
    );
    assert.ok(attempts <= REFUSALS + CONNECTIONS + probes, String(attempts));
    assert.ok(met(sandbox) <= attempts, String(met(sandbox)));
    assert.equal(sandbox.counts.tokenRequests, 1);
    assert.deepEqual(await submissionsOf(relay, 'failed,submitted,in-doubt,canceled'), []);

    cure(sandbox);
    // A refused token request is the answer to others for some seconds, so that resuming at once may be in vain.
    for (let state = 'paused'; state !== 'idle'; state = await stateOf(relay, sandbox)) {
      if (state === 'paused') assert.equal((await relay.ask('POST', resume(sandbox))).status, 200);
      await delay(50);
    }
    await allFinished(relay);
    assert.deepEqual([...mail.bySubject().keys()].toSorted(), subjects.toSorted());
    assert.equal(mail.messages.length, MESSAGES);
    assert.equal((await submissionsOf(relay, 'submitted')).length, MESSAGES);
  });
}
