/** Requests to the sandbox's token endpoint, over HTTPS and with its authority trusted. */

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The form of a request that succeeds. */
export function tokenForm(sandbox: Sandbox): Record<string, string> {
  return {
    grant_type: 'client_credentials',
    client_id: sandbox.clientId,
    client_secret: sandbox.clientSecret,
    scope: sandbox.scope,
  };
}

/** Posts a form to the token endpoint of a tenant. */
export async function postTokenForm(
  sandbox: Sandbox,
  form: Record<string, string>,
  { tenant = sandbox.tenantId, headers = {} }: { tenant?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return await ask(sandbox, 'POST', `/${tenant}/oauth2/v2.0/token`, new URLSearchParams(form).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  });
}

/** Any request to the endpoint. */
export async function ask(
  sandbox: Sandbox,
  method: string,
  path: string,
  body = '',
  headers: Record<string, string> = {},
): Promise<Answer> {
  const ca = await readFile(sandbox.caFile);
  const asked = request(`${sandbox.authorityHost}${path}`, { method, ca, agent: false, headers });
  asked.end(body);
  const [response] = await once(asked, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** A token for SMTP, as the relay gets it. */
export async function tokenFor(sandbox: Sandbox, changes: Record<string, string> = {}): Promise<string> {
  const { body } = await postTokenForm(sandbox, { ...tokenForm(sandbox), ...changes });
  return JSON.parse(body).access_token;
}
