/** Mailboxes (RFC 5322 §3.4): a display name and an addr-spec, read from what a caller wrote and never passed on unread. */

import { domainToASCII } from 'node:url';

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

// RFC 5322 §3.2.3 dot-atom; RFC 5321 §4.5.3.1: local part 64 octets, path 256 with its angle brackets.
const dotAtom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
// domainToASCII reads as URLs are read: it passes over line breaks, and over all from "/", "?" or "#" on.
const domainText = /^[A-Za-z0-9.\u0080-\u{10ffff}-]*$/u;
// Control, format and separator characters, which can turn what a terminal shows into something else.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const MAX_LOCAL_PART = 64;
const MAX_ADDRESS = 254;

/**
 * Reads `Name <a@b>` or `a@b`, as in a From or To header, for one mailbox.
 * A display name may be quoted or not; commas in it are fine, a second address is not.
 */
export function parseMailbox(text: string): Mailbox | NotAMailbox {
  const trimmed = text.trim();
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
  const at = text.lastIndexOf('@');
  if (at < 1 || at === text.length - 1)
    return { mistake: `${quote(text)} is not an e-mail address; one such as "billing@contoso.com" is expected` };
  if (/[,;]|@.*@/.test(text))
    return { mistake: `${quote(text)} looks like several addresses; give them as an array, one address each` };
  const localPart = text.slice(0, at);
  if (/[^\0-\x7f]/.test(localPart))
    return { mistake: `${quote(text)} has letters outside ASCII before the "@", which this relay cannot submit yet` };
  if (!dotAtom.test(localPart))
    return { mistake: `${quote(text)} has characters before the "@" that an e-mail address cannot have` };
  if (localPart.length > MAX_LOCAL_PART)
    return { mistake: `${quote(text)} has more than ${MAX_LOCAL_PART} characters before the "@"` };
  const domain = domainOf(text.slice(at + 1));
  if (domain === '' || !domain.split('.').every((part) => label.test(part)))
    return { mistake: `${quote(text)} has no valid domain after the "@"` };
  const address = `${localPart}@${domain}`;
  if (address.length > MAX_ADDRESS) return { mistake: `${quote(text)} is longer than ${MAX_ADDRESS} characters` };
  return address;
}

function domainOf(text: string): string {
  if (!domainText.test(text)) return '';
  return /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : domainToASCII(text);
}

/** Whether two addresses are the same mailbox to Exchange Online, which ignores case in both parts. */
export function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** A caller's text for a message: shortened, and harmless in a terminal or a log. */
function quote(text: string): string {
  const short = JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
  return short.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A quoted-string's content (RFC 5322 §3.2.4); any other text as it is. */
function unquote(text: string): string {
  return /^"(?:[^"\\]|\\.)*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text;
}
