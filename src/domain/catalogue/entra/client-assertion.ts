/** Signed client assertions, from a certificate or from a federation, that Entra ID does not accept. */

import type { CatalogueEntry } from '../entry.ts';
import { sendAgainLater } from '../steps.ts';
import { clientCredentials, clientCredentialsSource, errorCodes, errorCodesSource } from './references.ts';

const certificateCredentials = 'https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials';
const showCertificates = [
  "Connect-MgGraph -Scopes 'Application.Read.All'",
  '(Get-MgApplicationByAppId -AppId {client_id}).KeyCredentials | Format-Table DisplayName, KeyId, EndDateTime',
];

export const entraClientAssertionFailures = {
  'entra-client-assertion-signature-invalid': {
    title: 'The certificate of the app is not the one Entra ID knows',
    cause:
      'Entra ID could not validate the assertion that the relay signed for app {client_id}. Most often the certificate was never uploaded to the app registration, was replaced there, or does not belong to the private key of the relay.',
    status: 502,
    stage: 'token',
    about: 'tenant',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Upload the certificate that the relay signs with to the app registration.',
      steps: [
        'Read entra.description of this failure: it names the thumbprint of the certificate that the relay used.',
        'In the Microsoft Entra admin center of the tenant that owns the app, open App registrations > All applications > the app with client id {client_id} > Certificates & secrets > Certificates and look for that thumbprint.',
        'If it is missing, upload the certificate there, the public part alone; the private key never leaves the relay.',
        'If it is there, check that the private key of the relay is the one of this certificate: both must have the same public key.',
        'Send again; after a new upload wait a few minutes.',
      ],
      powershell: showCertificates,
      docs: [certificateCredentials, errorCodes],
    },
    recognised: { aadsts: [700027] },
    sources: [errorCodesSource, 'https://github.com/Azure/azure-sdk-for-net/issues/29007'],
  },
  'entra-client-assertion-expired': {
    title: 'The signed assertion is not valid at this time',
    cause:
      'Entra ID received a signed assertion of app {client_id} outside the time for which it was made. The clock of the relay is wrong, or a federated token that it was given has expired.',
    status: 502,
    stage: 'token',
    about: 'relay',
    responsible: 'operator',
    retry: { afterSeconds: 30, atMost: 3 },
    remedy: {
      summary: 'Set the clock of the relay; with a federated token, see that it is renewed in time.',
      steps: [
        'Compare date and time of the machine of the relay with the real time: `date -u`.',
        'If they differ, synchronise the clock by NTP.',
        'With a federated token in a file, check that whatever writes the file still renews it: entra.description names the time at which the token expired.',
        sendAgainLater,
      ],
      powershell: [],
      docs: [certificateCredentials, clientCredentials, errorCodes],
    },
    recognised: { aadsts: [700024] },
    sources: [
      errorCodesSource,
      clientCredentialsSource,
      'https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/4951',
      'https://github.com/obikuro/Sato/issues/1',
    ],
  },
} as const satisfies Record<string, CatalogueEntry>;
