/** Reads instants as ISO 8601 writes them, and YAML, which takes a blank for the "T"; a date is its first moment in UTC. */

import { type Mistake, quote } from '../readers.ts';

const form =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[Tt ](?<time>\d\d:\d\d)(?<seconds>:\d\d(?:\.\d{1,9})?)?\s?(?<zone>[Zz]|[+-]\d\d:?\d\d)?)?$/;

export function readInstant(text: string): Date | Mistake {
  const { date, time, seconds = ':00', zone } = form.exec(text)?.groups ?? {};
  if (date === undefined) {
    return { mistake: `${quote(text)} is not a date; one such as "2027-03-31" or "2027-03-31T22:00:00Z" is expected` };
  }
  if (time !== undefined && zone === undefined) {
    return { mistake: `${quote(text)} has no time zone; write "Z" behind it for UTC, or one such as "+01:00"` };
  }
  const offset = zone?.toUpperCase().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2') ?? 'Z';
  const instant = new Date(`${date}T${time ?? '00:00'}${seconds}${offset}`);
  // A thirtieth of February would be read as a day in March.
  const isOfCalendar = !Number.isNaN(instant.getTime()) && new Date(`${date}T00:00Z`).toJSON()?.startsWith(date);
  return isOfCalendar ? instant : { mistake: `${quote(text)} is not in the calendar, or no time of day` };
}
