/** How long the other side asks to be left alone (RFC 9110 §10.2.3). */

/** Seconds; a longer wait is more likely a mistake than a wish, and would outlast every token. */
const LONGEST = 3600;

/**
 * Reads Retry-After, in seconds or as a date.
 *
 * @param now of the relay; a date is read against it
 * @returns whole seconds up to an hour, or null when the header says nothing
 */
export function secondsIn(header: string | null, now: Date): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text), LONGEST);
  const time = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) return null;
  return Math.min(Math.max(Math.ceil((time - now.getTime()) / 1000), 0), LONGEST);
}
