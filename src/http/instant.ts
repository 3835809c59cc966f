/** Reads points in time as callers write them: a date, a time and an offset from UTC. Without an offset nobody knows which one is meant, so nobody guesses. */

import { quote } from '../domain/quote.ts';
import type { Instant } from '../domain/submission.ts';

// ISO 8601 as RFC 3339 §5.6 profiles it; seconds and the colon of the offset may be missing.
const written = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?:Z|([+-]\d\d):?(\d\d))$/i;

/** The instant that a text names; the mistake when it names none. */
export function parseInstant(text: string): Instant | { readonly mistake: string } {
  const [, date = '', time = '', hours, minutes] = written.exec(text) ?? [];
  const instant = Date.parse(`${date}T${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
  return Number.isNaN(instant) || !exists(date) ? { mistake: `${quote(text)} ${expected}` } : instant;
}

const expected =
  'is no date and time with its offset from UTC; one such as "2026-03-02T08:00:00+01:00" or "2026-03-02T07:00:00Z" is expected';

/** Date.parse takes 30 February for 2 March. */
function exists(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}
