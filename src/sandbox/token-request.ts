/** Judges a token request as Entra ID does: tenant first, then the form of the request, the app, its secret, the resource. */

import type { AadstsNumber, RequestFacts } from './entra-errors.ts';
import { secretScenario, tenantScenario } from './scenarios.ts';
import { EXCHANGE_ONLINE, SMTP_ROLE } from './token-issuer.ts';

/** The one tenant and the one app registration of the sandbox. */
export interface Directory {
  readonly tenantId: string;
  /** A verified domain, by which the tenant can be named too. */
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export type Judgement =
  | { readonly granted: true; readonly resource: string; readonly roles: readonly string[] }
  | { readonly granted: false; readonly aadsts: AadstsNumber; readonly facts: RequestFacts };

const DEFAULT_SUFFIX = '/.default';
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const DOMAIN = /^(?=.{3,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;
/** Authorities that stand for no tenant, and so cannot issue tokens to an app. */
const SHARED_AUTHORITIES = ['common', 'organizations', 'consumers'];
const REQUIRED = ['grant_type', 'client_id', 'scope'];
/** A token for Microsoft Graph is issued as well: asking for the wrong one is a mistake people make, and SMTP refuses it. */
const RESOURCES = new Map([
  [EXCHANGE_ONLINE, [SMTP_ROLE]],
  ['https://graph.microsoft.com', []],
]);

/**
 * Judges the tenant in a path.
 *
 * @returns the number of the refusal, or null when the tenant exists
 */
export function judgeTenant(tenant: string, directory: Directory): AadstsNumber | null {
  const played = tenantScenario(tenant);
  const exists = played
    ? played.aadsts !== 90002
    : [directory.tenantId, directory.domain].includes(tenant.toLowerCase());
  if (exists) return null;
  if (SHARED_AUTHORITIES.includes(tenant.toLowerCase())) return 50059;
  return GUID.test(tenant) || DOMAIN.test(tenant) ? 90002 : 900023;
}

/** Judges a whole request for a token by the client credentials flow (RFC 6749 §4.4). */
export function judgeTokenRequest(tenant: string, form: URLSearchParams, directory: Directory): Judgement {
  const field = (name: string): string => form.get(name) ?? '';
  const scope = field('scope');
  const facts: RequestFacts = {
    tenant,
    clientId: field('client_id'),
    scope,
    resource: scope.endsWith(DEFAULT_SUFFIX) ? scope.slice(0, -DEFAULT_SUFFIX.length) : scope,
    grantType: field('grant_type'),
    parameter: REQUIRED.find((name) => field(name) === '') ?? '',
  };
  const aadsts = tenantScenario(tenant)?.aadsts ?? judgeTenant(tenant, directory) ?? refusal(facts, form, directory);
  if (aadsts !== null) return { granted: false, aadsts, facts };
  return { granted: true, resource: facts.resource, roles: RESOURCES.get(facts.resource) ?? [] };
}

function refusal(facts: RequestFacts, form: URLSearchParams, directory: Directory): AadstsNumber | null {
  if (facts.parameter !== '') return 900144;
  if (facts.grantType !== 'client_credentials') return 70003;
  if (facts.clientId.toLowerCase() !== directory.clientId) return 700016;
  const secret = form.get('client_secret');
  if (secret === null || secret === '') return form.has('client_assertion') ? 700027 : 7000218;
  if (secret !== directory.clientSecret) return secretScenario(secret)?.aadsts ?? 7000215;
  if (!facts.scope.endsWith(DEFAULT_SUFFIX)) return 1002012;
  if (facts.scope.includes(' ')) return 70011;
  return RESOURCES.has(facts.resource) ? null : 500011;
}
