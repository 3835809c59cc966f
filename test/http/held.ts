/** A message as a relay holds it, judged by the rules of the domain: the part of an acceptance that answers of POST /send depend on. */

import { type Envelope, envelopeOf } from '../../src/domain/envelope.ts';
import { FailureError, failure } from '../../src/domain/failure.ts';
import { mistakesIn } from '../../src/domain/message.ts';
import { refusalFor } from '../../src/domain/mistake.ts';
import { mistakesInRequest } from '../../src/domain/request-rules.ts';
import type { Routing } from '../../src/domain/routing.ts';
import type { Submission } from '../../src/domain/submission.ts';
import type { SubmissionRequest } from '../../src/domain/submission-request.ts';
import type { MessageComposer } from '../../src/ports.ts';
import type { Asking } from '../../src/relay/accept.ts';
import { submissionWith } from './outcomes.ts';

export interface Held extends Submission {
  readonly request: SubmissionRequest;
  readonly envelope: Envelope;
  readonly content: Uint8Array;
}

interface Use {
  readonly routing: Routing;
  readonly composer: MessageComposer;
  readonly newId: () => string;
}

/** @throws FailureError for a message that cannot be submitted as it is */
export async function judged(
  request: SubmissionRequest,
  { client, requestId }: Asking,
  { routing, composer, newId }: Use,
): Promise<Held> {
  const { message } = request;
  const from = message.from.address;
  const route = routing.routeFor({ client, from, mailbox: request.mailbox });
  if ('code' in route) throw new FailureError(route);
  const refusal = refusalFor([...mistakesIn(message), ...mistakesInRequest(request)]);
  if (refusal) throw new FailureError(refusal);
  const id = newId();
  const messageId = `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`;
  const content = await composer.compose(message, { messageId, date: new Date('2026-03-02T08:00:00Z') });
  if (content.length > route.maxMessageBytes) {
    const errors = [{ field: 'attachments', message: 'are too large' }];
    throw new FailureError(failure('message-too-large', { stage: 'request', errors }));
  }
  const envelope = envelopeOf(request);
  const { tags, metadata, priority, scheduledAt, retry } = request;
  const known = { id, requestId, client: client.name, tenant: route.tenant.name, mailbox: route.mailbox, messageId };
  return {
    ...submissionWith({ ...known, from, tags, metadata, priority, scheduledAt, retry, size: content.length }),
    recipients: envelope.forwardPaths.map((address) => ({ address, state: 'pending', failure: null })),
    request,
    envelope,
    content,
  };
}
