/** Fields of the API that this version does not have yet: each is refused by its name, since a caller relies on it. */

import type { Mistake } from '../domain/mistake.ts';
import type { SendBody } from './schemas.ts';

/** Of a message. */
export const notYet = {
  auto_text: 'this version does not derive text from html yet; give text yourself or leave the field out',
  calendar: 'this version does not send invitations yet; attach the event as an .ics file instead',
} as const;

/** Of an attachment. */
export const notYetInAttachment = {
  part: 'this version does not read multipart/form-data yet; give the file as base64 in content',
} as const;

/** A mistake for each such field that is there. */
export function notYetBuilt(body: SendBody): Mistake[] {
  return [
    ...refusedIn(body, notYet, ''),
    ...(body.attachments ?? []).flatMap((each, index) => refusedIn(each, notYetInAttachment, `attachments[${index}].`)),
  ];
}

function refusedIn(given: object, fields: Readonly<Record<string, string>>, place: string): Mistake[] {
  return Object.entries(fields)
    .filter(([field]) => Object.hasOwn(given, field))
    .map(([field, message]) => ({ code: 'invalid-request', field: `${place}${field}`, message }));
}
