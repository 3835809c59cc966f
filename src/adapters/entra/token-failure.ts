/** Translates what the token endpoint, or the way to it, answered into a Failure; nothing of msal or Entra leaves this folder as an error. */

import type { FailureCode } from '../../domain/catalogue/catalogue.ts';
import { classifyEntraRefusal, classifyNetworkError } from '../../domain/classification.ts';
import { type Failure, failure } from '../../domain/failure.ts';
import { type Tenant, tenantValues } from '../../domain/routing.ts';
import { refusalIn } from './entra-refusal.ts';
import type { Evidence } from './network-client.ts';
import { secondsIn } from './retry-after.ts';

/** The failure for a token request that did not give a token. */
export function tokenFailure(tenant: Tenant, evidence: Evidence, now: Date): Failure {
  return evidence.kind === 'answer' ? refusal(tenant, evidence, now) : networkFailure(tenant, evidence);
}

const TOO_MANY_REQUESTS = 429;
const INTERNAL_SERVER_ERROR = 500;

function refusal(tenant: Tenant, answer: Extract<Evidence, { kind: 'answer' }>, now: Date): Failure {
  const entra = refusalIn(answer.body);
  const passes = answer.status === TOO_MANY_REQUESTS || answer.status >= INTERNAL_SERVER_ERROR;
  const code = classifyEntraRefusal({
    aadsts: entra?.numbers ?? [],
    error: entra?.refusal.error ?? null,
    description: entra?.refusal.description ?? null,
    httpStatus: answer.status,
  });
  const said = entra
    ? `with "${entra.refusal.error}: ${entra.refusal.description}"`
    : `HTTP ${answer.status} without an OAuth error`;
  return failure(code, {
    stage: 'token',
    detail: `Entra ID gave no token for app ${tenant.clientId} in tenant ${tenant.tenantId}. It answered ${said}.`,
    entra: entra?.refusal ?? null,
    retryAfter: passes ? secondsIn(answer.retryAfter, now) : null,
    values: tenantValues(tenant),
  });
}

type Broken = Extract<Evidence, { kind: 'error' }>;

function networkFailure(tenant: Tenant, broken: Broken): Failure {
  const { error, proxy } = broken;
  const { hostname, port } = new URL(tenant.authorityHost);
  const endpoint = { host: hostname, port: port || '443' };
  const code = codeOf(error);
  const words = error.message || code || error.name;
  const way = proxy ? ` by way of the proxy ${proxy.host}:${proxy.port}, which HTTPS_PROXY names` : '';
  const ofProxy = proxy && failureOfProxy(broken);
  const goAround = ofProxy ? ' If the relay can reach the endpoint without it, name its host in NO_PROXY.' : '';
  return failure(ofProxy ?? classifyNetworkError({ code, message: error.message }), {
    stage: 'token',
    detail: `The token endpoint at ${endpoint.host}:${endpoint.port} could not be asked${way}: ${words}.${goAround}`,
    values: { ...tenantValues(tenant), ...(ofProxy ? proxy : endpoint) },
  });
}

const PROXY_AUTHENTICATION_REQUIRED = 407;

/** What went wrong at the proxy itself; null for what happened behind it. */
function failureOfProxy({ error, isUnconnected }: Broken): FailureCode | null {
  if (codeOf(error) === 'ERR_PROXY_TUNNEL') {
    const status: unknown = Reflect.get(error, 'statusCode');
    return status === PROXY_AUTHENTICATION_REQUIRED ? 'proxy-authentication-required' : 'proxy-refused';
  }
  // Behind a proxy nothing is looked up or connected to but the proxy.
  const [first = error]: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const call: unknown = first instanceof Error ? Reflect.get(first, 'syscall') : null;
  return isUnconnected || call === 'connect' || call === 'getaddrinfo' ? 'proxy-unreachable' : null;
}

function codeOf(error: Error): string | null {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : null;
}
