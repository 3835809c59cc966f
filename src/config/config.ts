/** The relay's configuration, complete and valid: nothing starts with less, and nothing else reads settings. */

import { hostname } from 'node:os';
import { type Client, scopes } from '../domain/client.ts';
import type { Credential, RedactedSecret } from '../domain/credential.ts';
import type { Route, Tenant } from '../domain/routing.ts';
import { readSettings } from './read-settings.ts';
import { isHostName, type LogLevel } from './readers.ts';
import type { Environment } from './settings.ts';

export interface Config {
  /** Where the relay listens; port 0 is any free one. */
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** PEM; null to serve in clear. */
    readonly tls: { readonly certificate: string; readonly privateKey: RedactedSecret } | null;
    /** Whose X-Forwarded-For is believed: nobody's, everybody's, that of the last n hops, or that of these addresses and networks. */
    readonly trustProxy: boolean | number | readonly string[];
    /** Bytes of request bodies that may be in flight at once. */
    readonly maxBodyBytesInFlight: number;
  };
  readonly log: { readonly level: LogLevel };
  readonly routes: readonly Route[];
  /** By the tenant's name. */
  readonly credentials: ReadonlyMap<string, readonly Credential[]>;
  readonly clients: readonly Client[];
  readonly smtp: {
    readonly ehloName: string;
    /** Connections in the whole process. */
    readonly maxConnections: number;
    /** Milliseconds. */
    readonly deadlines: SmtpDeadlines;
  };
  readonly entra: {
    /** Milliseconds for a token request, from its start to the last byte of the answer. */
    readonly requestDeadline: number;
    /** `HTTPS_PROXY` and `NO_PROXY` as Node.js reads them; null when not set. */
    readonly httpsProxy: string | null;
    readonly noProxy: string | null;
  };
  /** Milliseconds in which a stopping relay finishes what runs. */
  readonly shutdownDeadline: number;
  /** PEM texts, to trust besides the authorities of Node.js and of the system. */
  readonly extraCertificateAuthorities: readonly string[];
}

/** Milliseconds for each step of the SMTP dialogue, and for a connection without work. */
export interface SmtpDeadlines {
  readonly connect: number;
  readonly greeting: number;
  readonly command: number;
  readonly data: number;
  readonly finalDot: number;
  readonly idle: number;
}

const SECOND = 1_000;
const MEBIBYTE = 1024 * 1024;

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
  const route: Route = Object.freeze({
    mailbox: values.MAILBOX,
    tenant,
    sendAs: Object.freeze([]),
    maxRecipients: 500,
    maxMessageBytes: 35 * MEBIBYTE,
  });
  const client: Client = Object.freeze({
    name: DEFAULT_NAME,
    keySha256: Object.freeze(keySha256),
    scopes: Object.freeze([...scopes]),
    tenants: null,
    maySendAs: Object.freeze(['*']),
    expires: null,
    rate: Object.freeze({ requests: 600, seconds: 60 }),
  });
  return Object.freeze({
    http: Object.freeze({
      host: values.HOST,
      port: values.PORT,
      tls: null,
      trustProxy: false,
      maxBodyBytesInFlight: 64 * MEBIBYTE,
    }),
    log: Object.freeze({ level: values.LOG_LEVEL }),
    routes: Object.freeze([route]),
    credentials: new Map([[tenant.name, Object.freeze([credential])]]),
    clients: Object.freeze([client]),
    smtp: Object.freeze({
      ehloName: values.EHLO_NAME ?? ehloNameOf(machineName),
      maxConnections: 100,
      deadlines: Object.freeze({
        connect: 10 * SECOND,
        greeting: 30 * SECOND,
        command: 60 * SECOND,
        data: 120 * SECOND,
        finalDot: 600 * SECOND,
        idle: 240 * SECOND,
      }),
    }),
    entra: Object.freeze({ requestDeadline: 30 * SECOND, httpsProxy: null, noProxy: null }),
    shutdownDeadline: 25 * SECOND,
    extraCertificateAuthorities: Object.freeze(values.EXTRA_CA_FILE ?? []),
  });
}

/** A full host name, or else an address literal (RFC 5321 §4.1.3): a name without a domain says nothing to the server. */
function ehloNameOf(machineName: string): string {
  return machineName.includes('.') && isHostName(machineName) ? machineName : '[127.0.0.1]';
}
