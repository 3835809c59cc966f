/** Header fields of the caller's own: none that the relay writes, none twice, none that a field of the API sets as well. */

import type { Message } from './message.ts';
import type { Mistake } from './mistake.ts';
import { quote } from './quote.ts';
import { controlCharacters, MAX_BLANKS, mistakesInText, refusedHeader } from './text-rules.ts';

/** Fields the relay writes itself, or that would change what the message is; each with the field of the API that sets it. */
const reservedHeaders: ReadonlyMap<string, string> = new Map(
  Object.entries({
    from: 'use the field "from"',
    sender: 'the relay submits as the mailbox itself',
    to: 'use the field "to"',
    cc: 'use the field "cc"',
    bcc: 'use the field "bcc"',
    'reply-to': 'use the field "reply_to"',
    subject: 'use the field "subject"',
    date: 'the relay writes it',
    'message-id': 'the relay writes it and returns it as "message_id"',
    'return-path': 'the receiving server writes it; for bounces use the field "return_path"',
    received: 'mail servers write it',
    'dkim-signature': 'Exchange Online signs the message',
    'mime-version': 'the relay writes it',
  }),
);

// RFC 5322 §3.6.8: printable US-ASCII except colon.
const fieldName = /^[\x21-\x39\x3b-\x7e]+$/;
// RFC 5322 §2.1.1: a line has at most 998 characters; a name that long leaves no room for a value.
const MAX_FIELD_NAME = 76;
// Exchange Online refuses large header blocks (552 5.3.4); neither one field nor all of them have any business being larger.
const MAX_FIELD_VALUE = 8_000;
const MAX_FIELDS = 200;
// Message ids are ASCII and never encoded (RFC 5322 §3.6.4); the same goes for the structured OTP-Token.
const asciiHeaders: ReadonlySet<string> = new Set(['in-reply-to', 'references', 'otp-token']);

/** The mistakes, in the order of the fields. */
export function mistakesInHeaders(message: Message): Mistake[] {
  const { headers } = message;
  if (headers.length > MAX_FIELDS) {
    return [refusedHeader('headers', `has ${headers.length} header fields; ${MAX_FIELDS} at most`)];
  }
  const set = setByFields(message);
  const seen = new Set<string>();
  return headers.flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    const mistakes = mistakesInHeader(name, value, set.get(lower), seen.has(lower));
    seen.add(lower);
    return mistakes;
  });
}

/** Header fields that this message has by a field of the API. */
function setByFields({ importance, inReplyTo, references }: Message): ReadonlyMap<string, string> {
  const byImportance = ['importance', 'x-priority', 'priority', 'x-msmail-priority'];
  return new Map([
    ...(importance === null ? [] : byImportance.map((name): [string, string] => [name, 'importance'])),
    ...(inReplyTo === null ? [] : [['in-reply-to', 'in_reply_to'] as const]),
    ...(references.length === 0 ? [] : [['references', 'references'] as const]),
  ]);
}

function mistakesInHeader(name: string, value: string, setBy: string | undefined, isRepeated: boolean): Mistake[] {
  const field = `headers.${name}`;
  if (name.length > MAX_FIELD_NAME || !fieldName.test(name)) {
    return /[\r\n]/.test(name)
      ? controlCharacters('headers', name)
      : [
          refusedHeader(
            'headers',
            `${quote(name)} is not a header name; letters, digits and "-" are expected, ${MAX_FIELD_NAME} at most`,
          ),
        ];
  }
  const lower = name.toLowerCase();
  const instead =
    reservedHeaders.get(lower) ?? (lower.startsWith('content-') ? 'the relay writes the MIME fields' : undefined);
  if (instead) return [refusedHeader(field, `${name} cannot be set as a header: ${instead}`)];
  if (setBy) return [refusedHeader(field, `is set by the field "${setBy}", too; use one of the two`)];
  if (isRepeated) return [refusedHeader(field, 'is given twice; upper and lower case are the same header')];
  if (value.length > MAX_FIELD_VALUE)
    return [refusedHeader(field, `has ${value.length} characters; ${MAX_FIELD_VALUE} at most`)];
  if (value.trim() === '') return [refusedHeader(field, 'has no value; leave the header out')];
  if (asciiHeaders.has(lower) && /[^\0-\x7f]/.test(value))
    return [refusedHeader(field, 'has letters outside ASCII, which this header cannot have')];
  if (manyBlanks.test(value)) return [refusedHeader(field, `has more than ${MAX_BLANKS} blanks in a row`)];
  return mistakesInText(field, value);
}

const manyBlanks = new RegExp(`[ \\t]{${MAX_BLANKS + 1}}`);
