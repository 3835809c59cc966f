/** POST /send: submits one message and answers with Exchange Online's receipt. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FailureError, failure, inWords } from '../domain/failure.ts';
import type { SubmissionRequest } from '../domain/submission-request.ts';
import type { Asking, Submission } from '../relay/accept.ts';
import type { Receipt } from '../relay/deliver.ts';
import { clientOf } from './client-auth.ts';
import { rejectedOf, replyOf } from './problem.ts';
import { readSubmissionRequest } from './read-message.ts';
import { SendBody } from './schemas.ts';

/** What the route asks the relay to do. */
export interface Relay {
  accept(request: SubmissionRequest, by: Asking): Promise<Submission>;
  deliver(submission: Submission): Promise<Receipt>;
}

/** Adds the route; whoever reaches it is an authenticated client. */
export function addSendRoute(server: FastifyInstance, relay: Relay): void {
  server.post<{ Body: SendBody }>('/send', {
    schema: { body: SendBody },
    // Both before the body is read.
    onRequest: async (request) => refuseUnsupported(request),
    preValidation: async (request) => dropNulls(request.body),
    handler: async (request) => {
      const by = { client: clientOf(request), requestId: request.id };
      const submission = await relay.accept(readSubmissionRequest(request.body), by);
      return receiptOf(await relay.deliver(submission));
    },
  });
}

/** Serialisers of many languages write null for a field that is not set; it means what leaving it out means. */
function dropNulls(body: unknown): void {
  const objects = [body, ...Object.values(Object(body)).flat()].filter(
    (value) => typeof value === 'object' && value !== null,
  );
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) if (value === null) Reflect.deleteProperty(object, name);
  }
}

/** What this version does not do it does not pass over in silence either: the caller relies on it. */
function refuseUnsupported(request: FastifyRequest): void {
  const errors = [
    ...('idempotency-key' in request.headers
      ? [
          {
            field: 'Idempotency-Key',
            message: 'this version keeps no idempotency keys; send the request without the header',
          },
        ]
      : []),
    ...Object.keys(Object(request.query)).map((name) => ({
      field: `?${name}`,
      message: 'this version knows no query parameters for this route; send the request without it',
    })),
  ];
  if (errors[0]) {
    throw new FailureError(failure('invalid-request', { detail: inWords(errors), errors }));
  }
}

function receiptOf({ submission, accepted, rejected, reply }: Receipt) {
  return {
    id: submission.id,
    status: 'submitted',
    message_id: submission.messageId,
    mailbox: submission.route.mailbox,
    accepted,
    rejected: rejectedOf({ rejected }),
    reply: reply && replyOf(reply),
    attempts: 1,
  };
}
