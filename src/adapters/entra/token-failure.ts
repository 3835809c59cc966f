/** Translates what the token endpoint, or the way to it, answered into a Failure; nothing of msal or Entra leaves this folder as an error. */

import { classifyEntraRefusal, classifyNetworkError } from '../../domain/classification.ts';
import { type EntraRefusal, type Failure, failure } from '../../domain/failure.ts';
import { type Tenant, tenantValues } from '../../domain/routing.ts';
import type { Evidence } from './network-client.ts';

/** The failure for a token request that did not give a token. */
export function tokenFailure(tenant: Tenant, evidence: Evidence | null, error: unknown): Failure {
  if (evidence?.kind === 'answer') return refusal(tenant, evidence);
  return networkFailure(tenant, evidence?.error ?? error);
}

function refusal(tenant: Tenant, answer: Extract<Evidence, { kind: 'answer' }>): Failure {
  const values = tenantValues(tenant);
  const entra = refusalIn(answer.body);
  const retryAfter = secondsOf(answer.retryAfter);
  const code = classifyEntraRefusal({
    aadsts: entra?.numbers ?? [],
    error: entra?.refusal.error ?? null,
    httpStatus: answer.status,
  });
  const said = entra
    ? `with "${entra.refusal.error}: ${entra.refusal.description}"`
    : `HTTP ${answer.status} without an OAuth error`;
  return failure(code, {
    stage: 'token',
    detail: `Entra ID gave no token for app ${tenant.clientId} in tenant ${tenant.tenantId}. It answered ${said}.`,
    entra: entra?.refusal ?? null,
    retryAfter,
    values,
  });
}

function networkFailure(tenant: Tenant, error: unknown): Failure {
  const { hostname, port } = new URL(tenant.authorityHost);
  const values = { ...tenantValues(tenant), host: hostname, port: port || '443' };
  const message = error instanceof Error ? error.message : String(error);
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  return failure(classifyNetworkError({ code: typeof code === 'string' ? code : null, message }), {
    stage: 'token',
    detail: `The token endpoint at ${values.host}:${values.port} could not be asked: ${message || String(code)}.`,
    values,
  });
}

/** Entra's error body: RFC 6749 §5.2 plus error_codes, trace_id, correlation_id and timestamp. */
function refusalIn(body: string): { refusal: EntraRefusal; numbers: number[] } | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const text = (name: string): string | null => {
    const value: unknown = Reflect.get(parsed, name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const error = text('error');
  if (error === null) return null;
  const whole = text('error_description') ?? '';
  const inText = /AADSTS(\d+)/.exec(whole)?.[1];
  const listed: unknown = Reflect.get(parsed, 'error_codes');
  const numbers = [
    ...(inText ? [Number(inText)] : []),
    ...(Array.isArray(listed) ? listed.filter((number) => typeof number === 'number') : []),
  ];
  const number = numbers[0];
  return {
    numbers,
    refusal: {
      error,
      code: number === undefined ? null : `AADSTS${number}`,
      traceId: text('trace_id') ?? /Trace ID: ([\w-]+)/.exec(whole)?.[1] ?? null,
      correlationId: text('correlation_id') ?? /Correlation ID: ([\w-]+)/.exec(whole)?.[1] ?? null,
      timestamp: text('timestamp'),
      description: (whole.split(/\s*Trace ID:/)[0] ?? '').trim(),
    },
  };
}

/** Retry-After in seconds (RFC 9110 §10.2.3); a date is left to the catalogue's own waiting time. */
function secondsOf(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header.trim()) : null;
}
