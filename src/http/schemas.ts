/** The shape of a request, as JSON Schema; what the fields may hold is judged by the domain. */

import { type Static, Type } from 'typebox';

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

const AttachmentInput = Type.Object(
  {
    filename: Type.String({ minLength: 1 }),
    content: Type.String({ description: 'Base64 (RFC 4648 §4); white space in it is ignored' }),
    content_type: Type.Optional(Type.String({ description: 'Media type; by the filename when absent' })),
    content_id: Type.Optional(
      Type.String({ minLength: 1, description: 'Shown in html where it says <img src="cid:…">' }),
    ),
    disposition: Type.Optional(
      Type.Enum(['attachment', 'inline'], { description: 'inline when there is a content_id, else attachment' }),
    ),
  },
  { additionalProperties: false },
);

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
    retry: Type.Optional(Type.Boolean({ description: 'Both values mean one attempt, for now' })),
  },
  { additionalProperties: false },
);

export type SendBody = Static<typeof SendBody>;
export type MailboxInput = Static<typeof MailboxInput>;
export type MailboxesInput = Static<typeof MailboxesInput>;
export type AttachmentInput = Static<typeof AttachmentInput>;
