/** Header fields of a message (RFC 5322 §2.2, §3.6): what stands in them is ASCII, whatever was given, and every line can be carried. */

import type { Mailbox } from '../../domain/mailbox.ts';
import type { Importance, Message } from '../../domain/message.ts';
import { encodedWords } from './encoded-words.ts';

/** RFC 2047 §2 of a line with encoded words; RFC 5322 §2.1.1 recommends no more than 78. */
const MAX_LINE = 76;

// Blanks at either end and in long runs do not survive folding, and "=?" would be read as the beginning of an encoded word.
const readsAsWritten = /^(?! )(?!.*(?:=\?| {20}| $))[\x20-\x7e]*$/;
const atoms = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+)*$/;

/**
 * The fields above the MIME fields, each with its CRLF.
 * Bcc is none of them: it belongs to the envelope alone.
 */
export function messageFields(
  message: Message,
  { messageId, date }: { readonly messageId: string; readonly date: Date },
): string {
  const { to, cc, replyTo, subject, inReplyTo, references, importance, headers } = message;
  let fields = `From: ${mailboxes([message.from])}`;
  fields = folded(fields) + listField('To', to) + listField('Cc', cc) + listField('Reply-To', replyTo);
  if (subject !== '') fields += folded(`Subject: ${unstructured(subject)}`);
  fields += `Date: ${date.toUTCString().replace('GMT', '+0000')}\r\nMessage-ID: ${messageId}\r\n`;
  if (inReplyTo !== null) fields += folded(`In-Reply-To: ${inReplyTo}`);
  if (references.length > 0) fields += folded(`References: ${references.join(' ')}`);
  if (importance !== null) fields += importanceFields[importance];
  for (const [name, value] of headers) fields += folded(`${name}: ${ownValue(value)}`);
  return fields;
}

/**
 * Folds a field before the white space between its words (RFC 5322 §2.2.3) and ends it.
 * Only a word longer than a line makes a longer line.
 */
export function folded(field: string): string {
  if (field.length <= MAX_LINE) return `${field}\r\n`;
  let lines = '';
  let start = 0;
  let lastBlank = 0;
  const breakBefore = (end: number): void => {
    if (end - start <= MAX_LINE || lastBlank <= start) return;
    lines += `${field.slice(start, lastBlank)}\r\n`;
    start = lastBlank;
  };
  const blanks = /[ \t]+/g;
  // A line with the name alone would read as an empty field to some.
  blanks.lastIndex = field.indexOf(':') + 2;
  for (let run = blanks.exec(field); run !== null; run = blanks.exec(field)) {
    breakBefore(run.index);
    lastBlank = run.index;
  }
  breakBefore(field.length);
  return `${lines}${field.slice(start)}\r\n`;
}

/** A text as readers show it: as it is where that is safe, else encoded as a whole. */
export function unstructured(text: string): string {
  return readsAsWritten.test(text) ? text : encodedWords(text);
}

/** As Outlook and Exchange read it (MS-OXCMAIL §2.1.3.2.4), and what others look at (RFC 2156 §5.3.6). */
const importanceFields: Readonly<Record<Importance, string>> = {
  low: 'Importance: low\r\nX-Priority: 5\r\nPriority: non-urgent\r\n',
  normal: 'Importance: normal\r\nX-Priority: 3\r\nPriority: normal\r\n',
  high: 'Importance: high\r\nX-Priority: 1\r\nPriority: urgent\r\n',
};

function listField(name: string, list: readonly Mailbox[]): string {
  return list.length > 0 ? folded(`${name}: ${mailboxes(list)}`) : '';
}

function mailboxes(list: readonly Mailbox[]): string {
  return list
    .map(({ name, address }) => (name === null || name === '' ? address : `${phrase(name)} <${address}>`))
    .join(', ');
}

/** A display name (RFC 5322 §3.2.5). */
function phrase(name: string): string {
  if (atoms.test(name)) return name;
  return readsAsWritten.test(name) ? quoted(name) : encodedWords(name);
}

/** A quoted-string (RFC 5322 §3.2.4). */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Fields of the caller's own may be structured, which an encoded word would make unreadable to programs (RFC 2047 §5). */
function ownValue(value: string): string {
  const trimmed = value.trim();
  return /^[\t\x20-\x7e]*$/.test(trimmed) ? trimmed : encodedWords(trimmed);
}
