/** Reads a message out of a request's body; whatever cannot be read is told by field, all of it at once. */

import { FailureError, failure, inWords } from '../domain/failure.ts';
import { type Mailbox, mailbox, parseMailbox } from '../domain/mailbox.ts';
import type { Attachment, Message, Mistake } from '../domain/message.ts';
import type { AttachmentInput, MailboxesInput, MailboxInput, SendBody } from './schemas.ts';

/**
 * The message a body describes.
 *
 * @throws FailureError `address-invalid` or `attachment-not-base64`, with every such mistake
 */
export function readMessage(body: SendBody): Message {
  const mistakes: Mistake[] = [];
  const one = (input: MailboxInput, field: string): Mailbox => {
    const read = typeof input === 'string' ? parseMailbox(input) : mailbox(input.name ?? null, input.address);
    if (!('mistake' in read)) return read;
    const place = typeof input === 'string' ? field : `${field}.address`;
    mistakes.push({ code: 'address-invalid', field: place, message: read.mistake });
    return { name: null, address: '' };
  };
  const several = (input: MailboxesInput | undefined, field: string): Mailbox[] => {
    if (input === undefined) return [];
    return Array.isArray(input) ? input.map((item, index) => one(item, `${field}[${index}]`)) : [one(input, field)];
  };
  const attachment = (input: AttachmentInput, index: number): Attachment => {
    const content = decodeBase64(input.content);
    if ('mistake' in content) {
      const field = `attachments[${index}].content`;
      mistakes.push({ code: 'attachment-not-base64', field, message: content.mistake });
    }
    return {
      filename: input.filename,
      content: 'mistake' in content ? new Uint8Array() : content.bytes,
      contentType: input.content_type ?? null,
      contentId: input.content_id ?? null,
      disposition: input.disposition ?? (input.content_id === undefined ? 'attachment' : 'inline'),
    };
  };
  const message: Message = {
    from: one(body.from, 'from'),
    to: several(body.to, 'to'),
    cc: several(body.cc, 'cc'),
    bcc: several(body.bcc, 'bcc'),
    replyTo: several(body.reply_to, 'reply_to'),
    subject: body.subject ?? '',
    text: body.text ?? null,
    html: body.html ?? null,
    headers: Object.entries(body.headers ?? {}),
    attachments: (body.attachments ?? []).map(attachment),
    importance: null,
    inReplyTo: null,
    references: [],
  };
  const [first] = mistakes;
  if (first) {
    const errors = mistakes.map(({ field, message }) => ({ field, message }));
    throw new FailureError(failure(first.code, { detail: inWords(errors), errors }));
  }
  return message;
}

/** Base64 as RFC 4648 §4 has it, with padding; line breaks and blanks in it are common and harmless. */
function decodeBase64(text: string): { bytes: Uint8Array } | { mistake: string } {
  if (text.startsWith('data:')) return { mistake: 'is a data: URL; only the base64 after the comma is expected' };
  const foreign = /[^A-Za-z0-9+/=\s]/.exec(text);
  if (foreign) {
    return { mistake: `is not base64: character ${JSON.stringify(foreign[0])} at position ${foreign.index + 1}` };
  }
  const letters = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
  const padding = letters.indexOf('=');
  if (letters.length % 4 !== 0 || (padding !== -1 && !/^={1,2}$/.test(letters.slice(padding)))) {
    return { mistake: 'is not base64: it is cut off, or its "=" signs are not at the end' };
  }
  return { bytes: Buffer.from(letters, 'base64') };
}
