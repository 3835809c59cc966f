/** The body of a message as MIME parts (RFC 2045, 2046): text and html, the images that html shows, and files. */

import { hash } from 'node:crypto';
import type { Attachment, Message } from '../../domain/message.ts';
import { fileFields } from './file-fields.ts';
import { folded } from './header-fields.ts';
import { quotedPrintable } from './quoted-printable.ts';

/** Bytes to be encoded in lines when they are written. */
export interface Encoded {
  readonly base64: Buffer;
}

/** What a message is written of, in order. */
export type Piece = string | Uint8Array | Encoded;

/** A part: its MIME fields and its body, or the parts it consists of. */
interface Part {
  readonly fields: string;
  readonly body: readonly Piece[];
}

/**
 * The MIME fields, the empty line and the body.
 *
 * @param messageId makes the boundaries unique, so that a message can be forwarded within another one
 */
export function messageBody(message: Message, messageId: string): Piece[] {
  const { fields, body } = wholeOf(message, boundariesFor(messageId));
  return [`MIME-Version: 1.0\r\n${fields}\r\n`, ...body];
}

/** The next boundary; they are told apart by their first letters. */
type Boundaries = (kind: 'mixed' | 'alternative' | 'related') => string;

/**
 * RFC 2045 §6.7: "=_" can occur neither in quoted-printable nor in base64, and no part is encoded in another way,
 * so whatever a part holds, it never ends it.
 */
function boundariesFor(messageId: string): Boundaries {
  let unique = '';
  return (kind) => {
    unique ||= hash('sha256', messageId, 'hex').slice(0, 24);
    return `=_${kind}_${unique}`;
  };
}

function wholeOf(message: Message, boundary: Boundaries): Part {
  const shown = message.html ? message.attachments.filter(({ contentId }) => contentId !== null) : [];
  const files = message.html ? message.attachments.filter(({ contentId }) => contentId === null) : message.attachments;
  const text = message.text ? textPart('plain', message.text) : null;
  const html = message.html ? related(textPart('html', message.html), shown, boundary) : null;
  const words = text && html ? multipart('alternative', [text, html], boundary) : (html ?? text);
  const parts = [...(words ? [words] : []), ...files.map(filePart)];
  if (parts.length > 1) return multipart('mixed', parts, boundary);
  return parts[0] ?? textPart('plain', '');
}

/** RFC 2387: the html first, then what it shows. */
function related(html: Part, shown: readonly Attachment[], boundary: Boundaries): Part {
  return shown.length === 0 ? html : multipart('related', [html, ...shown.map(filePart)], boundary);
}

function multipart(kind: 'mixed' | 'alternative' | 'related', parts: readonly Part[], boundary: Boundaries): Part {
  const line = boundary(kind);
  const type = kind === 'related' ? ' type="text/html";' : '';
  return {
    fields: folded(`Content-Type: multipart/${kind};${type} boundary="${line}"`),
    body: [
      ...parts.flatMap(({ fields, body }, index) => [
        `${index === 0 ? '' : '\r\n'}--${line}\r\n${fields}\r\n`,
        ...body,
      ]),
      `\r\n--${line}--\r\n`,
    ],
  };
}

/**
 * Quoted-printable keeps every line as it was, where 7bit would have to be re-flowed;
 * base64 is the shorter of the two for scripts other than Latin (RFC 2045 §6.7, §6.8).
 */
function textPart(subtype: 'plain' | 'html', text: string): Part {
  const beyondAscii = Buffer.byteLength(text) - text.length;
  const inBase64 = beyondAscii > text.length / 10;
  const encoding = inBase64 ? 'base64' : 'quoted-printable';
  return {
    fields: `Content-Type: text/${subtype}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n`,
    body: [inBase64 ? { base64: Buffer.from(text.replace(/\r\n?|\n/g, '\r\n')) } : quotedPrintable(text)],
  };
}

function filePart(attachment: Attachment): Part {
  const { buffer, byteOffset, byteLength } = attachment.content;
  return { fields: fileFields(attachment), body: [{ base64: Buffer.from(buffer, byteOffset, byteLength) }] };
}
