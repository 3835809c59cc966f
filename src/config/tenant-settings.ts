/** Settings of the one tenant, mailbox and client of a relay without a routing file; with one, each of them stands there instead. */

import { parseAddress } from '../domain/mailbox.ts';
import { readCertificates } from './certificates.ts';
import { DEFAULT_CLOUD } from './clouds.ts';
import { readRsaPrivateKey } from './private-key.ts';
import {
  readApiKey,
  readClientSecret,
  readCloud,
  readGuid,
  readHost,
  readHttpsOrigin,
  readScope,
  readSha256,
  readSubmissionPort,
  readTenantId,
} from './readers.ts';
import type { SettingTable } from './setting.ts';

const AS_CLOUD_SAYS = 'as CLOUD says';

export const tenantSettings = {
  TENANT_ID: {
    meaning:
      'Directory (tenant) id of the organisation whose mailbox sends, or one of its verified domains. ' +
      'The id stands on the overview page of the Entra admin center.',
    form: 'plain',
    required: true,
    example: '8d6a2f0e-7c41-4b58-9a53-0f2e1c7d4b96',
    inRoutingFile: 'tenants.<name>.tenant_id',
    read: readTenantId,
  },
  CLIENT_ID: {
    meaning:
      'Application (client) id of the app registration that the relay signs in as. ' +
      'It stands on the overview page of the app registration in the Entra admin center.',
    form: 'plain',
    required: true,
    example: '3f1e9c57-2a80-4d6b-b1f4-6c0d8e5a7923',
    inRoutingFile: 'apps.<name>.client_id',
    read: readGuid,
  },
  CLIENT_SECRET: {
    meaning:
      'Client secret of the app registration: its "Value", not its "Secret ID". ' +
      'Entra shows the value only once, when the secret is created.',
    form: 'secret',
    required: { or: 'CLIENT_CERTIFICATE_FILE' },
    example: '/run/secrets/client-secret',
    inRoutingFile: 'apps.<name>.credential.secret',
    read: readClientSecret,
  },
  CLIENT_CERTIFICATE_FILE: {
    meaning:
      'PEM file with the certificate that was uploaded to the app registration, to sign in with instead of CLIENT_SECRET. ' +
      'It stands first in the file; those that lead to its authority may follow.',
    form: 'file',
    required: false,
    together: 'CLIENT_CERTIFICATE_KEY_FILE',
    defaultInWords: 'none',
    example: '/run/secrets/client-certificate.pem',
    inRoutingFile: 'apps.<name>.credential.certificate.cert.file',
    read: readCertificates,
  },
  CLIENT_CERTIFICATE_KEY_FILE: {
    meaning: 'PEM file with the private key of CLIENT_CERTIFICATE_FILE: an RSA key, without a passphrase.',
    form: 'secret-file',
    required: false,
    together: 'CLIENT_CERTIFICATE_FILE',
    defaultInWords: 'none',
    example: '/run/secrets/client-certificate.key',
    inRoutingFile: 'apps.<name>.credential.certificate.key.file',
    read: readRsaPrivateKey,
  },
  MAILBOX: {
    meaning: 'Address of the mailbox that sends. The relay submits only messages that are from this address.',
    form: 'plain',
    required: true,
    example: 'billing@contoso.com',
    inRoutingFile: 'tenants.<name>.mailboxes',
    read: parseAddress,
  },
  API_KEY: {
    meaning:
      'Key that your application presents to the relay as "Authorization: Bearer <key>". ' +
      'You choose it: at least 20 characters, only ASCII letters, digits and punctuation, best random.',
    form: 'secret',
    required: { or: 'API_KEY_SHA256' },
    example: '/run/secrets/api-key',
    inRoutingFile: 'clients.<name>.key_sha256',
    read: readApiKey,
  },
  API_KEY_SHA256: {
    meaning:
      'SHA-256 of the API key as 64 hex digits. Set it instead of API_KEY when the key itself is not to be kept here.',
    form: 'plain',
    required: false,
    example: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    inRoutingFile: 'clients.<name>.key_sha256',
    read: readSha256,
  },
  CLOUD: {
    meaning:
      'Microsoft cloud of the tenant: worldwide, gcc-high, dod or 21vianet. ' +
      'It says where tokens are issued and messages are taken.',
    form: 'plain',
    required: false,
    default: DEFAULT_CLOUD,
    example: 'gcc-high',
    inRoutingFile: 'tenants.<name>.cloud',
    read: readCloud,
  },
  ENTRA_AUTHORITY_HOST: {
    meaning:
      'Where Entra ID issues access tokens: "https://" and a host, without a path. Set it only for a cloud of which CLOUD does not know, or for tests.',
    form: 'plain',
    required: false,
    defaultInWords: AS_CLOUD_SAYS,
    example: 'https://login.microsoftonline.us',
    inRoutingFile: 'tenants.<name>.authority_host',
    read: readHttpsOrigin,
  },
  SMTP_HOST: {
    meaning:
      'SMTP server that takes the messages: a host name or an IP address. Set it only when CLOUD does not name the right one, or for tests.',
    form: 'plain',
    required: false,
    defaultInWords: AS_CLOUD_SAYS,
    example: 'smtp.office365.us',
    inRoutingFile: 'tenants.<name>.smtp_host',
    read: readHost,
  },
  SMTP_PORT: {
    meaning: 'Port of the SMTP server. The relay starts TLS there by STARTTLS, so port 465 does not work.',
    form: 'plain',
    required: false,
    defaultInWords: `${AS_CLOUD_SAYS}, which is 587 everywhere`,
    example: '2587',
    inRoutingFile: 'tenants.<name>.smtp_port',
    read: readSubmissionPort,
  },
  TOKEN_SCOPE: {
    meaning:
      'Scope of the access tokens; it ends in "/.default". Set it only when CLOUD does not name the right one, or for tests.',
    form: 'plain',
    required: false,
    defaultInWords: AS_CLOUD_SAYS,
    example: 'https://outlook.office365.us/.default',
    inRoutingFile: 'tenants.<name>.token_scope',
    read: readScope,
  },
} as const satisfies SettingTable;
