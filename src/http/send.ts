/** POST /send: has the relay submit one message, and answers with what became of it in the time that the caller waits. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Relay, SendOutcome } from '../relay/relay.ts';
import { free } from '../relay/spent-bytes.ts';
import type { ArrivingBodies } from './arriving-bodies.ts';
import { clientOf, requireScope } from './client-auth.ts';
import { claimFor } from './idempotency-key.ts';
import { readSubmissionRequest } from './read-message.ts';
import { SendBody } from './schemas.ts';
import { answerTo } from './send-answer.ts';
import { sendAnswers } from './send-answers.ts';
import { SendHeaders } from './send-headers.ts';
import { type SendWishes, wishesOf } from './send-wishes.ts';
import { submissionPath } from './submission-view.ts';

const example: SendBody = {
  from: 'Billing <billing@contoso.com>',
  to: ['jane@fabrikam.com'],
  subject: 'Invoice 4711',
  text: 'Thank you for your order.',
  attachments: [{ filename: 'invoice-4711.txt', content: 'SW52b2ljZSA0NzEx' }],
};

const description = `Has the relay submit a message to Exchange Online, and waits for the outcome: 30 seconds, unless the header \`Prefer\` says otherwise.

200 means that Exchange Online has taken the message. 202 means that the relay holds it durably and goes on by itself; \`Location\` is where to look. Any other status means that nothing was or will be submitted, but for 504: \`submission-in-doubt\` and \`acceptance-unknown\` say that nobody knows.

With an \`Idempotency-Key\` a request can be repeated safely: it is answered with what became of the first.`;

/** Adds the route; whoever reaches it is an authenticated client. */
export function addSendRoute(server: FastifyInstance, { send }: Pick<Relay, 'send'>, bodies: ArrivingBodies): void {
  server.addSchema({ ...SendBody, $id: 'Message', examples: [example] });
  server.post<{ Body: SendBody }>('/send', {
    schema: {
      operationId: 'send',
      summary: 'Submit one message',
      description,
      tags: ['Sending'],
      security: [{ apiKey: [] }],
      headers: SendHeaders,
      body: Type.Ref('Message'),
      response: sendAnswers,
    },
    // All before the body is read.
    onRequest: async (request, reply) => {
      requireScope(clientOf(request), 'send');
      wishesOf(request);
      // Not onResponse, which nobody calls when the caller has gone.
      reply.raw.once('close', () => {
        request.endTurn?.();
        // A message outlives its caller, and so does the memory it takes until it is on disk.
        if (!request.isBeingAccepted) bodies.release(request);
      });
      await bodies.admit(request);
    },
    preValidation: (request, _reply, done) => {
      dropNulls(request.body);
      done();
    },
    handler: async (request, reply) => {
      const wishes = wishesOf(request);
      if (wishes.applied !== null) reply.header('preference-applied', wishes.applied);
      const outcome = await sent(request, wishes, send, bodies);
      request.submission = submissionPath(outcome.submission.id);
      if (outcome.replayed) reply.header('idempotent-replayed', 'true');
      const { status, headers, body } = answerTo(outcome);
      return reply.code(status).headers(headers).send(body);
    },
  });
}

/** The outcome of what a body asks for; what was read of it is let go on the way, since that may take its time. */
async function sent(
  request: FastifyRequest<{ Body: SendBody }>,
  { wait, key }: SendWishes,
  send: Relay['send'],
  bodies: ArrivingBodies,
): Promise<SendOutcome> {
  const by = { client: clientOf(request), requestId: request.id };
  const asked = readSubmissionRequest(request.body, request.contents);
  const claim = key === null ? null : claimFor(key, asked);
  request.contents?.free();
  request.contents = null;
  Reflect.set(request, 'body', null);
  request.isBeingAccepted = true;
  const release = () => {
    request.isBeingAccepted = false;
    bodies.release(request);
  };
  try {
    return await send(asked, by, {
      wait,
      claim,
      composed: () => {
        // The composed message has them in it.
        for (const { content } of asked.message.attachments) free(content);
        request.endTurn?.();
      },
      held: release,
    });
  } finally {
    request.endTurn?.();
    release();
  }
}

/** Serialisers of many languages write null for a field that is not set; it means what leaving it out means. */
function dropNulls(body: unknown): void {
  if (!isObject(body)) return;
  dropNullMembers(body);
  for (const value of Object.values(body)) {
    if (Array.isArray(value)) value.filter(isObject).forEach(dropNullMembers);
    else if (isObject(value)) dropNullMembers(value);
  }
}

function dropNullMembers(object: object): void {
  for (const [name, value] of Object.entries(object)) if (value === null) Reflect.deleteProperty(object, name);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
