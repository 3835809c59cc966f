/** Failures that a reserved tenant id or a reserved client secret triggers at the token endpoint. */

import type { AadstsNumber } from './entra-errors.ts';
import type { EntraScenario } from './scenario.ts';

const codes = 'https://learn.microsoft.com/entra/identity-platform/reference-error-codes';

export const tenantScenarios: readonly EntraScenario[] = (
  [
    ['entra-redirect-uri-mismatch', 50011, 'A redirect address is not registered on the app.', codes],
    ['entra-conditional-access-blocked', 53003, 'A Conditional Access policy refuses the app a token.', codes],
    ['entra-consent-missing', 65001, 'Nobody has consented to the app in this tenant.', codes],
    ['entra-tenant-not-found', 90002, 'There is no such tenant, as with any other unknown tenant id.', codes],
    ['entra-transient-error', 90033, 'Entra ID has a passing fault and answers 503.', codes],
    ['entra-wrong-national-cloud', 90038, 'The tenant lives in another national cloud.', codes],
    ['entra-tenant-throttled', 90055, 'Too many requests; Entra ID answers 429.', codes],
    ['entra-resource-principal-not-found', 500011, 'The tenant has no Exchange Online.', codes],
    ['entra-app-not-found-in-tenant', 700016, 'The tenant does not know the app, as with a wrong CLIENT_ID.', codes],
    ['entra-app-disabled', 7000112, 'The app is switched off in this tenant.', codes],
    ['entra-client-credential-missing', 7000218, 'The request carries no client secret.', codes],
    ['entra-service-principal-missing', 7000229, 'The tenant holds no enterprise application for the app.', codes],
  ] as const
).map(([name, aadsts, plays, source]) => ({ name, trigger: 'tenant', at: 'token', aadsts, plays, source }));

export const secretScenarios: readonly EntraScenario[] = [
  {
    name: 'entra-client-secret-expired',
    trigger: 'secret',
    at: 'token',
    aadsts: 7000222,
    plays: 'The client secret has expired.',
    source: 'https://github.com/vcheckzen/FODI/issues/23',
  },
  {
    name: 'entra-client-secret-invalid',
    trigger: 'secret',
    at: 'token',
    aadsts: 7000215,
    plays: 'The client secret is wrong, as with any other wrong value.',
    source: 'https://github.com/OfficeDev/microsoft-365-agents-toolkit/issues/8621',
  },
];

/** The secret that triggers a scenario; a plain word, which Entra would never make. */
export const reservedSecrets: Readonly<Record<string, string>> = {
  'expired-secret': 'entra-client-secret-expired',
  'wrong-secret': 'entra-client-secret-invalid',
};

/** The reserved tenant id of an AADSTS number: readable, and of a form that Entra does not hand out. */
export function reservedTenantId(aadsts: AadstsNumber): string {
  return `00000000-0000-4000-8000-${String(aadsts).padStart(12, '0')}`;
}
