/** Sender patterns: an address, `*@domain` for every address of a domain, or `*` for every address; the closer one wins. */

import { type NotAMailbox, parseAddress } from './mailbox.ts';

/** In lower case, its domain in A-labels: `billing@contoso.com`, `*@contoso.com` or `*`. */
export type SenderPattern = string;

const ANYBODY = '*';
const EVERY_LOCAL_PART = '*@';

/** Reads a pattern as somebody wrote it. */
export function parseSenderPattern(text: string): SenderPattern | NotAMailbox {
  const trimmed = text.trim();
  if (trimmed === ANYBODY) return ANYBODY;
  const everyOf = trimmed.startsWith(EVERY_LOCAL_PART);
  // Any local part stands in for the asterisk, so that the domain is read as that of an address.
  const read = parseAddress(everyOf ? `a${trimmed.slice(1)}` : trimmed);
  if (typeof read !== 'string') {
    return { mistake: `${JSON.stringify(trimmed)} is none of an address, "*@" and a domain, or "*"` };
  }
  if (everyOf) return `*${read.slice(1).toLowerCase()}`;
  if (read.includes('*')) {
    return { mistake: `${JSON.stringify(trimmed)} has "*" within a name; only "*@contoso.com" and "*" are patterns` };
  }
  return read.toLowerCase();
}

/** The patterns that match an address, the closest one first. */
export function patternsFor(
  address: string,
): readonly [exact: SenderPattern, domain: SenderPattern, any: SenderPattern] {
  const exact = address.toLowerCase();
  return [exact, `*${exact.slice(exact.lastIndexOf('@'))}`, ANYBODY];
}

/** Whether one of the patterns matches the address. */
export function matchesAny(patterns: readonly SenderPattern[], address: string): boolean {
  return patternsFor(address).some((pattern) => patterns.includes(pattern));
}

/** Whether every address that the narrower pattern matches is matched by the wider one, too. */
export function covers(wider: SenderPattern, narrower: SenderPattern): boolean {
  if (wider === ANYBODY || wider === narrower) return true;
  return wider.startsWith(EVERY_LOCAL_PART) && narrower.endsWith(wider.slice(1));
}
