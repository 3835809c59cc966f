/** What an iCalendar part says of its first event, for people to read; it judges nothing. */

export interface CalendarEvent {
  readonly method: string | null;
  /** Name and value, as far as the event has them. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

const FACTS = [
  ['SUMMARY', 'Summary'],
  ['DTSTART', 'Start'],
  ['DTEND', 'End'],
  ['LOCATION', 'Location'],
  ['ORGANIZER', 'Organizer'],
  ['ATTENDEE', 'Attendee'],
  ['STATUS', 'Status'],
  ['UID', 'UID'],
] as const;

/** Reads content lines (RFC 5545 §3.1), unfolded. */
export function calendarEvent(text: string): CalendarEvent {
  const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const [, method = null] = /^METHOD:(.*)$/im.exec(lines.join('\n')) ?? [];
  const begin = lines.findIndex((line) => /^BEGIN:(?:VEVENT|VTODO|VJOURNAL)$/i.test(line));
  const end = lines.findIndex((line, index) => index > begin && /^END:(?:VEVENT|VTODO|VJOURNAL)$/i.test(line));
  const event = begin < 0 ? [] : lines.slice(begin + 1, end < 0 ? undefined : end);
  return {
    method: method?.trim() ?? null,
    facts: FACTS.flatMap(([property, name]) => {
      const values = event.flatMap((line) => propertyOf(line, property) ?? []);
      return values.length > 0 ? [[name, values.join(', ')] as const] : [];
    }),
  };
}

function propertyOf(line: string, property: string): string | null {
  const [, name, parameters = '', value = ''] = /^([\w-]+)((?:;[\w-]+=(?:"[^"]*"|[^":;]*))*):(.*)$/.exec(line) ?? [];
  if (name?.toUpperCase() !== property) return null;
  if (property === 'DTSTART' || property === 'DTEND') {
    const zone = /;TZID=([^;]+)/i.exec(parameters)?.[1]?.replaceAll('"', '');
    return [instant(value), zone].filter((each) => each !== undefined).join(' ');
  }
  return value.replace(/\\n/gi, ' ').replace(/\\([\\;,])/g, '$1');
}

/** `20261103T090000Z` → `2026-11-03 09:00 UTC` */
function instant(value: string): string {
  const [, year, month, day, hour, minute, zulu] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$/.exec(value.trim()) ?? [];
  if (year === undefined) return value;
  return `${year}-${month}-${day}${hour === undefined ? '' : ` ${hour}:${minute}`}${zulu ? ' UTC' : ''}`;
}
