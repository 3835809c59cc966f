/** MAIL and RCPT with their parameters: what the envelope asks for is either said to the server or, where it lacks the extension, refused by name. */

import { isAscii } from 'node:buffer';
import type { Values } from '../../domain/catalogue/entry.ts';
import type { Envelope } from '../../domain/envelope.ts';
import { FailureError, failure } from '../../domain/failure.ts';
import type { DsnRequest } from '../../domain/submission-request.ts';

/** What the server offered in EHLO. */
export interface Offer {
  /** Keywords in upper case. */
  readonly extensions: ReadonlySet<string>;
  /** Bytes of a message (RFC 1870); null for no limit that is told. */
  readonly maxSize: number | null;
}

export interface EnvelopeCommands {
  readonly mail: string;
  /** In the order of the forward-paths. */
  readonly rcpt: readonly string[];
}

/**
 * The commands for an envelope.
 *
 * @param values for the failures, with `host` of the server
 * @throws FailureError when the server takes no message of this size, or lacks an extension the message needs
 */
export function envelopeCommands(
  envelope: Envelope,
  content: Uint8Array,
  offer: Offer,
  values: Values,
): EnvelopeCommands {
  const { reversePath, forwardPaths, dsn } = envelope;
  for (const path of [reversePath, ...forwardPaths]) checkPath(path);
  if (offer.maxSize !== null && content.length > offer.maxSize) {
    throw new FailureError(
      failure('message-too-large', {
        stage: 'mail-from',
        detail: `The composed message has ${content.length} bytes; ${values.host} takes ${offer.maxSize} at most.`,
        values,
      }),
    );
  }
  const needed: [extension: string, reason: string][] = [
    ...(envelope.internationalized || !isAscii(Buffer.from([reversePath, ...forwardPaths].join('')))
      ? [['SMTPUTF8', 'an address of it has letters outside ASCII'] satisfies [string, string]]
      : []),
    ...(isAscii(content) ? [] : [['8BITMIME', 'its content has bytes outside ASCII'] satisfies [string, string]]),
    ...(dsn ? [['DSN', 'it asks for delivery status notifications ("dsn")'] satisfies [string, string]] : []),
  ];
  for (const [extension, reason] of needed) {
    if (!offer.extensions.has(extension)) throw new FailureError(missing(extension, reason, values));
  }
  const uses = new Set(needed.map(([extension]) => extension));
  const mail = [
    `MAIL FROM:<${reversePath}>`,
    ...(uses.has('SMTPUTF8') ? ['SMTPUTF8'] : []),
    ...(uses.has('8BITMIME') ? ['BODY=8BITMIME'] : []),
    ...(offer.extensions.has('SIZE') ? [`SIZE=${content.length}`] : []),
    ...(dsn ? dsnOfMail(dsn, content) : []),
  ];
  return {
    mail: mail.join(' '),
    rcpt: forwardPaths.map((path) => [`RCPT TO:<${path}>`, ...(dsn ? dsnOfRcpt(dsn, path) : [])].join(' ')),
  };
}

function missing(extension: string, reason: string, values: Values) {
  return failure('smtp-extension-missing', {
    detail: `${values.host} does not offer ${extension}, which this message needs: ${reason}.`,
    values,
  });
}

/** What a parsed address never has, and what would make two commands or parameters of one. */
function checkPath(path: string): void {
  if (!/[\0\r\n<>]/.test(path)) return;
  throw new FailureError(
    failure('address-invalid', { detail: `${JSON.stringify(path)} cannot stand in an envelope.` }),
  );
}

/** RFC 3461 §4.3 and §4.4. */
function dsnOfMail({ ret }: DsnRequest, content: Uint8Array): string[] {
  const id = messageIdOf(content);
  return [
    ...(ret === null ? [] : [`RET=${ret === 'full' ? 'FULL' : 'HDRS'}`]),
    ...(id === null ? [] : [`ENVID=${xtext(id)}`]),
  ];
}

/** RFC 3461 §4.1 and §4.2. An original recipient outside ASCII would need the address type of RFC 6533, and may be left out. */
function dsnOfRcpt({ notify }: DsnRequest, path: string): string[] {
  return [
    ...(notify.length === 0 ? [] : [`NOTIFY=${notify.map((occasion) => occasion.toUpperCase()).join(',')}`]),
    ...(/^[\x21-\x7e]{1,400}$/.test(path) ? [`ORCPT=rfc822;${xtext(path)}`] : []),
  ];
}

/** RFC 3461 §4.4: an envelope id has 100 characters at most, all of them printable ASCII; another one is better left out. */
const envelopeId = /^[\x20-\x7e]{1,100}$/;
const HEADER_LOOKED_AT = 16 * 1024;

/** By which a notification is joined to its message, whatever the server makes of the header. */
function messageIdOf(content: Uint8Array): string | null {
  const beginning = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, HEADER_LOOKED_AT));
  const [header = ''] = beginning.toString('latin1').split(/\r?\n\r?\n/, 1);
  const id = /^message-id:\s*(<[^\s<>]+>)/im.exec(header)?.[1];
  return id !== undefined && envelopeId.test(id) ? id : null;
}

/** RFC 3461 §4: a parameter's value, in which nothing can end it. */
function xtext(value: string): string {
  return value.replace(
    /[^\x21-\x2a\x2c-\x3c\x3e-\x7e]/g,
    (character) => `+${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
