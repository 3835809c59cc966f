/** Trouble of Entra ID itself, and `entra-refused`, where every refusal ends whose number and OAuth error are unknown, since Microsoft may renumber its errors. */

import type { CatalogueEntry } from '../entry.ts';
import { sendAgainEverLater, sendAgainLater } from '../steps.ts';
import { clientCredentials, errorCodes, errorCodesSource } from './references.ts';

export const entraServiceFailures = {
  'entra-tenant-throttled': {
    title: 'Entra ID is throttling token requests',
    cause:
      'More token requests come for this tenant or app than Entra ID serves at the moment. The relay caches its tokens, so the requests come mostly from other programs, or from a relay that is restarted again and again.',
    status: 503,
    stage: 'token',
    about: 'tenant',
    responsible: 'microsoft',
    retry: { afterSeconds: 120 },
    remedy: {
      summary: 'Send again later; if it goes on, find what asks for so many tokens.',
      steps: [
        sendAgainEverLater,
        'Check that the relay is not being restarted in a loop: after every start it asks for a new token.',
        'In the Microsoft Entra admin center, open Monitoring & health > Sign-in logs > Service principal sign-ins and see which app signs in how often.',
        'Give programs that ask for tokens often an app registration of their own.',
      ],
      powershell: [],
      docs: [errorCodes],
    },
    recognised: { aadsts: [90055] },
    sources: [errorCodesSource],
  },
  'entra-client-request-loop': {
    title: 'Entra ID has seen the same token request too often',
    cause:
      'The app {client_id} asked for the same token again and again within a short time, so Entra ID stops answering it for some minutes. The relay keeps its tokens, so it is being restarted in a loop, or other programs use the same app.',
    status: 503,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: { afterSeconds: 120 },
    remedy: {
      summary: 'Find what asks for so many tokens with this app, and stop it.',
      steps: [
        'Check that the relay is not being restarted in a loop: after every start it asks for a new token.',
        'In the Microsoft Entra admin center, open Monitoring & health > Sign-in logs > Service principal sign-ins, filter by application id {client_id} and see from which IP addresses it signs in.',
        'Give other programs an app registration of their own.',
        sendAgainEverLater,
      ],
      powershell: [],
      docs: [errorCodes],
    },
    recognised: { aadsts: [50196], entraText: /client request loop/ },
    sources: [errorCodesSource, 'https://github.com/pnp/powershell/issues/2995'],
  },
  'entra-transient-error': {
    title: 'Entra ID is in trouble for the moment',
    cause:
      'Entra ID could not give a token just now, for reasons of its own. Nothing is wrong with the configuration as far as this answer tells.',
    status: 503,
    stage: 'token',
    about: 'network',
    responsible: 'microsoft',
    retry: { afterSeconds: 10 },
    remedy: {
      summary: 'Send again later.',
      steps: [
        sendAgainLater,
        'If it goes on for more than an hour, look at Health > Service health in the Microsoft 365 admin center.',
        'When you ask Microsoft, give them the trace id, the correlation id and the timestamp of this failure.',
      ],
      powershell: [],
      docs: [errorCodes, 'https://learn.microsoft.com/en-us/microsoft-365/enterprise/view-service-health'],
    },
    recognised: {
      aadsts: [90033, 50033, 90024, 90006, 90012, 90041, 90090],
      oauthErrors: ['temporarily_unavailable', 'server_error'],
    },
    sources: [
      errorCodesSource,
      'https://github.com/Azure/azure-sdk-for-python/issues/14241',
      'https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/4019',
      'https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/4329',
    ],
  },
  'entra-refused': {
    title: 'Entra ID refused the token',
    cause:
      'Entra ID gave no token for app {client_id} in tenant {tenant_id}, with an error the relay has no explanation for. Its own words stand in this failure.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Read what Entra ID says and look up its AADSTS code.',
      steps: [
        'Read entra.code and entra.description of this failure.',
        'See what entra.error is about: invalid_client the secret or certificate of the app, unauthorized_client the app in this tenant, invalid_request the tenant id or another part of the request, invalid_grant or access_denied a policy or consent of the tenant.',
        'Look up the number at https://login.microsoftonline.com/error.',
        'In the Microsoft Entra admin center, open Monitoring & health > Sign-in logs > Service principal sign-ins, filter by application id {client_id} and open the failed entry.',
        'Compare TENANT_ID ({tenant_id}) and CLIENT_ID ({client_id}) with the app registration, and TOKEN_SCOPE ({scope}) with the cloud of the tenant.',
        'When you ask Microsoft, give them the trace id, the correlation id and the timestamp of this failure.',
      ],
      powershell: [],
      docs: [errorCodes, clientCredentials],
    },
    sources: [errorCodesSource],
  },
} as const satisfies Record<string, CatalogueEntry>;
