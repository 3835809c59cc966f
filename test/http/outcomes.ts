/** Submissions and what became of them, for a test to say in one line what the relay behind the HTTP API did. */

import type { Failure, RefusedRecipient } from '../../src/domain/failure.ts';
import type { SmtpReply } from '../../src/domain/smtp-reply.ts';
import type { Submission } from '../../src/domain/submission.ts';
import type { SendOutcome } from '../../src/relay/relay.ts';

export const ID = '01J00000000000000000000042';

export const ACCEPTED = Date.parse('2026-03-02T08:00:00Z');

/** One that was accepted and not tried yet. */
export function submissionWith(fields: Partial<Submission> = {}): Submission {
  return {
    id: ID,
    revision: 1,
    requestId: 'r-1',
    client: 'erp',
    tenant: 'default',
    mailbox: 'billing@contoso.example',
    from: 'billing@contoso.example',
    messageId: `<${ID}@contoso.example>`,
    envelope: { reversePath: 'billing@contoso.example', dsn: null, internationalized: false },
    recipients: [{ address: 'jane@fabrikam.example', state: 'pending', failure: null }],
    tags: [],
    metadata: {},
    priority: 'normal',
    retry: true,
    size: 1_000,
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
    ...fields,
  };
}

/** Exchange Online took it, for all recipients but some. */
export function submitted(
  submission: Submission,
  {
    rejected = [],
    reply = { code: 250, enhanced: '2.0.0', text: 'OK [Hostname=smtp.example]' },
  }: { rejected?: readonly RefusedRecipient[]; reply?: SmtpReply | null } = {},
): SendOutcome {
  const refusalOf = (address: string) => rejected.find(({ recipient }) => recipient === address)?.failure ?? null;
  const recipients = submission.recipients.map(({ address }) => {
    const failure = refusalOf(address);
    return { address, state: failure ? ('rejected' as const) : ('accepted' as const), failure };
  });
  const finishedAt = submission.acceptedAt + 1_000;
  const settled = { status: 'submitted', recipients, reply, attemptCount: 1, nextAttemptAt: null, finishedAt } as const;
  return { kind: 'submitted', replayed: false, submission: { ...submission, ...settled } };
}

/** The relay goes on by itself. */
export function pending(submission: Submission, fields: Partial<Submission> = {}): SendOutcome {
  return { kind: 'pending', replayed: false, submission: { ...submission, ...fields } };
}

/** Nothing more happens by itself. */
export function failed(submission: Submission, failure: Failure, fields: Partial<Submission> = {}): SendOutcome {
  const final = { status: 'failed', lastFailure: failure, nextAttemptAt: null } as const;
  return { kind: 'failed', replayed: false, failure, submission: { ...submission, ...final, ...fields } };
}
