/** The shape of a request, as JSON Schema; what the fields may hold is judged by the domain. */

import { type Static, Type } from 'typebox';
import { importances } from '../domain/message.ts';
import { priorities } from '../domain/submission.ts';
import { dsnOccasions } from '../domain/submission-request.ts';
import { notYet, notYetInAttachment } from './not-yet-built.ts';

const MailboxText = Type.String({
  description: 'An address, or a display name and an address in angle brackets',
  examples: ['Billing <billing@contoso.com>'],
});

const MailboxObject = Type.Object(
  {
    address: Type.String({ examples: ['billing@contoso.com'] }),
    name: Type.Optional(Type.String({ description: 'Display name, in any script' })),
  },
  { additionalProperties: false },
);

const MailboxInput = Type.Union([MailboxText, MailboxObject]);

const MailboxesInput = Type.Union([MailboxText, MailboxObject, Type.Array(MailboxInput)], {
  description: 'One mailbox, or an array of them',
});

/** Lets fields through to where they are refused with words of their own; here they would be taken for misspelt ones. */
function passed(fields: object) {
  return { patternProperties: { [`^(?:${Object.keys(fields).join('|')})$`]: {} } };
}

const AttachmentInput = Type.Object(
  {
    filename: Type.String({ minLength: 1 }),
    content: Type.Optional(Type.String({ description: 'Base64 (RFC 4648 §4); white space in it is ignored' })),
    content_type: Type.Optional(Type.String({ description: 'Media type; by the filename when absent' })),
    content_id: Type.Optional(
      Type.String({ minLength: 1, description: 'Shown in html where it says <img src="cid:…">' }),
    ),
    disposition: Type.Optional(
      Type.Enum(['attachment', 'inline'], { description: 'inline when there is a content_id, else attachment' }),
    ),
  },
  { additionalProperties: false, ...passed(notYetInAttachment) },
);

const DsnInput = Type.Object(
  {
    notify: Type.Optional(
      Type.Array(Type.Enum([...dsnOccasions]), { description: 'For every recipient; never stands alone' }),
    ),
    ret: Type.Optional(Type.Enum(['full', 'headers'], { description: 'What of the message comes back' })),
  },
  { additionalProperties: false, description: 'Delivery status notifications (RFC 3461)' },
);

const TagInput = Type.Object({ name: Type.String(), value: Type.String() }, { additionalProperties: false });

/** The body of `POST /send`. */
export const SendBody = Type.Object(
  {
    from: MailboxInput,
    to: Type.Optional(MailboxesInput),
    cc: Type.Optional(MailboxesInput),
    bcc: Type.Optional(MailboxesInput),
    reply_to: Type.Optional(MailboxesInput),
    subject: Type.Optional(Type.String()),
    text: Type.Optional(Type.String()),
    html: Type.Optional(Type.String()),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    attachments: Type.Optional(Type.Array(AttachmentInput)),
    importance: Type.Optional(Type.Enum([...importances], { description: 'As mail programs show it' })),
    in_reply_to: Type.Optional(
      Type.String({ description: 'Message-ID of the message this one answers', examples: ['<4711@contoso.com>'] }),
    ),
    references: Type.Optional(
      Type.Array(Type.String(), { description: 'Message-IDs of the thread, the oldest first; 200 at most' }),
    ),
    return_path: Type.Optional(
      Type.String({ description: 'Address for notifications of failure, instead of the address in from' }),
    ),
    dsn: Type.Optional(DsnInput),
    tags: Type.Optional(
      Type.Array(TagInput, { description: '20 at most; names and values of 256 printable characters' }),
    ),
    metadata: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: '50 entries at most; keys of 40 letters, digits, "_" and "-", values of 500 characters',
      }),
    ),
    mailbox: Type.Optional(Type.String({ description: 'The mailbox to submit as, when from alone does not decide' })),
    priority: Type.Optional(
      Type.Enum([...priorities], { description: 'Order among the messages that wait for the same mailbox' }),
    ),
    scheduled_at: Type.Optional(
      Type.String({
        description: 'Not before this time (ISO 8601 with an offset or Z); 30 days ahead at most',
        examples: ['2026-03-02T08:00:00+01:00'],
      }),
    ),
    expires_in: Type.Optional(
      Type.Integer({ description: 'Seconds, from scheduled_at if given, after which it is not submitted any more' }),
    ),
    retry: Type.Optional(
      Type.Boolean({
        description:
          'True, the default: what is not possible now is tried again until it expires. False: one attempt now, and nothing is kept.',
      }),
    ),
  },
  { additionalProperties: false, ...passed(notYet) },
);

export type SendBody = Static<typeof SendBody>;
export type MailboxInput = Static<typeof MailboxInput>;
export type MailboxesInput = Static<typeof MailboxesInput>;
export type AttachmentInput = Static<typeof AttachmentInput>;
