/** The same messages composed by nodemailer, against which our own composer is measured. */

import MailComposer from 'nodemailer/lib/mail-composer';
import { detectMimeType } from 'nodemailer/lib/mime-funcs';
import type { Mailbox } from '../../../src/domain/mailbox.ts';
import type { Attachment } from '../../../src/domain/message.ts';
import type { MessageComposer } from '../../../src/ports.ts';

/** MailComposer, told to keep every line and every byte. */
export const nodemailerComposer: MessageComposer = {
  async compose(message, identity) {
    const asWritten = new Map(message.headers.map(([name]) => [name.toLowerCase(), name]));
    const composer = new MailComposer({
      ...identity,
      from: addressOf(message.from),
      to: message.to.map(addressOf),
      cc: message.cc.map(addressOf),
      // Bcc belongs to the envelope alone.
      replyTo: message.replyTo.map(addressOf),
      subject: message.subject,
      ...(message.text && { text: bodyOf(message.text) }),
      ...(message.html && { html: bodyOf(message.html) }),
      headers: message.headers.map(([key, value]) => ({ key, value: isQuoted(value) ? asItIs(value) : value })),
      attachments: message.attachments.map(partOf),
      normalizeHeaderKey: (key) => asWritten.get(key.toLowerCase()) ?? key,
      newline: 'windows',
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return composer.compile().build();
  },
};

function addressOf({ name, address }: Mailbox): { name: string; address: string } {
  return { name: name ?? '', address };
}

/** ASCII with quotes, as in structured fields, which an encoded word would make unreadable to programs (RFC 2047 §5). */
function isQuoted(value: string): boolean {
  return /^[\t\x20-\x7e]*"[\t\x20-\x7e]*$/.test(value);
}

function asItIs(value: string) {
  return { prepared: true, foldLines: true, value };
}

function bodyOf(text: string) {
  // RFC 2045 §4: the canonical form of text has CRLF alone as its line break, before it is encoded.
  const content = text.replace(/\r\n?|\n/g, '\r\n');
  return { content, contentTransferEncoding: encodingOf(content) };
}

function partOf(attachment: Attachment) {
  const contentType = attachment.contentType ?? detectMimeType(attachment.filename);
  return {
    filename: attachment.filename,
    content: Buffer.from(attachment.content.buffer, attachment.content.byteOffset, attachment.content.byteLength),
    contentDisposition: attachment.disposition,
    // RFC 2046 §5: parts of these types cannot be encoded, so their bytes would not stay as they are.
    contentType: /^(?:message|multipart)\//i.test(contentType) ? 'application/octet-stream' : contentType,
    ...(attachment.contentId !== null && { cid: attachment.contentId }),
  };
}

/**
 * Quoted-printable keeps every line as it was, whatever its length, where 7bit would have to be re-flowed;
 * base64 is the shorter of the two for scripts other than Latin (RFC 2045 §6.7, §6.8).
 */
function encodingOf(text: string): 'quoted-printable' | 'base64' {
  const beyondAscii = Buffer.byteLength(text) - text.length;
  return beyondAscii > text.length / 10 ? 'base64' : 'quoted-printable';
}
