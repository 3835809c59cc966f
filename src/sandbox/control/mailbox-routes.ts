/** Mailboxes: the rights of apps on them, their limits, and the use that was made of each; and the limits of all. */

import type { FastifyInstance } from 'fastify';
import { UnknownNameError } from '../administration.ts';
import { type LimitOptions, type Limits, SHORTEST_MINUTE } from '../limits.ts';
import { fromJson, inJson, milliseconds, seconds } from './json-names.ts';
import type { Controlled } from './sandbox-routes.ts';

type MailboxRoute = { Params: { address: string } };
type LimitsPatch = Partial<Record<string, number | string | null>>;

interface MailboxPatch {
  readonly client_id?: string;
  readonly after?: number;
  readonly limits?: LimitsPatch;
}

const figure = { type: ['integer', 'null'], minimum: 1 };
const limitsBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    messages_per_minute: figure,
    minute: { type: 'number', minimum: seconds(SHORTEST_MINUTE) },
    excess: { enum: ['delay', 'refuse'] },
    connections: figure,
    recipients_per_day: figure,
    recipients_per_message: { type: 'integer', minimum: 1 },
    message_size: { type: 'integer', minimum: 1 },
  },
};
const mailboxBody = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    full_access: { type: 'boolean' },
    send_as: { type: 'array', items: { type: 'string' } },
    rbac: { type: 'boolean' },
    smtp_auth: { type: ['boolean', 'null'] },
    limits: limitsBody,
    client_id: { type: 'string' },
    after: { type: 'number', minimum: 0 },
  },
};

export function mailboxRoutes(scope: FastifyInstance, sandbox: Controlled): void {
  const { directory, administration, limits } = sandbox;
  scope.get('/mailboxes', async () => {
    const addresses = new Set(directory.principals.flatMap(({ rights }) => [...rights.keys()]));
    return { data: [...addresses].map((address) => mailboxJson(sandbox, address)) };
  });

  scope.get<MailboxRoute>('/mailboxes/:address', async ({ params }) => mailboxJson(sandbox, params.address));

  scope.patch<MailboxRoute & { Body: MailboxPatch }>(
    '/mailboxes/:address',
    { schema: { body: mailboxBody } },
    async ({ params: { address }, body }) => {
      // Judged before anything changes.
      mailboxJson(sandbox, address);
      const { client_id, after = 0, limits: ofMailbox, ...rights } = body;
      const when = { after: milliseconds(after), ...(client_id !== undefined && { clientId: client_id }) };
      // Limits are the sandbox's own, so they change at once.
      if (ofMailbox) limits.change(limitsFrom(ofMailbox), address);
      administration.changeMailbox(address, fromJson(rights), when);
      return mailboxJson(sandbox, address);
    },
  );
}

export function limitRoutes(scope: FastifyInstance, { limits }: Controlled): void {
  scope.get('/limits', async () => limitsJson(limits.usual));

  scope.patch<{ Body: LimitsPatch }>('/limits', { schema: { body: limitsBody } }, async ({ body }) => {
    limits.change(limitsFrom(body));
    return limitsJson(limits.usual);
  });
}

function mailboxJson({ administration, limits }: Controlled, address: string) {
  const apps = administration.appsOf(address);
  const [first] = apps;
  if (!first)
    throw new UnknownNameError(`There is no mailbox ${address}; GET /control/mailboxes lists those there are`);
  const mailbox = address.toLowerCase();
  return {
    address: mailbox,
    tenant_id: first.tenantId,
    smtp_auth: first.tenant.mailboxes.get(mailbox)?.smtpAuth ?? null,
    apps: apps.map(({ clientId, rights }) => ({ client_id: clientId, ...inJson(rights.get(mailbox) ?? {}) })),
    limits: limitsJson(limits.of(mailbox)),
    use: inJson(limits.figures(mailbox)),
  };
}

function limitsJson(limits: Limits) {
  return inJson({ ...limits, minute: seconds(limits.minute) });
}

function limitsFrom({ minute, ...others }: LimitsPatch): LimitOptions {
  return { ...fromJson<LimitOptions>(others), ...(typeof minute === 'number' && { minute: milliseconds(minute) }) };
}
