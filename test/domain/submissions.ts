/** Submissions as tests need them, and the attempts made for them. */

import { type Failure, failure } from '../../src/domain/failure.ts';
import type { AttemptResult } from '../../src/domain/recipient-progress.ts';
import type { SmtpReply } from '../../src/domain/smtp-reply.ts';
import type { RecipientState, Submission } from '../../src/domain/submission.ts';
import { type AcceptedFacts, newSubmission } from '../../src/domain/submission-progress.ts';

export const ACCEPTED_AT = Date.UTC(2026, 4, 1, 12);
export const [ann, ben, cleo] = ['ann@fabrikam.example', 'ben@fabrikam.example', 'cleo@fabrikam.example'] as const;

export const taken: SmtpReply = {
  code: 250,
  enhanced: '2.0.0',
  text: 'OK <01J@contoso.example> [Hostname=DM5.namprd08.prod.outlook.com]',
};

/** To the addresses, as it was accepted. */
export function submissionTo(addresses: readonly string[], facts: Partial<AcceptedFacts> = {}): Submission {
  return newSubmission({
    id: '01J',
    requestId: 'r-1',
    client: 'erp',
    tenant: 'contoso',
    mailbox: 'billing@contoso.example',
    from: 'ceo@contoso.example',
    messageId: '<01J@contoso.example>',
    envelope: { reversePath: 'ceo@contoso.example', forwardPaths: addresses, dsn: null, internationalized: false },
    tags: [],
    metadata: {},
    priority: 'normal',
    retry: true,
    size: 1_000,
    acceptedAt: ACCEPTED_AT,
    scheduledAt: null,
    expiresAt: ACCEPTED_AT + 86_400_000,
    idempotencyKey: null,
    ...facts,
  });
}

/** An attempt of a second that names all that are pending. */
export function attemptFor({ recipients }: Submission, result: Partial<AttemptResult> = {}): AttemptResult {
  return {
    startedAt: ACCEPTED_AT + 1_000,
    endedAt: ACCEPTED_AT + 2_000,
    named: recipients.filter(({ state }) => state === 'pending').map(({ address }) => address),
    accepted: [],
    rejected: [],
    reply: null,
    failure: null,
    ...result,
  };
}

/** Refused by a reply to RCPT TO: 4yz for now, 5yz for good. */
export function refusal(code: number): Failure {
  const reply = { code, enhanced: null, text: 'No [A.prod.outlook.com 1 2]' };
  return failure('refused-by-server', { stage: 'rcpt-to', smtp: { command: 'RCPT TO', reply } });
}

/** `ann pending server-busy`: each recipient in a word or three. */
export function inShort(recipients: readonly RecipientState[]): string[] {
  return recipients.map(({ address, state, failure }) =>
    [address.split('@')[0], state, failure?.code].filter((word) => word !== undefined).join(' '),
  );
}
