/** Submissions for the examples in the OpenAPI document: rendered as real ones are, so that an example cannot differ from an answer. */

import { failure } from '../domain/failure.ts';
import type { Submission } from '../domain/submission.ts';
import { MESSAGE_ID, REQUEST_ID } from './answers.ts';

const ACCEPTED = Date.parse('2026-03-02T07:00:00Z');
const HOST = 'PAXPR07MB8204.eurprd07.prod.outlook.com';

const reply = { code: 250, enhanced: '2.0.0', text: `OK <…> [Hostname=${HOST}]` };

const accepted: Submission = {
  id: REQUEST_ID,
  revision: 1,
  requestId: REQUEST_ID,
  client: 'erp',
  tenant: 'contoso',
  mailbox: 'billing@contoso.com',
  from: 'billing@contoso.com',
  messageId: MESSAGE_ID,
  envelope: { reversePath: 'billing@contoso.com', dsn: null, internationalized: false },
  recipients: [{ address: 'jane@fabrikam.com', state: 'pending', failure: null }],
  tags: [{ name: 'document', value: '4711' }],
  metadata: {},
  priority: 'normal',
  retry: true,
  size: 4_711,
  acceptedAt: ACCEPTED,
  scheduledAt: null,
  expiresAt: ACCEPTED + 86_400_000,
  status: 'queued',
  nextAttemptAt: ACCEPTED,
  attemptCount: 0,
  attempts: [],
  lastFailure: null,
  reply: null,
  finishedAt: null,
  idempotencyKey: null,
};

const refused = failure('concurrent-connections-limit');

export const deferredExample: Submission = {
  ...accepted,
  status: 'deferred',
  nextAttemptAt: ACCEPTED + 60_000,
  attemptCount: 1,
  attempts: [
    {
      startedAt: ACCEPTED,
      endedAt: ACCEPTED + 800,
      outcome: 'deferred',
      reply: null,
      failure: refused,
      serverTail: null,
    },
  ],
  lastFailure: refused,
};

export const submittedExample: Submission = {
  ...accepted,
  recipients: [{ address: 'jane@fabrikam.com', state: 'accepted', failure: null }],
  status: 'submitted',
  nextAttemptAt: null,
  attemptCount: 1,
  attempts: [
    {
      startedAt: ACCEPTED,
      endedAt: ACCEPTED + 1_200,
      outcome: 'submitted',
      reply,
      failure: null,
      serverTail: `Hostname=${HOST}`,
    },
  ],
  reply,
  finishedAt: ACCEPTED + 1_200,
};
