/** Scripted replies of the submission server: what is answered next, and how often. */

import type { FastifyInstance } from 'fastify';
import { type PendingScript, type ReplyScript, scriptPoints } from '../scripted-replies.ts';
import { inJson, milliseconds, seconds } from './json-names.ts';
import type { Controlled } from './sandbox-routes.ts';

const scriptSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['at'],
    properties: {
      at: { enum: scriptPoints },
      mailbox: { type: 'string' },
      recipient: { type: 'string' },
      times: { type: 'integer', minimum: 1, maximum: 1_000_000 },
      delay: { type: 'number', minimum: 0, maximum: 600 },
      reply: { type: ['string', 'null'] },
      closes: { type: 'boolean' },
      takes: { type: 'boolean' },
    },
  },
};

export function replyRoutes(scope: FastifyInstance, { script }: Controlled): void {
  scope.get('/replies', async () => ({ data: script.pending.map(scriptJson) }));

  scope.post<{ Body: ReplyScript }>('/replies', { schema: scriptSchema }, async ({ body }, reply) => {
    const { delay, ...others } = body;
    const added = script.add({ ...others, ...(delay !== undefined && { delay: milliseconds(delay) }) });
    return reply.code(201).send(scriptJson(added));
  });

  scope.delete<{ Params: { id: string } }>('/replies/:id', async ({ params }, reply) => {
    if (script.remove(params.id)) return reply.code(204).send();
    return reply.code(404).send({ error: 'There is no such reply; it may have been played.' });
  });

  scope.delete('/replies', async (_request, reply) => {
    script.clear();
    return reply.code(204).send();
  });
}

function scriptJson({ times: _, delay, ...script }: PendingScript) {
  return inJson({ ...script, ...(delay !== undefined && { delay: seconds(delay) }) });
}
