/** The token endpoint: slow, throttled, down or with other lifetimes; and tokens that Exchange no longer takes. */

import type { FastifyInstance } from 'fastify';
import type { EntraBehaviour } from '../entra-behaviour.ts';
import { tokenEndpointFaults } from '../scenarios.ts';
import { fromJson, inJson, milliseconds, seconds } from './json-names.ts';
import type { Controlled } from './sandbox-routes.ts';

interface BehaviourBody {
  readonly delay?: number;
}

const behaviourSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    properties: {
      delay: { type: 'number', minimum: 0, maximum: 600 },
      // A certificate is shown before anything is asked, so those faults come with the start only.
      fault: { enum: tokenEndpointFaults.filter((fault) => !fault.startsWith('tls-')) },
      retry_after: { type: ['integer', 'string', 'null'], minimum: 0, pattern: '^[\\x20-\\x7e]+$' },
      token_lifetime: { type: 'integer', minimum: 1 },
      tenant: { type: 'string' },
    },
  },
};
const revokeSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    properties: { token: { type: 'string', pattern: '^[^.]+\\.[^.]+\\.' } },
  },
};

export function tokenRoutes(scope: FastifyInstance, { entra }: Controlled): void {
  const behaviour = () => {
    const { delay, ...others } = entra.behaviour;
    return inJson({ ...(delay !== undefined && { delay: seconds(delay) }), ...others });
  };
  scope.get('/entra', async () => behaviour());

  scope.put<{ Body: BehaviourBody }>('/entra', { schema: behaviourSchema }, async ({ body }) => {
    const { delay = 0, ...others } = body;
    entra.behave({ ...fromJson<EntraBehaviour>(others), delay: milliseconds(delay) });
    return behaviour();
  });

  scope.delete('/entra', async (_request, reply) => {
    entra.behave();
    return reply.code(204).send();
  });

  scope.post<{ Body: { token?: string } }>('/tokens/revoke', { schema: revokeSchema }, async ({ body }, reply) => {
    entra.revoke(body.token);
    return reply.code(204).send();
  });
}
