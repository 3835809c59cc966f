/** How a caller wants to be answered: the header Prefer (RFC 7240). What it prefers besides is passed over, as §2 asks; a wait that cannot be read is not. */

import { quote } from '../domain/quote.ts';

/** Seconds that a caller is kept waiting at most, and by default. */
export const LONGEST_WAIT = 30;

export interface Preferences {
  /** Milliseconds to wait for the outcome. */
  readonly wait: number;
  /** For Preference-Applied (RFC 7240 §3); null when there was nothing to apply. */
  readonly applied: string | null;
}

// RFC 7230 §3.2.6: a quoted-string may have commas and semicolons in it. One that does not end goes on to the end of the
// header: were it none, its end would be looked for again from each of its characters.
const element = /(?:[^",]|"(?:[^"\\]|\\.?)*(?:"|$))+/g;
const part = /^(?:[^";]|"(?:[^"\\]|\\.?)*(?:"|$))+/;
const WAIT = 'wait';
const ASYNC = 'respond-async';

/**
 * Reads the header.
 *
 * @param header as Node gives it, several lines joined by commas
 */
export function readPreferences(header: string | undefined): Preferences | { readonly mistake: string } {
  const preferences = preferencesIn(header ?? '');
  const wait = preferences.get(WAIT);
  const isAsync = preferences.get(ASYNC) === '';
  if (wait === undefined) {
    return { wait: isAsync ? 0 : LONGEST_WAIT * 1_000, applied: isAsync ? ASYNC : null };
  }
  if (!/^\d+$/.test(wait)) {
    return {
      mistake: `wait=${quote(wait)} is no whole number of seconds; wait=0 to wait=${LONGEST_WAIT} are possible`,
    };
  }
  // RFC 7240 §4.3: beside respond-async, wait says how long it may take before the answer is no longer awaited.
  const seconds = Math.min(Number(wait), LONGEST_WAIT);
  return { wait: seconds * 1_000, applied: `${isAsync ? `${ASYNC}, ` : ''}${WAIT}=${seconds}` };
}

/** By name in lower case; of those that are there twice the first counts (RFC 7240 §2), and what is no preference is left out. */
function preferencesIn(header: string): Map<string, string> {
  const found = new Map<string, string>();
  const isQuoting = header.includes('"');
  for (const text of isQuoting ? (header.match(element) ?? []) : header.split(',')) {
    // Behind the first semicolon are parameters, and neither preference has any.
    const [preference = ''] = isQuoting ? (part.exec(text) ?? []) : text.split(';', 1);
    const equals = preference.indexOf('=');
    const name = (equals < 0 ? preference : preference.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? '' : unquoted(preference.slice(equals + 1).trim());
    if (name !== '' && !found.has(name)) found.set(name, value);
  }
  return found;
}

/** RFC 7240 §2: a value may stand in quotes, and an empty one is none. */
function unquoted(value: string): string {
  return /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value;
}
