/** Metrics that were told one of everything, and what they show, for tests of the metrics and of what is made of them. */

import { Metrics } from '../../../src/adapters/events/metrics.ts';
import { failure } from '../../../src/domain/failure.ts';
import { type Metric, seriesIn } from '../../exposition.ts';

const nothing = { total: 0, failing: [] };
const none = { count: 0, oldest: null };
export const noStatus = {
  queued: none,
  sending: none,
  deferred: none,
  submitted: none,
  failed: none,
  'in-doubt': none,
  canceled: none,
};

/** Metrics of a relay in which nothing happens, but what the sources say. */
export function metrics(sources: Partial<ConstructorParameters<typeof Metrics>[1]> = {}) {
  return new Metrics('1.2.3', {
    connections: () => ({ open: 0, busy: 0, waiting: 0 }),
    submissionsUnderWay: () => 0,
    health: () => ({
      tokenCache: { status: 'ok' },
      tenants: nothing,
      mailboxes: nothing,
    }),
    clock: { now: () => new Date() },
    statuses: () => ({ ...noStatus }),
    fill: () => ({ submissions: 0, bytes: 0, maxSubmissions: 10, maxBytes: 1_000, failing: false }),
    lines: () => ({
      paused: { sender: 0, mailbox: 0, tenant: 0 },
      paced: 0,
      budgetUse: { messagesPerMinute: 0, recipientsPerDay: 0, externalRecipientsPerDay: 0 },
    }),
    ...sources,
  });
}

export async function read(of: Metrics, bodies = { bytes: 0, waiting: 0 }): Promise<Metric[]> {
  const { text } = await of.read(bodies);
  return seriesIn(text);
}

const submission = (number: number) => ({
  requestId: `r${number}`,
  id: `id${number}`,
  messageId: `<${number}@contoso.example>`,
  client: `client-${number}`,
  tenant: `tenant-${number}`,
  mailbox: `mailbox-${number}@contoso.example`,
  tags: [],
  metadata: {},
});

/** One of everything that happens, to somebody else each time. */
export function tellAll(to: Metrics, number: number): void {
  const mailbox = `mailbox-${number}@contoso.example`;
  const server = `server-${number}:587`;
  const tenant = { tenant: `tenant-${number}`, clientId: `client-${number}` };
  to.requestAnswered({
    requestId: `r${number}`,
    client: `client-${number}`,
    address: `10.0.0.${number}`,
    method: 'POST',
    route: '/send',
    status: 422,
    failure: 'recipient-not-found',
    milliseconds: number,
  });
  to.submissionAccepted({ ...submission(number), size: number, recipients: 1 });
  to.submissionSubmitted({
    ...submission(number),
    accepted: 2,
    rejected: [{ recipient: `gone-${number}@fabrikam.example`, failure: 'recipient-not-found' }],
    reply: `OK ${number}`,
    times: { envelope: 10, content: 20, finalDot: 30 },
    milliseconds: 1_000,
  });
  for (const code of ['send-as-denied', 'submission-in-doubt'] as const)
    to.attemptFailed({ ...submission(number), failure: failure(code), cause: null, milliseconds: 2_000 });
  const pause = { about: 'mailbox', name: mailbox, tenant: tenant.tenant, until: new Date() } as const;
  to.submissionDeferred();
  to.submissionInDoubt();
  for (const status of ['submitted', 'failed', 'in-doubt'] as const)
    to.submissionFinished({ ...submission(number), status, ageMilliseconds: 3_000 });
  for (const probes of [0, 1, 2]) to.paused({ ...pause, failure: failure('send-as-denied'), probes });
  to.tokenAcquired({ ...tenant, expiresAt: new Date(), roles: [`role-${number}`], milliseconds: 40 });
  const refused = { failure: failure('entra-app-disabled'), cause: null, validUntil: null, milliseconds: 60 };
  to.tokenRequestFailed({ ...tenant, ...refused });
  to.connectionOpened({ mailbox, server, milliseconds: 50 });
  to.connectionClosed({ mailbox, server, messages: number, reason: 'it was idle' });
}
