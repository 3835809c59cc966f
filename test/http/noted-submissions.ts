/** The real server before a relay with one submission, which notes what it was asked for. */

import type { Scope } from '../../src/domain/client.ts';
import { failure } from '../../src/domain/failure.ts';
import type { Relay } from '../../src/relay/relay.ts';
import { ACCEPTED, ID, submissionWith } from './outcomes.ts';
import { recordingRelay } from './recording-relay.ts';

export const reply = { code: 250, enhanced: '2.0.0', text: 'OK' };
const gone = failure('recipient-not-found', { smtp: { command: 'RCPT TO', reply: { ...reply, code: 550 } } });
export const submission = submissionWith({
  status: 'submitted',
  recipients: [
    { address: 'jane@fabrikam.example', state: 'accepted', failure: null },
    { address: 'gone@fabrikam.example', state: 'rejected', failure: gone },
  ],
  tags: [{ name: 'document', value: '4711' }],
  metadata: { customer: '1' },
  attemptCount: 1,
  attempts: [
    {
      startedAt: ACCEPTED,
      endedAt: ACCEPTED + 900,
      outcome: 'submitted',
      reply,
      failure: gone,
      serverTail: '[smtp.example 2026 1]',
    },
  ],
  reply,
  nextAttemptAt: null,
  finishedAt: ACCEPTED + 900,
});

export type Called = [name: string, ...given: unknown[]];

/** @param scopes of the client */
export function withSubmissions(scopes: readonly Scope[] = ['send', 'read', 'operate']) {
  const called: Called[] = [];
  const note =
    <Answer>(name: string, answer: Answer) =>
    async (...given: unknown[]): Promise<Answer> => {
      // The last is the client.
      called.push([name, ...given.slice(0, -1)]);
      return answer;
    };
  const submissions: Relay['submissions'] = {
    find: note('find', submission),
    list: note('list', { submissions: [submission], next: '01J-next' }),
    cancel: note('cancel', submission),
    retry: note('retry', submission),
    forget: note('forget', undefined),
    retryMany: note('retryMany', {
      retried: 2,
      refused: [{ id: ID, failure: failure('content-gone') }],
      next: 'cursor',
    }),
  };
  return { ...recordingRelay({ relay: { submissions }, client: { scopes } }), called };
}

/** The filter that a query or body amounts to, without what was not given. */
export const given = (called: readonly Called[]) => JSON.parse(JSON.stringify(called[0]?.[1]));
