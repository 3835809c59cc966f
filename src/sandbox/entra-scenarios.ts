/** Failures that a reserved tenant id or a reserved client secret triggers at the token endpoint. */

import { type AadstsNumber, wordingsOf } from './entra-errors.ts';
import type { EntraScenario } from './scenario.ts';

/** The failure, its AADSTS numbers with the usual one first, and what is played. */
type Played = readonly [name: string, numbers: readonly AadstsNumber[], plays: string];

const byTenant: readonly Played[] = [
  ['entra-app-not-found-in-tenant', [700016], 'The tenant does not know the app, as with a wrong CLIENT_ID.'],
  ['entra-app-disabled', [7000112], 'The app is switched off in this tenant.'],
  ['entra-service-principal-missing', [7000229], 'The tenant holds no enterprise application for the app.'],
  ['entra-client-secret-invalid', [7000215, 70002], 'The client secret is none of those of the app.'],
  ['entra-client-secret-expired', [7000222], 'The client secret is over.'],
  ['entra-client-credential-missing', [7000218, 7000216], 'The request carries no client secret.'],
  [
    'entra-client-assertion-signature-invalid',
    [700027],
    'The request is signed with a certificate that is not registered on the app.',
  ],
  ['entra-client-assertion-expired', [700024], 'The request was signed at another time, as by a wrong clock.'],
  ['entra-tenant-not-found', [90002], 'There is no such tenant, as with any other unknown tenant id.'],
  ['entra-tenant-identifier-malformed', [900023], 'The tenant id is neither an id nor a domain.'],
  ['entra-tenant-endpoint-required', [50059, 50194, 9001023], 'The tenant id names no single tenant, such as common.'],
  ['entra-wrong-national-cloud', [90038, 900382, 900432, 90051], 'The tenant lives in another national cloud.'],
  ['entra-consent-missing', [65001, 90094], 'Nobody has consented to the app in this tenant.'],
  ['entra-conditional-access-blocked', [53003, 530035], 'A Conditional Access policy refuses the app a token.'],
  ['entra-resource-principal-not-found', [500011], 'The tenant has no Exchange Online.'],
  ['entra-org-lacks-service', [650052], 'The tenant has no subscription of the service that the scope names.'],
  [
    'entra-resource-not-in-app-permissions',
    [650056, 650057, 65005],
    'The app registration lists no permission for what the scope names.',
  ],
  ['entra-scope-invalid', [70011, 28002], 'The scope is not valid.'],
  ['entra-scope-default-suffix-required', [1002012], 'The scope does not end in /.default.'],
  ['entra-scope-unknown-on-resource', [650053], 'The service has no permission of that name.'],
  ['entra-redirect-uri-mismatch', [50011], 'A redirect address is not registered on the app.'],
  [
    'entra-request-malformed',
    [900144, 9002313, 90004, 90013, 90014, 90023, 90100, 900561],
    'The request is not as it must be, as behind a proxy that rewrites it.',
  ],
  ['entra-user-flow-error', [50126, 50034, 50173], 'Entra ID takes the request for the sign-in of a user.'],
  ['entra-client-request-loop', [50196], 'The app has asked for the same token too often.'],
  ['entra-tenant-throttled', [90055], 'Too many requests; Entra ID answers 429.'],
  [
    'entra-transient-error',
    [90033, 50033, 90006, 90012, 90024, 90090],
    'Entra ID has a passing fault and answers 503.',
  ],
  ['entra-refused', [50105], 'A refusal that is no well-known one.'],
];

/** One for each number and each of its texts. */
export const tenantScenarios: readonly EntraScenario[] = byTenant.flatMap(([failure, numbers, plays]) =>
  numbers
    .flatMap((aadsts) => wordingsOf(aadsts).map(({ source }, index) => ({ aadsts, wording: index + 1, source })))
    .map(
      ({ aadsts, wording, source }, index): EntraScenario => ({
        name: index === 0 ? failure : `${failure}-${index + 1}`,
        failure,
        trigger: 'tenant',
        at: 'token',
        by: reservedTenantId(aadsts, wording),
        aadsts,
        wording,
        plays,
        source,
      }),
    ),
);

export const secretScenarios: readonly EntraScenario[] = (
  [
    ['entra-client-secret-expired', 7000222, 'expired-secret', 'The client secret has expired.'],
    [
      'entra-client-secret-invalid',
      7000215,
      'wrong-secret',
      'The client secret is wrong, as with any other wrong value.',
    ],
  ] as const
).map(([name, aadsts, by, plays]) => ({
  name,
  trigger: 'secret',
  at: 'token',
  by,
  aadsts,
  wording: 1,
  plays,
  source: wordingsOf(aadsts)[0]?.source ?? '',
}));

/** The reserved tenant id of an AADSTS number: readable, and of a form that Entra does not hand out. */
export function reservedTenantId(aadsts: AadstsNumber, wording = 1): string {
  return `00000000-0000-4000-800${wording === 1 ? 0 : wording}-${String(aadsts).padStart(12, '0')}`;
}
