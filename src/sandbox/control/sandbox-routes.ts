/** The sandbox as a whole: where it is, what has happened, its clock, and back to the start. */

import type { FastifyInstance } from 'fastify';
import type { Administration } from '../administration.ts';
import type { SandboxClock } from '../clock.ts';
import type { Directory } from '../directory.ts';
import type { EntraControl } from '../entra-behaviour.ts';
import type { Inbox } from '../inbox.ts';
import type { MailboxLimits } from '../mailbox-limits.ts';
import type { SandboxCounts } from '../sandbox.ts';
import type { ScriptedReplies } from '../scripted-replies.ts';
import { inJson, milliseconds, seconds } from './json-names.ts';

/** What the control API reaches. */
export interface Controlled {
  /** What a client needs to know. */
  readonly settings: () => object;
  readonly directory: Directory;
  readonly administration: Administration;
  readonly limits: MailboxLimits;
  readonly clock: SandboxClock;
  readonly entra: EntraControl;
  readonly script: ScriptedReplies;
  readonly inbox: Inbox;
  readonly counts: SandboxCounts;
  readonly reset: () => void;
}

const clockSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['advance'],
    properties: { advance: { type: 'number', minimum: 0, maximum: 315_360_000 } },
  },
};
const nothing = { body: { type: 'object', additionalProperties: false } };

export function sandboxRoutes(scope: FastifyInstance, sandbox: Controlled): void {
  const { clock } = sandbox;
  scope.get('/settings', async () => inJson(sandbox.settings()));

  scope.get('/counters', async () => {
    const { tokenRequestsByTenant, ...counts } = sandbox.counts;
    return { ...inJson(counts), token_requests_by_tenant: Object.fromEntries(tokenRequestsByTenant) };
  });

  const time = () => ({ now: new Date(clock.now()).toISOString(), advanced: seconds(clock.advanced) });
  scope.get('/clock', async () => time());

  scope.post<{ Body: { advance: number } }>('/clock', { schema: clockSchema }, async ({ body }) => {
    clock.advance(milliseconds(body.advance));
    return time();
  });

  scope.post('/reset', { schema: nothing }, async (_request, reply) => {
    sandbox.reset();
    return reply.code(204).send();
  });
}
