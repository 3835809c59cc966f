/** The relay's configuration, complete and valid: nothing starts with less, and nothing else reads settings. */

import { hostname } from 'node:os';
import type { Client } from '../domain/client.ts';
import type { Credential } from '../domain/credential.ts';
import type { Route, Tenant } from '../domain/routing.ts';
import { readSettings } from './read-settings.ts';
import { isHostName, type LogLevel } from './readers.ts';
import type { Environment } from './settings.ts';

export interface Config {
  /** Where the relay listens; port 0 is any free one. */
  readonly http: { readonly host: string; readonly port: number };
  readonly log: { readonly level: LogLevel };
  readonly routes: readonly Route[];
  /** By the tenant's name. */
  readonly credentials: ReadonlyMap<string, Credential>;
  readonly clients: readonly Client[];
  readonly smtp: { readonly ehloName: string };
  /** PEM texts, to trust besides the authorities of Node.js and of the system. */
  readonly extraCertificateAuthorities: readonly string[];
}

/** The name of the tenant and of the client that the environment describes. */
const DEFAULT_NAME = 'default';

/**
 * Reads the configuration of one tenant and one client from the environment.
 *
 * @param env variables by name; what is not a setting is not looked at
 * @param machineName host name of this machine, for EHLO
 * @throws ConfigurationError with all mistakes at once
 */
export function readConfig(env: Environment, machineName: string = hostname()): Config {
  const values = readSettings(env);
  const tenant: Tenant = Object.freeze({
    name: DEFAULT_NAME,
    tenantId: values.TENANT_ID,
    clientId: values.CLIENT_ID,
    authorityHost: values.ENTRA_AUTHORITY_HOST,
    scope: values.TOKEN_SCOPE,
    smtpHost: values.SMTP_HOST,
    smtpPort: values.SMTP_PORT,
  });
  const credential: Credential = Object.freeze({ kind: 'client-secret', secret: values.CLIENT_SECRET });
  const keySha256 = [values.API_KEY, values.API_KEY_SHA256].filter((hash) => hash !== undefined);
  return Object.freeze({
    http: Object.freeze({ host: values.HOST, port: values.PORT }),
    log: Object.freeze({ level: values.LOG_LEVEL }),
    routes: Object.freeze([Object.freeze({ mailbox: values.MAILBOX, tenant })]),
    credentials: new Map([[tenant.name, credential]]),
    clients: Object.freeze([Object.freeze({ name: DEFAULT_NAME, keySha256: Object.freeze(keySha256) })]),
    smtp: Object.freeze({ ehloName: values.EHLO_NAME ?? ehloNameOf(machineName) }),
    extraCertificateAuthorities: Object.freeze(values.EXTRA_CA_FILE ?? []),
  });
}

/** A full host name, or else an address literal (RFC 5321 §4.1.3): a name without a domain says nothing to the server. */
function ehloNameOf(machineName: string): string {
  return machineName.includes('.') && isHostName(machineName) ? machineName : '[127.0.0.1]';
}
