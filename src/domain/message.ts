/** The message a caller asks to submit (RFC 5322 content), and the rules it must meet before it is composed; what cannot be honoured is refused by name. */

import { mistakesInAttachment } from './attachment-rules.ts';
import type { Mailbox } from './mailbox.ts';
import type { Mistake } from './mistake.ts';
import { mistakesInHeaders } from './own-headers.ts';
import { mistakesInBody, mistakesInText, refusedHeader } from './text-rules.ts';

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

/** A header that lists more would be refused for its size (552 5.3.4). */
const MAX_LISTED = 2_000;

/**
 * Finds everything in a message that would not reach the recipient as it was meant, in time that grows with its length alone.
 *
 * @returns the mistakes, in the order of the fields; none when the message can be composed
 */
export function mistakesIn(message: Message): Mistake[] {
  const { to, cc, bcc, text, html, attachments } = message;
  return [
    ...(to.length + cc.length + bcc.length === 0 ? [noRecipient] : []),
    ...(text || html || attachments.length > 0 ? [] : [noContent]),
    ...mistakesInMailboxes(message),
    ...mistakesInText('subject', message.subject),
    ...mistakesInBody('text', text ?? ''),
    ...mistakesInBody('html', html ?? ''),
    ...mistakesInHeaders(message),
    ...attachments.flatMap(mistakesInAttachment),
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

function mistakesInMailboxes(message: Message): Mistake[] {
  const lists = { to: message.to, cc: message.cc, bcc: message.bcc, reply_to: message.replyTo };
  return [
    ...mistakesInName('from', message.from),
    ...Object.entries(lists).flatMap(([list, mailboxes]) =>
      mailboxes.length > MAX_LISTED
        ? [refusedHeader(list, `lists ${mailboxes.length} mailboxes, repeated ones included; ${MAX_LISTED} at most`)]
        : mailboxes.flatMap((mailbox, index) => mistakesInName(`${list}[${index}]`, mailbox)),
    ),
  ];
}

/** A name is written in quotes, where `"` and `\\` take two characters. */
function mistakesInName(field: string, { name }: Mailbox): Mistake[] {
  return name === null ? [] : mistakesInText(field, name, (written) => written.replace(/["\\]/g, '\\$&'));
}
