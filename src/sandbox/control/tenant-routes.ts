/** Tenants: their switches, and of their apps what was done for them and what they prove themselves by. */

import type { FastifyInstance } from 'fastify';
import { UnknownNameError } from '../administration.ts';
import { type ClientSecret, type Directory, principalsIn, type ServicePrincipal } from '../directory.ts';
import { fromJson, inJson, milliseconds } from './json-names.ts';
import type { Controlled } from './sandbox-routes.ts';

type TenantRoute = { Params: { tenant: string } };

interface TenantPatch {
  readonly client_id?: string;
  readonly after?: number;
  readonly client_secrets?: readonly { readonly value: string; readonly expires_at?: string | null }[];
  readonly certificates?: readonly string[];
}

const patchSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      smtp_auth: { type: 'boolean' },
      security_defaults: { type: 'boolean' },
      service_principal: { enum: ['registered', 'missing', 'wrong-object-id'] },
      smtp_send_as_app: { type: 'boolean' },
      client_secrets: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['value'],
          properties: {
            value: { type: 'string', minLength: 1 },
            expires_at: { type: ['string', 'null'], format: 'date-time' },
          },
        },
      },
      certificates: { type: 'array', items: { type: 'string', pattern: '^\\s*-----BEGIN CERTIFICATE-----' } },
      client_id: { type: 'string' },
      after: { type: 'number', minimum: 0 },
    },
  },
};

export function tenantRoutes(scope: FastifyInstance, { directory, administration }: Controlled): void {
  scope.get('/tenants', async () => ({
    data: [...new Set(directory.principals.map(({ tenantId }) => tenantId))].map((id) => tenantJson(directory, id)),
  }));

  scope.get<TenantRoute>('/tenants/:tenant', async ({ params }) => tenantJson(directory, params.tenant));

  scope.patch<TenantRoute & { Body: TenantPatch }>('/tenants/:tenant', { schema: patchSchema }, async (request) => {
    const { client_id, after = 0, client_secrets, certificates, ...switches } = request.body;
    const { tenant } = request.params;
    const when = { after: milliseconds(after), ...(client_id !== undefined && { clientId: client_id }) };
    administration.changeTenant(tenant, fromJson(switches), when);
    const clientSecrets = client_secrets?.map(secretOf);
    const changes = { ...(clientSecrets && { clientSecrets }), ...(certificates && { certificates }) };
    administration.changeCredentials(tenant, changes, when);
    return tenantJson(directory, tenant);
  });
}

function secretOf({ value, expires_at }: { value: string; expires_at?: string | null }): ClientSecret {
  return { value, ...(expires_at && { expiresAt: new Date(expires_at) }) };
}

function tenantJson(directory: Directory, name: string) {
  const apps = principalsIn(directory, name);
  const [first] = apps;
  const known = directory.principals.map(({ domain }) => domain);
  if (!first) throw new UnknownNameError(`There is no tenant ${name}; there are: ${known.join(', ')}`);
  const { tenantId, domain, settings, mailboxes } = first.tenant;
  return {
    tenant_id: tenantId,
    domain,
    ...inJson(settings),
    apps: apps.map(appJson),
    mailboxes: [...mailboxes.keys()],
  };
}

function appJson({ clientId, objectId, settings, credentials }: ServicePrincipal) {
  return {
    client_id: clientId,
    object_id: objectId,
    ...inJson(settings),
    client_secrets: credentials.clientSecrets.map(({ value, expiresAt }) => ({
      value,
      expires_at: expiresAt?.toISOString() ?? null,
    })),
    certificates: credentials.certificates,
  };
}
