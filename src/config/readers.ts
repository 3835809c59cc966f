/** Readers of settings: each turns a trimmed text that is not empty into a value, or says what is wrong with it and what is expected. */

import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { parseAddress } from '../domain/mailbox.ts';
import { type Cloud, cloudNames, clouds } from './clouds.ts';
import { Secret } from './secret.ts';

/** What is wrong with a text: the rest of a sentence that begins with the setting's name, without its full stop. */
export interface Mistake {
  readonly mistake: string;
}

/** Whether a reader refused the text. */
export function isMistake(reading: unknown): reading is Mistake {
  return typeof reading === 'object' && reading !== null && 'mistake' in reading;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Whether a message in doubt waits for an operator, or is submitted once more. */
export type InDoubt = 'hold' | 'repeat';

const MIN_API_KEY = 20;
const MIN_CACHE_KEY = 32;
const MAX_PORT = 65_535;
const MILLISECONDS = 1_000;
const HOUR = 3_600_000;

/** Directory (tenant) id or a domain. `common` and `organizations` are no tenant: the client credentials flow needs one. */
export function readTenantId(text: string): string | Mistake {
  if (isGuid(text) || (isHostName(text) && text.includes('.'))) return text.toLowerCase();
  // Not quoted, here and in readGuid: a secret pasted into the wrong line must not reach the log.
  return { mistake: 'is neither a directory (tenant) id (a GUID) nor a domain such as "contoso.onmicrosoft.com"' };
}

export function readGuid(text: string): string | Mistake {
  if (isGuid(text)) return text.toLowerCase();
  return { mistake: 'is not a GUID: 32 hex digits in groups of 8-4-4-4-12 are expected' };
}

export function readClientSecret(text: string): Secret | Mistake {
  if (/\p{Cc}|\ufffd/u.test(text)) {
    return {
      mistake: 'has line breaks or other control characters in it, or is not UTF-8; only the secret itself is expected',
    };
  }
  if (isGuid(text)) {
    return { mistake: 'looks like the "Secret ID"; the "Value" beside it is expected, which Entra shows only once' };
  }
  return new Secret(text);
}

/** An API key, of which only the SHA-256 is kept (lower-case hex). */
export function readApiKey(text: string): string | Mistake {
  return digestOf(text, 'an API key');
}

/** A bearer token, of which only the SHA-256 is kept (lower-case hex). */
export function readBearerToken(text: string): string | Mistake {
  return digestOf(text, 'a token');
}

function digestOf(text: string, what: string): string | Mistake {
  if (!/^[\x21-\x7e]+$/.test(text)) {
    return {
      mistake: `has characters that ${what} cannot have; only ASCII letters, digits and punctuation are expected, no spaces`,
    };
  }
  if (text.length < MIN_API_KEY) return { mistake: `is too short; at least ${MIN_API_KEY} characters are expected` };
  return createHash('sha256').update(text).digest('hex');
}

/** A secret from which keys are derived. */
export function readCacheKey(text: string): Secret | Mistake {
  if (text.length >= MIN_CACHE_KEY) return new Secret(text);
  return { mistake: `is too short; at least ${MIN_CACHE_KEY} characters are expected` };
}

export function readSha256(text: string): string | Mistake {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  return { mistake: 'is not a SHA-256; 64 hex digits are expected, not the key itself' };
}

/** An https origin: scheme, host and perhaps a port, nothing else. */
export function readHttpsOrigin(text: string): string | Mistake {
  // Not quoted: what stands before the "@" may be a password.
  if (text.includes('@'))
    return { mistake: 'has a user name or password in it; only "https://" and a host are expected' };
  const url = URL.parse(text);
  if (url?.protocol !== 'https:')
    return {
      mistake: `${quote(text)} is not an address such as "https://login.microsoftonline.com", with "https://" and a host`,
    };
  if (url.href !== `${url.origin}/`) {
    return {
      mistake: `${quote(text)} has more than "https://" and a host; ${quote(url.origin)} is expected, without path or query`,
    };
  }
  return url.origin;
}

/** A host name or an IP address. */
export function readHost(text: string): string | Mistake {
  if (isIP(text) !== 0 || isHostName(text)) return text;
  return { mistake: `${quote(text)} is neither a host name nor an IP address` };
}

/** A port to connect to. */
export function readPort(text: string): number | Mistake {
  return wholeNumber(text, 1, MAX_PORT) ?? { mistake: notAPort(text, 1) };
}

/** A port for STARTTLS, which is not spoken on 465 (RFC 8314 §3.3). */
export function readSubmissionPort(text: string): number | Mistake {
  const port = readPort(text);
  return port === 465
    ? { mistake: '465 is for TLS from the start, which Exchange Online does not offer; use 587' }
    : port;
}

/** A port to listen on; 0 is any free one. */
export function readListeningPort(text: string): number | Mistake {
  return wholeNumber(text, 0, MAX_PORT) ?? { mistake: notAPort(text, 0) };
}

/** One scope of the client credentials flow, which must name a resource and `/.default`. */
export function readScope(text: string): string | Mistake {
  if (/^[\x21-\x7e]+\/\.default$/.test(text)) return text;
  return { mistake: `${quote(text)} is not a scope for an app; one that ends in "/.default" is expected` };
}

/** A Microsoft cloud, by its name. */
export function readCloud(text: string): Cloud | Mistake {
  const found = Object.entries(clouds).find(([name]) => name === text.toLowerCase());
  return found?.[1] ?? { mistake: `${quote(text)} is not a cloud; one of ${cloudNames.join(', ')} is expected` };
}

/** A proxy as Node.js reads it. It is a secret, as a password may stand in it, and for the same reason never quoted. */
export function readProxy(text: string): Secret | Mistake {
  const url = URL.parse(text);
  const protocol = url?.protocol ?? '';
  if (!url || !['http:', 'https:'].includes(protocol) || !/^https?:\/\//i.test(text)) {
    return { mistake: 'is not the URL of a proxy; "http://" or "https://", a host and a port are expected' };
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return {
      mistake:
        'has more than a host and a port; a path is not expected, and "/", "?" and "#" in a password are written as %2F, %3F and %23',
    };
  }
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    return { mistake: 'has a "%" in its user or password that is not followed by two hex digits; write it as %25' };
  }
  // Node.js passes over a scheme that is not in lower case.
  return new Secret(url.href);
}

/** Hosts as Node.js reads them in NO_PROXY. It passes over networks such as "10.0.0.0/8", so they are refused. */
export function readNoProxy(text: string): string | Mistake {
  const network = text.split(',').find((host) => host.includes('/'));
  if (network === undefined) return text;
  return {
    mistake: `${quote(network.trim())} is not a host; hosts, domains with a dot before them, and ranges such as "10.0.0.0-10.0.0.255" are expected`,
  };
}

/** A path of a file that is read later. */
export function readPath(text: string): string {
  return text;
}

/** A path of a folder that is there, or can be made. */
export function readFolder(text: string): string | Mistake {
  if (!existsSync(text) || statSync(text).isDirectory()) return text;
  return { mistake: `${quote(text)} is a file; a folder is expected` };
}

/** A domain of mail addresses, in lower-case A-labels. */
export function readMailDomain(text: string): string | Mistake {
  // Any local part will do.
  const address = text.includes('@') ? null : parseAddress(`a@${text}`);
  if (typeof address === 'string') return address.slice('a@'.length);
  return { mistake: `${quote(text)} is not a domain; one such as "contoso.com" is expected` };
}

/** A reader of whole numbers, within bounds. */
export function wholeNumberIn(least: number, most: number): (text: string) => number | Mistake {
  return (text) =>
    wholeNumber(text, least, most) ?? {
      mistake: `${quote(text)} cannot be taken; a whole number from ${least} to ${most} is expected`,
    };
}

/** A reader of seconds, within bounds, in milliseconds. */
export function secondsIn(least: number, most: number): (text: string) => number | Mistake {
  return (text) => {
    const seconds = /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
    if (seconds >= least && seconds <= most) return Math.round(seconds * MILLISECONDS);
    return { mistake: `${quote(text)} cannot be taken; a number of seconds from ${least} to ${most} is expected` };
  };
}

/** A reader of whole hours, within bounds, in milliseconds. */
export function hoursIn(least: number, most: number): (text: string) => number | Mistake {
  return (text) => {
    const hours = wholeNumber(text, least, most);
    if (hours !== undefined) return hours * HOUR;
    return { mistake: `${quote(text)} cannot be taken; a whole number of hours from ${least} to ${most} is expected` };
  };
}

export function readInDoubt(text: string): InDoubt | Mistake {
  const word = text.toLowerCase();
  if (word === 'hold' || word === 'repeat') return word;
  return { mistake: `${quote(text)} is neither "hold" nor "repeat"` };
}

export function readLogLevel(text: string): LogLevel | Mistake {
  const found = logLevels.find((level) => level === text.toLowerCase());
  return found ?? { mistake: `${quote(text)} is not a log level; one of ${logLevels.join(', ')} is expected` };
}

/** A domain or an address literal (RFC 5321 §4.1.3, §4.1.4). */
export function readEhloName(text: string): string | Mistake {
  if (isHostName(text) || isAddressLiteral(text)) return text;
  if (isIP(text) !== 0) {
    return {
      mistake: `${quote(text)} is a bare IP address; ${quote(isIPv4(text) ? `[${text}]` : `[IPv6:${text}]`)} is expected`,
    };
  }
  const underscore = text.includes('_') ? '; Exchange Online refuses names with "_" (501 5.5.4)' : '';
  return { mistake: `${quote(text)} is neither a host name nor an address literal such as "[192.0.2.1]"${underscore}` };
}

/** Host name by RFC 1123 §2.1, in ASCII; its last label is not a number, so that a mistyped IP address is none. */
export function isHostName(text: string): boolean {
  const labels = text.split('.');
  const wellFormed = labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
  return wellFormed && text.length <= 253 && !/^\d+$/.test(labels.at(-1) ?? '');
}

function isAddressLiteral(text: string): boolean {
  const content = /^\[(.*)\]$/.exec(text)?.[1] ?? '';
  return isIPv4(content) || (/^IPv6:/i.test(content) && isIPv6(content.slice('IPv6:'.length)));
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

function notAPort(text: string, least: number): string {
  return `${quote(text)} is not a port; a whole number from ${least} to ${MAX_PORT} is expected`;
}

/** A setting's text for a message: shortened, and harmless in a terminal. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
