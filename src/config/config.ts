/** The relay's configuration, complete and valid: nothing starts with less, and nothing else reads settings. */

import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { RedactedSecret } from '../domain/credential.ts';
import { ConfigurationError, type ConfigurationMistake, type Report } from './configuration-error.ts';
import { checkPair } from './key-pair.ts';
import { outboxSettings } from './outbox-settings.ts';
import { readSettings } from './read-settings.ts';
import { type InDoubt, isHostName, type LogLevel } from './readers.ts';
import { redisSettings } from './redis-settings.ts';
import { type Limits, mebibytes, type RoutingConfig } from './routing-config.ts';
import { readRoutingFile } from './routing-file/routing-file.ts';
import { serverSettings } from './server-settings.ts';
import type { Environment, ReadingsOf, ValuesOf } from './setting.ts';
import { readSingleTenant } from './single-tenant.ts';
import { upstreamSettings } from './upstream-settings.ts';

export interface Config extends RoutingConfig {
  /** Where the relay listens; port 0 is any free one. */
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** PEM, the certificate with those that lead to its authority; null to serve in clear. */
    readonly tls: { readonly certificate: string; readonly privateKey: RedactedSecret } | null;
    /** Whose X-Forwarded-For is believed: nobody's, everybody's, that of the last n hops, or that of these addresses and networks. */
    readonly trustProxy: boolean | number | readonly string[];
    /** SHA-256 of the token that /metrics asks for, in hex; null when it is open. */
    readonly metricsTokenSha256: string | null;
    /** Bytes of request bodies that may be in flight at once. */
    readonly maxBodyBytesInFlight: number;
  };
  readonly log: { readonly level: LogLevel };
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
    /** URL of the proxy for token requests, as Node.js reads `HTTPS_PROXY`, perhaps with a password in it; null for none. */
    readonly httpsProxy: RedactedSecret | null;
    /** Hosts to reach without it, as Node.js reads `NO_PROXY`; null when not set. */
    readonly noProxy: string | null;
  };
  /** What replicas share; null when each is on its own. */
  readonly redis: {
    /** `redis://` or `rediss://`, perhaps with a password in it. */
    readonly url: RedactedSecret;
    /** What tokens are encrypted under instead of each app's own credential; null for that. */
    readonly cacheKey: RedactedSecret | null;
  } | null;
  readonly outbox: {
    /** Absolute path of the folder in which accepted messages live. */
    readonly folder: string;
    /** Submissions that may wait at once. */
    readonly maxSubmissions: number;
    /** Bytes of contents. */
    readonly maxBytes: number;
    readonly inDoubt: InDoubt;
    /** Milliseconds for which the content of what failed or is in doubt is kept; 0 to drop it at once. */
    readonly contentRetention: number;
    /** Milliseconds for which the record of what is final is kept. */
    readonly recordRetention: number;
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

const processSettings = { ...serverSettings, ...upstreamSettings, ...outboxSettings, ...redisSettings };
type ProcessSettings = typeof processSettings;

/**
 * Reads the configuration: of the tenants and clients of a routing file when `RELAY_CONFIG` names one, else of those
 * that the environment describes.
 *
 * @param env variables by name; what is not a setting is not looked at, but where the routing file names it
 * @param machineName host name of this machine, for EHLO
 * @param now for the dates of certificates
 * @throws ConfigurationError with all mistakes at once
 */
export function readConfig(env: Environment, machineName: string = hostname(), now: Date = new Date()): Config {
  const ofProcess = collected();
  const ofRouting = collected();
  const values = readSettings(processSettings, env, ofProcess.report);
  const tls = { chain: values.TLS_CERT_FILE, privateKey: values.TLS_KEY_FILE };
  checkPair(tls, { certificate: 'TLS_CERT_FILE', key: 'TLS_KEY_FILE' }, now, ofProcess.report);
  const routing = readRouting(env, values, now, ofRouting.report);
  const mistakes = [...ofRouting.mistakes, ...ofProcess.mistakes];
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);
  // What has a default has a value now, or there would be a mistake.
  return configOf(values as ValuesOf<ProcessSettings>, routing, machineName);
}

/** Mistakes as they are reported. */
function collected(): { readonly mistakes: readonly ConfigurationMistake[]; readonly report: Report } {
  const mistakes: ConfigurationMistake[] = [];
  return { mistakes, report: (place, message) => void mistakes.push({ place, message }) };
}

function readRouting(env: Environment, values: ReadingsOf<ProcessSettings>, now: Date, report: Report): RoutingConfig {
  const limits: Limits = {
    mailbox: {
      maxRecipients: values.MAILBOX_MAX_RECIPIENTS ?? 0,
      maxMessageBytes: mebibytes(values.MAILBOX_MAX_MESSAGE_MIB ?? 0),
      maxConnections: values.MAILBOX_CONNECTIONS ?? 0,
      messagesPerMinute: values.MAILBOX_MESSAGES_PER_MINUTE ?? 0,
      recipientsPerDay: values.MAILBOX_RECIPIENTS_PER_DAY ?? 0,
    },
    tenant: { externalRecipientsPerDay: values.TENANT_EXTERNAL_RECIPIENTS_PER_DAY ?? null },
  };
  const file = values.RELAY_CONFIG;
  return file === undefined
    ? readSingleTenant(env, limits, now, report)
    : readRoutingFile(file, { env, limits, now, report });
}

function configOf(values: ValuesOf<ProcessSettings>, routing: RoutingConfig, machineName: string): Config {
  const { TLS_CERT_FILE: chain, TLS_KEY_FILE: privateKey } = values;
  return Object.freeze({
    ...routing,
    http: Object.freeze({
      host: values.HOST,
      port: values.PORT,
      tls: chain && privateKey ? Object.freeze({ certificate: chain.join('\n'), privateKey }) : null,
      trustProxy: values.TRUST_PROXY,
      metricsTokenSha256: values.METRICS_TOKEN ?? null,
      maxBodyBytesInFlight: mebibytes(values.MAX_BODY_MIB_IN_FLIGHT),
    }),
    log: Object.freeze({ level: values.LOG_LEVEL }),
    smtp: Object.freeze({
      ehloName: values.EHLO_NAME ?? ehloNameOf(machineName),
      maxConnections: values.SMTP_CONNECTIONS,
      deadlines: Object.freeze({
        connect: values.SMTP_CONNECT_TIMEOUT,
        greeting: values.SMTP_GREETING_TIMEOUT,
        command: values.SMTP_COMMAND_TIMEOUT,
        data: values.SMTP_DATA_TIMEOUT,
        finalDot: values.SMTP_FINAL_REPLY_TIMEOUT,
        idle: values.SMTP_IDLE_TIMEOUT,
      }),
    }),
    entra: Object.freeze({
      requestDeadline: values.TOKEN_REQUEST_TIMEOUT,
      httpsProxy: values.HTTPS_PROXY ?? null,
      noProxy: values.NO_PROXY ?? null,
    }),
    redis: values.REDIS_URL ? Object.freeze({ url: values.REDIS_URL, cacheKey: values.TOKEN_CACHE_KEY ?? null }) : null,
    outbox: Object.freeze({
      folder: resolve(values.DATA_DIR),
      maxSubmissions: values.OUTBOX_MAX_SUBMISSIONS,
      maxBytes: mebibytes(values.OUTBOX_MAX_MIB),
      inDoubt: values.IN_DOUBT,
      contentRetention: values.FAILED_CONTENT_RETENTION_HOURS,
      recordRetention: values.RECORD_RETENTION_HOURS,
    }),
    shutdownDeadline: values.SHUTDOWN_TIMEOUT,
    extraCertificateAuthorities: Object.freeze(values.EXTRA_CA_FILE ?? []),
  });
}

/** A full host name, or else an address literal (RFC 5321 §4.1.3): a name without a domain says nothing to the server. */
function ehloNameOf(machineName: string): string {
  return machineName.includes('.') && isHostName(machineName) ? machineName : '[127.0.0.1]';
}
