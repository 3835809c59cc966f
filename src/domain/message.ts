/** The message a caller asks to submit (RFC 5322 content), and the rules it must meet before it is composed; what cannot be honoured is refused by name. */

import type { FailureCode } from './catalogue/catalogue.ts';
import type { FieldError } from './failure.ts';
import type { Mailbox } from './mailbox.ts';

export interface Attachment {
  readonly filename: string;
  readonly content: Uint8Array;
  /** Media type; null leaves it to the filename. */
  readonly contentType: string | null;
  /** Content-ID without angle brackets, for `cid:` links in html. */
  readonly contentId: string | null;
  readonly disposition: 'attachment' | 'inline';
}

export interface Message {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  /** Header fields of the caller's own, in the order given. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly attachments: readonly Attachment[];
  /** Null leaves the header fields out. */
  readonly importance: Importance | null;
  /** Message-ID of the message this one answers, with angle brackets (RFC 5322 §3.6.4). */
  readonly inReplyTo: string | null;
  /** Message-IDs of the thread, the oldest first, with angle brackets. */
  readonly references: readonly string[];
}

export const importances = ['low', 'normal', 'high'] as const;
export type Importance = (typeof importances)[number];

/** A mistake in a message, with the failure it amounts to. */
export interface Mistake extends FieldError {
  readonly code: FailureCode;
}

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
    'return-path': 'the receiving server writes it',
    received: 'mail servers write it',
    'dkim-signature': 'Exchange Online signs the message',
    'mime-version': 'the relay writes it',
  }),
);

// RFC 5322 §3.6.8: printable US-ASCII except colon.
const fieldName = /^[\x21-\x39\x3b-\x7e]+$/;
// RFC 5322 §2.1.1: a line has at most 998 characters; a name that long leaves no room for a value.
const MAX_FIELD_NAME = 76;
// A line is folded at white space only, so a word shares its line with the field's name at most.
const MAX_WORD = 900;
const unbreakable = new RegExp(`[\\x21-\\x7e]{${MAX_WORD + 1}}`);
// Exchange Online refuses large header blocks (552 5.3.4); one field has no business being larger than this.
const MAX_FIELD_VALUE = 8_000;
// RFC 2046 §5 allows no encoding of message and multipart types, so an attachment's bytes would not stay as they are.
const mediaType =
  /^(?!message\/|multipart\/)[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(?:[ \t]*;[ \t]*[a-z0-9!#$&^_.+-]+=(?:[a-z0-9!#$&^_.+-]+|"[\x20\x21\x23-\x5b\x5d-\x7e]*"))*$/i;
const contentId = /^[\x21-\x3b\x3d\x3f-\x7e]+$/;
// File systems have no longer names either; longer ones, ids and types would not fit into a line of 998.
const MAX_ATTACHMENT_TEXT = 255;
// Message ids are ASCII and never encoded (RFC 5322 §3.6.4); the same goes for the structured OTP-Token.
const asciiHeaders: ReadonlySet<string> = new Set(['in-reply-to', 'references', 'otp-token']);

/**
 * Finds everything in a message that would not reach the recipient as it was meant.
 *
 * @returns the mistakes, in the order of the fields; none when the message can be composed
 */
export function mistakesIn(message: Message): Mistake[] {
  return [
    ...(message.to.length + message.cc.length + message.bcc.length === 0 ? [noRecipient] : []),
    ...(message.text || message.html || message.attachments.length > 0 ? [] : [noContent]),
    // A name is written in quotes, where `"` and `\\` take two characters.
    ...namesOf(message).flatMap(([field, name]) => mistakesInText(field, name, name.replace(/["\\]/g, '\\$&'))),
    ...mistakesInText('subject', message.subject),
    ...mistakesInBody('text', message.text ?? ''),
    ...mistakesInBody('html', message.html ?? ''),
    ...message.headers.flatMap(([name, value], index) =>
      mistakesInHeader(name, value, message.headers.slice(0, index)),
    ),
    ...message.attachments.flatMap(mistakesInAttachment),
  ];
}

const noRecipient: Mistake = {
  code: 'no-recipient',
  field: 'to',
  message: 'the message has no recipient; put at least one address in "to", "cc" or "bcc"',
};

const noContent: Mistake = {
  code: 'no-content',
  field: 'text',
  message: 'the message is empty; give text, html or an attachment',
};

function namesOf(message: Message): [field: string, name: string][] {
  const lists = { to: message.to, cc: message.cc, bcc: message.bcc, reply_to: message.replyTo };
  return [
    ['from', message.from.name ?? ''],
    ...Object.entries(lists).flatMap(([list, mailboxes]) =>
      mailboxes.map(({ name }, index): [string, string] => [`${list}[${index}]`, name ?? '']),
    ),
  ];
}

function mistakesInHeader(name: string, value: string, before: Message['headers']): Mistake[] {
  const field = `headers.${name}`;
  if (!fieldName.test(name) || name.length > MAX_FIELD_NAME) {
    return /[\r\n]/.test(name)
      ? controlCharacters('headers', name)
      : [
          refusedHeader(
            'headers',
            `${JSON.stringify(name)} is not a header name; letters, digits and "-" are expected, ${MAX_FIELD_NAME} at most`,
          ),
        ];
  }
  const lower = name.toLowerCase();
  const instead =
    reservedHeaders.get(lower) ?? (lower.startsWith('content-') ? 'the relay writes the MIME fields' : undefined);
  if (instead) return [refusedHeader(field, `${name} cannot be set as a header: ${instead}`)];
  if (before.some(([other]) => other.toLowerCase() === lower))
    return [refusedHeader(field, 'is given twice; upper and lower case are the same header')];
  if (value.trim() === '') return [refusedHeader(field, 'has no value; leave the header out')];
  if (value.length > MAX_FIELD_VALUE)
    return [refusedHeader(field, `has ${value.length} characters; ${MAX_FIELD_VALUE} at most`)];
  if (asciiHeaders.has(lower) && /[^\0-\x7f]/.test(value))
    return [refusedHeader(field, 'has letters outside ASCII, which this header cannot have')];
  return mistakesInText(field, value);
}

function mistakesInAttachment(attachment: Attachment, index: number): Mistake[] {
  const at = `attachments[${index}]`;
  const { contentType, contentId: id } = attachment;
  return [
    ...controlCharacters(`${at}.filename`, attachment.filename),
    ...(attachment.filename.length > MAX_ATTACHMENT_TEXT
      ? [invalidAttachment(`${at}.filename`, `a file name has ${MAX_ATTACHMENT_TEXT} characters at most`)]
      : []),
    ...(contentType !== null && !(mediaType.test(contentType) && contentType.length <= MAX_ATTACHMENT_TEXT)
      ? [
          invalidAttachment(
            `${at}.content_type`,
            `${JSON.stringify(contentType)} is not a media type a file can be attached as; use one such as "application/pdf", or leave it out`,
          ),
        ]
      : []),
    ...(id !== null && !(contentId.test(id) && id.length <= MAX_ATTACHMENT_TEXT)
      ? [
          invalidAttachment(
            `${at}.content_id`,
            `a content id has printable ASCII characters without spaces and angle brackets, such as "logo", ${MAX_ATTACHMENT_TEXT} at most`,
          ),
        ]
      : []),
  ];
}

/** What goes into a header field as text: it must neither end the field nor be too long to be folded (RFC 5322 §2.2.3). */
function mistakesInText(field: string, value: string, asWritten: string = value): Mistake[] {
  const injected = controlCharacters(field, value);
  if (injected.length > 0 || !unbreakable.test(asWritten)) return injected;
  return [refusedHeader(field, `has a word of more than ${MAX_WORD} characters, which no line of a message holds`)];
}

/** A body may hold anything that can be encoded; half of a surrogate pair cannot, and would arrive as another character. */
function mistakesInBody(field: string, value: string): Mistake[] {
  if (value.isWellFormed()) return [];
  const position = (/\p{Cs}/u.exec(value)?.index ?? 0) + 1;
  return [{ code: 'control-characters', field, message: `has half of a character at position ${position}; remove it` }];
}

/**
 * Whoever can put a line break into a header field can add recipients and forge content; other control characters
 * have no place in one either (RFC 5322 §2.2).
 */
function controlCharacters(field: string, value: string): Mistake[] {
  if (/[\r\n]/.test(value)) {
    return [
      { code: 'header-injection', field, message: 'has a line break, which would start a new header field; remove it' },
    ];
  }
  return unreadableCharacters(field, value);
}

/** Control characters, and halves of surrogate pairs, which no encoding carries. */
function unreadableCharacters(field: string, value: string): Mistake[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const found = /[\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f\u2028\u2029\p{Cs}]/u.exec(value);
  if (!found) return [];
  const codePoint = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return [
    {
      code: 'control-characters',
      field,
      message: `has the character U+${codePoint} at position ${found.index + 1}, which no message can hold; remove it`,
    },
  ];
}

function refusedHeader(field: string, message: string): Mistake {
  return { code: 'header-not-allowed', field, message };
}

function invalidAttachment(field: string, message: string): Mistake {
  return { code: 'attachment-invalid', field, message };
}
