/** Judges a token request as Entra ID does: tenant first, then the form of the request, the app, its credential, the resource. */

import { judgeAssertion } from './client-assertion.ts';
import { type Directory, principalsIn, type ServicePrincipal } from './directory.ts';
import type { AadstsNumber, EntraRefusal, RequestFacts } from './entra-errors.ts';
import { secretScenario, tenantScenario } from './scenarios.ts';
import { EXCHANGE_ONLINE, SMTP_ROLE } from './token-issuer.ts';

export type Judgement =
  | {
      readonly granted: true;
      readonly principal: ServicePrincipal;
      readonly resource: string;
      readonly roles: readonly string[];
    }
  | Refusal;

interface Refusal extends EntraRefusal {
  readonly granted: false;
}

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
  const exists = played ? played.aadsts !== 90002 : principalsIn(directory, tenant).length > 0;
  if (exists) return null;
  if (SHARED_AUTHORITIES.includes(tenant.toLowerCase())) return 50059;
  return GUID.test(tenant) || DOMAIN.test(tenant) ? 90002 : 900023;
}

/**
 * Judges a whole request for a token by the client credentials flow (RFC 6749 §4.4).
 *
 * @param origin of the endpoint, as the client names it, and the time by which credentials expire
 */
export async function judgeTokenRequest(
  tenant: string,
  form: URLSearchParams,
  { directory, origin, time }: { readonly directory: Directory; readonly origin: string; readonly time: number },
): Promise<Judgement> {
  const facts = factsOf(tenant, form);
  const refused = (aadsts: AadstsNumber, reason = ''): Refusal => ({
    granted: false,
    aadsts,
    facts: { ...facts, reason },
  });
  const played = tenantScenario(tenant);
  if (played) return { ...refused(played.aadsts), wording: played.wording };
  const ofTenant = judgeTenant(tenant, directory);
  if (ofTenant !== null) return refused(ofTenant);
  if (facts.parameter !== '') return refused(900144);
  if (facts.grantType !== 'client_credentials') return refused(70003);
  const principal = principalsIn(directory, tenant).find(({ clientId }) => clientId === facts.clientId.toLowerCase());
  if (!principal) return refused(700016);
  const assertion = form.get('client_assertion');
  const secret = form.get('client_secret');
  if (assertion) {
    const names = [tenant, principal.tenantId, principal.domain];
    const audiences = names.map((name) => `${origin}/${name}/oauth2/v2.0/token`);
    const refusal = await judgeAssertion(assertion, principal, audiences, time);
    if (refusal) return refused(refusal.aadsts, refusal.reason);
  } else if (!secret) {
    return refused(7000218);
  } else {
    const refusal = judgeSecret(secret, principal, time);
    if (refusal) return refused(refusal);
  }
  if (!facts.scope.endsWith(DEFAULT_SUFFIX)) return refused(1002012);
  if (facts.scope.includes(' ')) return refused(70011);
  const granted = RESOURCES.get(facts.resource);
  const roles = principal.settings.smtpSendAsApp ? granted : granted && [];
  return roles ? { granted: true, principal, resource: facts.resource, roles } : refused(500011);
}

function judgeSecret(secret: string, { credentials }: ServicePrincipal, time: number): AadstsNumber | null {
  const known = credentials.clientSecrets.find(({ value }) => value === secret);
  if (!known) return secretScenario(secret)?.aadsts ?? 7000215;
  return known.expiresAt && known.expiresAt.getTime() <= time ? 7000222 : null;
}

function factsOf(tenant: string, form: URLSearchParams): RequestFacts {
  const field = (name: string): string => form.get(name) ?? '';
  const scope = field('scope');
  return {
    tenant,
    clientId: field('client_id'),
    scope,
    resource: scope.endsWith(DEFAULT_SUFFIX) ? scope.slice(0, -DEFAULT_SUFFIX.length) : scope,
    grantType: field('grant_type'),
    parameter: REQUIRED.find((name) => field(name) === '') ?? '',
    reason: '',
  };
}
