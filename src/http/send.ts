/** POST /send: submits one message and answers with Exchange Online's receipt. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { FailureError, failure, inWords } from '../domain/failure.ts';
import type { SubmissionRequest } from '../domain/submission-request.ts';
import type { Asking, Submission } from '../relay/accept.ts';
import type { Receipt } from '../relay/deliver.ts';
import { sendAnswers } from './answers.ts';
import type { ArrivingBodies } from './arriving-bodies.ts';
import { clientOf, requireScope } from './client-auth.ts';
import { rejectedOf, replyOf } from './problem.ts';
import { readSubmissionRequest } from './read-message.ts';
import { SendBody } from './schemas.ts';
import { free } from './spent-bytes.ts';

/** What the route asks the relay to do. */
export interface Relay {
  accept(request: SubmissionRequest, by: Asking): Promise<Submission>;
  deliver(submission: Submission): Promise<Receipt>;
}

const example: SendBody = {
  from: 'Billing <billing@contoso.com>',
  to: ['jane@fabrikam.com'],
  subject: 'Invoice 4711',
  text: 'Thank you for your order.',
  attachments: [{ filename: 'invoice-4711.txt', content: 'SW52b2ljZSA0NzEx' }],
};

/** Adds the route; whoever reaches it is an authenticated client. */
export function addSendRoute(server: FastifyInstance, relay: Relay, bodies: ArrivingBodies): void {
  server.addSchema({ ...SendBody, $id: 'Message', examples: [example] });
  server.post<{ Body: SendBody }>('/send', {
    schema: {
      operationId: 'send',
      summary: 'Submit one message',
      description:
        'Submits a message to Exchange Online and answers with its receipt. 200 means that Exchange Online has taken the message; any other status but 504 `submission-in-doubt` means that nothing was submitted.',
      tags: ['Sending'],
      security: [{ apiKey: [] }],
      body: Type.Ref('Message'),
      response: sendAnswers,
    },
    // All before the body is read.
    onRequest: async (request, reply) => {
      requireScope(clientOf(request), 'send');
      refuseUnsupported(request);
      // Not onResponse, which nobody calls when the caller has gone.
      reply.raw.once('close', () => {
        request.endTurn?.();
        // A message outlives its caller until it is submitted, and so does the memory it takes.
        if (!request.isDelivering) bodies.release(request);
      });
      await bodies.admit(request);
    },
    preValidation: async (request) => dropNulls(request.body),
    handler: async (request) => {
      const submission = await taken(request, relay);
      request.isDelivering = true;
      try {
        const receipt = await relay.deliver(submission);
        // The server has it all. After a failure some of it may still be on its way into a socket.
        free(submission.content);
        return receiptOf(receipt);
      } finally {
        request.isDelivering = false;
        bodies.release(request);
      }
    },
  });
}

/** The submission a body asks for; what was read of it is let go on the way, since a delivery may take its time. */
async function taken(request: FastifyRequest<{ Body: SendBody }>, relay: Relay): Promise<Submission> {
  const by = { client: clientOf(request), requestId: request.id };
  const asked = readSubmissionRequest(request.body, request.contents);
  request.contents?.free();
  request.contents = null;
  Reflect.set(request, 'body', null);
  const submission = await relay.accept(asked, by);
  // The composed message has them in it.
  for (const { content } of asked.message.attachments) free(content);
  request.endTurn?.();
  return submission;
}

/** Serialisers of many languages write null for a field that is not set; it means what leaving it out means. */
function dropNulls(body: unknown): void {
  if (typeof body !== 'object') return;
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
