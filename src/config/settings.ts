/** Every setting, one row each; reading, documentation and help all follow this table. The only file that touches `process.env`. */

import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parseAddress } from '../domain/mailbox.ts';
import { readCertificates } from './certificates.ts';
import {
  type Mistake,
  readApiKey,
  readClientSecret,
  readEhloName,
  readGuid,
  readHost,
  readHttpsOrigin,
  readListeningPort,
  readLogLevel,
  readScope,
  readSha256,
  readSubmissionPort,
  readTenantId,
} from './readers.ts';
import type { Secret } from './secret.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process. */
export function environment(): Environment {
  return process.env;
}

/** The environment of this process, and beneath it what a file of `NAME=value` lines says, when there is one. */
export function environmentWithFile(path: string): Environment {
  return existsSync(path)
    ? { ...parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')), ...process.env }
    : process.env;
}

export type SettingValue = string | number | Secret | readonly string[];

export interface Setting {
  /** One to three sentences for a person who runs an ERP. */
  readonly meaning: string;
  /**
   * `plain`: the variable holds the text. `file`: it holds the path of a file with the text.
   * `secret`: it holds the text, or `<NAME>_FILE` the path of a file with it; its text is never printed.
   */
  readonly form: 'plain' | 'file' | 'secret';
  /** With `or`, exactly one of this setting and the optional one it names must be set. */
  readonly required: boolean | { readonly or: string };
  /** Read like a text that was set. */
  readonly default?: string;
  /** For a default that is not a fixed text, or to say that there is none. */
  readonly defaultInWords?: string;
  /** For a secret the path of its file, so that nobody copies an example as a secret. */
  readonly example: string;
  readonly read: (text: string) => SettingValue | Mistake;
}

export const settings = {
  TENANT_ID: {
    meaning:
      'Directory (tenant) id of the organisation whose mailbox sends, or one of its verified domains. ' +
      'The id stands on the overview page of the Entra admin center.',
    form: 'plain',
    required: true,
    example: '8d6a2f0e-7c41-4b58-9a53-0f2e1c7d4b96',
    read: readTenantId,
  },
  CLIENT_ID: {
    meaning:
      'Application (client) id of the app registration that the relay signs in as. ' +
      'It stands on the overview page of the app registration in the Entra admin center.',
    form: 'plain',
    required: true,
    example: '3f1e9c57-2a80-4d6b-b1f4-6c0d8e5a7923',
    read: readGuid,
  },
  CLIENT_SECRET: {
    meaning:
      'Client secret of the app registration: its "Value", not its "Secret ID". ' +
      'Entra shows the value only once, when the secret is created.',
    form: 'secret',
    required: true,
    example: '/run/secrets/client-secret',
    read: readClientSecret,
  },
  MAILBOX: {
    meaning: 'Address of the mailbox that sends. The relay submits only messages that are from this address.',
    form: 'plain',
    required: true,
    example: 'billing@contoso.com',
    read: parseAddress,
  },
  API_KEY: {
    meaning:
      'Key that your application presents to the relay as "Authorization: Bearer <key>". ' +
      'You choose it: at least 20 characters, only ASCII letters, digits and punctuation, best random.',
    form: 'secret',
    required: { or: 'API_KEY_SHA256' },
    example: '/run/secrets/api-key',
    read: readApiKey,
  },
  API_KEY_SHA256: {
    meaning:
      'SHA-256 of the API key as 64 hex digits. Set it instead of API_KEY when the key itself is not to be kept here.',
    form: 'plain',
    required: false,
    example: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    read: readSha256,
  },
  ENTRA_AUTHORITY_HOST: {
    meaning:
      'Where Entra ID issues access tokens: "https://" and a host, without a path. ' +
      'Change it only for a national cloud or for tests.',
    form: 'plain',
    required: false,
    default: 'https://login.microsoftonline.com',
    example: 'https://login.microsoftonline.us',
    read: readHttpsOrigin,
  },
  SMTP_HOST: {
    meaning:
      'SMTP server that takes the messages: a host name or an IP address. Change it only for a national cloud or for tests.',
    form: 'plain',
    required: false,
    default: 'smtp.office365.com',
    example: 'smtp.office365.us',
    read: readHost,
  },
  SMTP_PORT: {
    meaning: 'Port of the SMTP server. The relay starts TLS there by STARTTLS, so port 465 does not work.',
    form: 'plain',
    required: false,
    default: '587',
    example: '2587',
    read: readSubmissionPort,
  },
  TOKEN_SCOPE: {
    meaning: 'Scope of the access tokens; it ends in "/.default". Change it only for a national cloud or for tests.',
    form: 'plain',
    required: false,
    default: 'https://outlook.office365.com/.default',
    example: 'https://outlook.office365.us/.default',
    read: readScope,
  },
  EXTRA_CA_FILE: {
    meaning:
      'PEM file with certificate authorities to trust for Entra ID and SMTP, besides those of Node.js and of the system. ' +
      'Needed when a proxy of your own inspects TLS.',
    form: 'file',
    required: false,
    defaultInWords: 'none',
    example: '/etc/exo-relay/company-ca.pem',
    read: readCertificates,
  },
  HOST: {
    meaning:
      'Address the relay listens on. The default can be reached from this machine only; 0.0.0.0 can be reached from others, ' +
      'as a relay in a container must be.',
    form: 'plain',
    required: false,
    default: '127.0.0.1',
    example: '0.0.0.0',
    read: readHost,
  },
  PORT: {
    meaning: 'Port the relay listens on; 0 is any free one.',
    form: 'plain',
    required: false,
    default: '8080',
    example: '3000',
    read: readListeningPort,
  },
  LOG_LEVEL: {
    meaning: 'How much is logged: trace, debug, info, warn, error, fatal or silent.',
    form: 'plain',
    required: false,
    default: 'info',
    example: 'debug',
    read: readLogLevel,
  },
  EHLO_NAME: {
    meaning:
      'Name the relay gives itself in EHLO: a host name, or an IP address in brackets. ' +
      'Exchange Online refuses names with "_" (501 5.5.4).',
    form: 'plain',
    required: false,
    defaultInWords: "this machine's full host name, if it has one; else [127.0.0.1]",
    example: 'relay.contoso.com',
    read: readEhloName,
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** What the readers return, by name; undefined for a setting that may be left out and has no default. */
export type SettingValues = { readonly [Name in SettingName]: ValueOf<(typeof settings)[Name]> };

type ValueOf<Row extends Setting> =
  | Exclude<ReturnType<Row['read']>, Mistake>
  | (Row extends { required: true } | { default: string } ? never : undefined);

/** The table's rows in order, as rows that are all of one type. */
export const settingRows: readonly (readonly [name: string, row: Setting])[] = Object.entries(settings);

/** The variable that names a secret's file. */
export function fileVariable(name: string): string {
  return `${name}_FILE`;
}

/** An example as a line of an environment file: `MAILBOX=billing@contoso.com`. */
export function exampleLine(name: string, row: Setting): string {
  return `${row.form === 'secret' ? fileVariable(name) : name}=${row.example}`;
}
