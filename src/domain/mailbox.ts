/** Mailboxes (RFC 5322 §3.4): a display name and an addr-spec, read from what a caller wrote and never passed on unread. */

import { domainToASCII } from 'node:url';
import { quote } from './quote.ts';

export interface Mailbox {
  /** Display name as people read it, not encoded; null when there is none. */
  readonly name: string | null;
  /** Addr-spec, domain in lower-case A-labels: `billing@contoso.com`. */
  readonly address: string;
}

/** Why a text is no mailbox, as a sentence for the caller. */
export interface NotAMailbox {
  readonly mistake: string;
}

// RFC 5322 §3.2.3 dot-atom, its letters extended by those outside ASCII (RFC 6531 §3.3, RFC 6532 §3.2).
const dotAtom =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+)*$/u;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
// domainToASCII reads as URLs are read: it passes over line breaks, and over all from "/", "?" or "#" on.
const domainText = /^[A-Za-z0-9.\u0080-\u{10ffff}-]*$/u;
const isAscii = /^[\0-\x7f]*$/;
// Outside ASCII what nobody can see or tell: control, format, bidi, zero-width, filling, unassigned and private characters, blanks.
const unseen = /(?![\0-\x7f])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
// RFC 5321 §4.5.3.1: local part 64 octets, path 256 with its angle brackets.
const MAX_LOCAL_PART = 64;
const MAX_ADDRESS = 254;
/** A display name of 10,000 characters, each in it escaped, and an address. */
const MAX_MAILBOX = 20_500;
const octets = new TextEncoder();
/** Octets of UTF-8 that one code unit takes at most. */
const MOST_OCTETS = 3;

/**
 * Reads `Name <a@b>` or `a@b`, as in a From or To header, for one mailbox.
 * A display name may be quoted or not; commas in it are fine, a second address is not.
 */
export function parseMailbox(text: string): Mailbox | NotAMailbox {
  const trimmed = text.trim();
  if (trimmed.length > MAX_MAILBOX)
    return { mistake: `${quote(trimmed)} has ${trimmed.length} characters, which is no mailbox` };
  if (trimmed === '') return { mistake: 'is empty; an address such as "billing@contoso.com" is expected' };
  if (!trimmed.endsWith('>')) return mailbox(null, trimmed);
  const open = trimmed.lastIndexOf('<');
  if (open === -1) return { mistake: `${quote(trimmed)} has ">" without "<"; write it as "Name <name@contoso.com>"` };
  const written = trimmed.slice(0, open).trim();
  const name = unquote(written);
  if (name === written && /[@<>]/.test(written)) {
    return {
      mistake: `${quote(trimmed)} looks like more than one address; give several as an array, or put the name in double quotes`,
    };
  }
  return mailbox(name, trimmed.slice(open + 1, -1).trim());
}

/**
 * Joins a display name and an addr-spec, each as the caller gave it.
 *
 * @param name empty or null for none
 * @param address an addr-spec; an internationalised domain becomes A-labels (RFC 5890)
 */
export function mailbox(name: string | null, address: string): Mailbox | NotAMailbox {
  const read = parseAddress(address);
  return typeof read === 'string' ? { name: name || null, address: read } : read;
}

/** Reads an addr-spec; the result has its domain in lower-case A-labels and its local part untouched. */
export function parseAddress(text: string): string | NotAMailbox {
  // An internationalised domain may be longer as it is written. Patterns over megabytes are work that nobody asked for.
  if (text.length > 2 * MAX_ADDRESS) return { mistake: tooLong(text) };
  const at = text.lastIndexOf('@');
  if (at < 1 || at === text.length - 1)
    return { mistake: `${quote(text)} is not an e-mail address; one such as "billing@contoso.com" is expected` };
  if (/[,;]|@.*@/.test(text))
    return { mistake: `${quote(text)} looks like several addresses; give them as an array, one address each` };
  const localPart = text.slice(0, at);
  const hidden = isAscii.test(text) ? undefined : unseen.exec(text)?.[0].codePointAt(0);
  if (hidden !== undefined)
    return { mistake: `${quote(text)} has the character U+${hexadecimal(hidden)}, which nobody can see; remove it` };
  if (!dotAtom.test(localPart))
    return { mistake: `${quote(text)} has characters before the "@" that an e-mail address cannot have` };
  if (hasMoreOctets(localPart, MAX_LOCAL_PART))
    return { mistake: `${quote(text)} has more than ${MAX_LOCAL_PART} octets before the "@"` };
  const domain = domainOf(text.slice(at + 1));
  if (domain === '' || !domain.split('.').every((part) => label.test(part)))
    return { mistake: `${quote(text)} has no valid domain after the "@"` };
  const address = `${localPart}@${domain}`;
  return hasMoreOctets(address, MAX_ADDRESS) ? { mistake: tooLong(text) } : address;
}

function hasMoreOctets(text: string, most: number): boolean {
  return text.length * MOST_OCTETS > most && octets.encode(text).length > most;
}

function tooLong(text: string): string {
  return `${quote(text)} is longer than ${MAX_ADDRESS} octets, which no e-mail address is`;
}

function hexadecimal(codePoint: number): string {
  return codePoint.toString(16).toUpperCase().padStart(4, '0');
}

function domainOf(text: string): string {
  if (!domainText.test(text)) return '';
  return isAscii.test(text) ? text.toLowerCase() : domainToASCII(text);
}

/** Whether two addresses are the same mailbox to Exchange Online, which ignores case in both parts. */
export function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** A quoted-string's content (RFC 5322 §3.2.4); any other text as it is. */
function unquote(text: string): string {
  return /^"(?:[^"\\]|\\.)*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text;
}
