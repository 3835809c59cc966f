/** Reads what a caller asks for out of a request's body; whatever cannot be read is told by field, all of it at once. */

import { FailureError } from '../domain/failure.ts';
import { type Mailbox, mailbox, parseAddress, parseMailbox } from '../domain/mailbox.ts';
import type { Attachment } from '../domain/message.ts';
import { parseMessageId } from '../domain/message-id.ts';
import { type Mistake, refusalFor } from '../domain/mistake.ts';
import type { Instant } from '../domain/submission.ts';
import type { DsnRequest, SubmissionRequest } from '../domain/submission-request.ts';
import { readBase64 } from './base64.ts';
import { parseInstant } from './instant.ts';
import type { LargeContents } from './large-contents.ts';
import { notYetBuilt } from './not-yet-built.ts';
import type { AttachmentInput, MailboxesInput, MailboxInput, SendBody } from './schemas.ts';

/**
 * The submission that a body asks for.
 *
 * @param large contents of attachments that the body has stand-ins for
 * @throws FailureError `invalid-request`, `address-invalid`, `value-invalid` or `attachment-not-base64`, with every such mistake
 */
export function readSubmissionRequest(body: SendBody, large: LargeContents | null = null): SubmissionRequest {
  const reader = new Reader(notYetBuilt(body), large);
  const request: SubmissionRequest = {
    message: {
      from: reader.mailbox(body.from, 'from'),
      to: reader.mailboxes(body.to, 'to'),
      cc: reader.mailboxes(body.cc, 'cc'),
      bcc: reader.mailboxes(body.bcc, 'bcc'),
      replyTo: reader.mailboxes(body.reply_to, 'reply_to'),
      subject: body.subject ?? '',
      text: body.text ?? null,
      html: body.html ?? null,
      headers: Object.entries(body.headers ?? {}),
      importance: body.importance ?? null,
      inReplyTo: body.in_reply_to === undefined ? null : reader.messageId(body.in_reply_to, 'in_reply_to'),
      references: (body.references ?? []).map((id, index) => reader.messageId(id, `references[${index}]`)),
      attachments: (body.attachments ?? []).map((input, index) => reader.attachment(input, `attachments[${index}]`)),
    },
    mailbox: reader.address(body.mailbox, 'mailbox'),
    returnPath: reader.address(body.return_path, 'return_path'),
    dsn: dsnOf(body.dsn),
    tags: body.tags ?? [],
    metadata: body.metadata ?? {},
    priority: body.priority ?? 'normal',
    scheduledAt: body.scheduled_at === undefined ? null : reader.instant(body.scheduled_at, 'scheduled_at'),
    expiresIn: body.expires_in ?? null,
    retry: body.retry ?? true,
  };
  const refusal = refusalFor(reader.mistakes);
  if (refusal) throw new FailureError(refusal);
  return request;
}

/** Reads one field after the other and keeps what is wrong with them; what could not be read is replaced by something empty. */
class Reader {
  readonly mistakes: Mistake[];
  readonly #large: LargeContents | null;

  constructor(mistakes: readonly Mistake[], large: LargeContents | null) {
    this.mistakes = [...mistakes];
    this.#large = large;
  }

  mailbox(input: MailboxInput, field: string): Mailbox {
    const read = typeof input === 'string' ? parseMailbox(input) : mailbox(input.name ?? null, input.address);
    if (!('mistake' in read)) return read;
    const place = typeof input === 'string' ? field : `${field}.address`;
    this.mistakes.push({ code: 'address-invalid', field: place, message: read.mistake });
    return { name: null, address: '' };
  }

  mailboxes(input: MailboxesInput | undefined, field: string): Mailbox[] {
    if (input === undefined) return [];
    if (!Array.isArray(input)) return [this.mailbox(input, field)];
    return input.map((item, index) => this.mailbox(item, `${field}[${index}]`));
  }

  address(input: string | undefined, field: string): string | null {
    if (input === undefined) return null;
    const read = parseAddress(input.trim());
    if (typeof read === 'string') return read;
    this.mistakes.push({ code: 'address-invalid', field, message: read.mistake });
    return null;
  }

  messageId(input: string, field: string): string {
    const read = parseMessageId(input);
    if (typeof read === 'string') return read;
    this.mistakes.push({ code: 'value-invalid', field, message: read.mistake });
    return '';
  }

  instant(input: string, field: string): Instant | null {
    const read = parseInstant(input.trim());
    if (typeof read === 'number') return read;
    this.mistakes.push({ code: 'value-invalid', field, message: read.mistake });
    return null;
  }

  attachment(input: AttachmentInput, place: string): Attachment {
    const { filename, content_type, content_id, disposition } = input;
    return {
      filename,
      content: this.#content(input, `${place}.content`),
      contentType: content_type ?? null,
      contentId: content_id ?? null,
      disposition: disposition ?? (content_id === undefined ? 'attachment' : 'inline'),
    };
  }

  #content(input: AttachmentInput, field: string): Uint8Array {
    if (input.content === undefined) {
      if (!('part' in input)) this.mistakes.push({ code: 'invalid-request', field, message: 'is missing' });
      return new Uint8Array();
    }
    const read = readBase64(this.#large?.lettersFor(input.content) ?? input.content);
    if (!('mistake' in read)) return read.bytes;
    this.mistakes.push({ code: 'attachment-not-base64', field, message: read.mistake });
    return new Uint8Array();
  }
}

function dsnOf(dsn: SendBody['dsn']): DsnRequest | null {
  const { notify = [], ret = null } = dsn ?? {};
  return notify.length > 0 || ret !== null ? { notify, ret } : null;
}
