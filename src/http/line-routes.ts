/** The mailboxes and tenants routes, for operators: how the lines stand, and the end of a pause whose cause is cured. */

import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { FailureError, failure } from '../domain/failure.ts';
import { parseAddress } from '../domain/mailbox.ts';
import type { Relay } from '../relay/relay.ts';
import type { ArrivingBodies } from './arriving-bodies.ts';
import { clientOf } from './client-auth.ts';
import { mailboxAnswers, mailboxesAnswers, tenantAnswers, tenantsAnswers } from './line-answers.ts';
import { mailboxOf, tenantOf } from './line-view.ts';
import { forClientsWith, withoutParameters } from './scoped.ts';

const described = { tags: ['Mailboxes and tenants'], security: [{ apiKey: [] }] };

/** Adds the routes; whoever reaches them is an authenticated client. */
export function addLineRoutes(server: FastifyInstance, { lines }: Pick<Relay, 'lines'>, bodies: ArrivingBodies): void {
  const onRequest = [forClientsWith(['operate'], bodies), withoutParameters];

  server.get('/mailboxes', {
    schema: {
      operationId: 'mailboxes',
      summary: 'How the mailboxes are',
      description:
        "Of each mailbox in the client's tenants: what waits, Exchange Online's limits with what is used and left of them, and why nothing is submitted at present.",
      ...described,
      response: mailboxesAnswers,
    },
    onRequest,
    handler: async (request) => ({ data: lines.mailboxes(clientOf(request)).map(mailboxOf) }),
  });

  server.get('/tenants', {
    schema: {
      operationId: 'tenants',
      summary: 'How the tenants are',
      description: "Of each of the client's tenants, all its mailboxes together.",
      ...described,
      response: tenantsAnswers,
    },
    onRequest,
    handler: async (request) => ({ data: lines.tenants(clientOf(request)).map(tenantOf) }),
  });

  server.post<{ Params: { address: string } }>('/mailboxes/:address/resume', {
    schema: {
      operationId: 'resumeMailbox',
      summary: 'End the pauses of a mailbox',
      description:
        'And those of its senders, once their cause is cured: what waits for them is due at once. If the cause is not cured, the mailbox is paused again.',
      ...described,
      params: Type.Object({ address: Type.String({ description: 'The address of the mailbox' }) }),
      response: mailboxAnswers,
    },
    onRequest,
    handler: async (request) => {
      const { address } = request.params;
      const read = parseAddress(address);
      if (typeof read !== 'string') throw new FailureError(failure('not-found', { detail: `${read.mistake}.` }));
      return mailboxOf(lines.resumeMailbox(read, clientOf(request)));
    },
  });

  server.post<{ Params: { name: string } }>('/tenants/:name/resume', {
    schema: {
      operationId: 'resumeTenant',
      summary: 'End the pause of a tenant',
      description:
        'Once its cause is cured, such as a client secret that had expired: what waits for it is due at once. If the cause is not cured, the tenant is paused again.',
      ...described,
      params: Type.Object({ name: Type.String({ description: 'The name of the tenant in the configuration' }) }),
      response: tenantAnswers,
    },
    onRequest,
    handler: async (request) => tenantOf(lines.resumeTenant(request.params.name, clientOf(request))),
  });
}
