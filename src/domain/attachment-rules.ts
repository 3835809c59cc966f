/** Rules for attached files: each keeps its name, its type and every byte, or the message is refused. */

import type { Attachment } from './message.ts';
import type { Mistake } from './mistake.ts';
import { quote } from './quote.ts';
import { controlCharacters } from './text-rules.ts';

// RFC 2046 §5 allows no encoding of message and multipart types, so an attachment's bytes would not stay as they are.
const mediaType =
  /^(?!message\/|multipart\/)[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(?:[ \t]*;[ \t]*[a-z0-9!#$&^_.+-]+=(?:[a-z0-9!#$&^_.+-]+|"[\x20\x21\x23-\x5b\x5d-\x7e]*"))*$/i;
const contentIdentifier = /^[\x21-\x3b\x3d\x3f-\x7e]+$/;
// File systems have no longer names either; longer ones, ids and types would not fit into a line of 998.
const MAX_ATTACHMENT_TEXT = 255;

/** @param index the place of the attachment among the others */
export function mistakesInAttachment(attachment: Attachment, index: number): Mistake[] {
  const at = `attachments[${index}]`;
  const { filename, contentType, contentId } = attachment;
  return [
    ...(filename.length > MAX_ATTACHMENT_TEXT
      ? [invalid(`${at}.filename`, `a file name has ${MAX_ATTACHMENT_TEXT} characters at most`)]
      : controlCharacters(`${at}.filename`, filename)),
    ...(contentType !== null && !isShortAnd(mediaType, contentType)
      ? [
          invalid(
            `${at}.content_type`,
            `${quote(contentType)} is not a media type a file can be attached as; use one such as "application/pdf", or leave it out`,
          ),
        ]
      : []),
    ...(contentId !== null && !isShortAnd(contentIdentifier, contentId)
      ? [
          invalid(
            `${at}.content_id`,
            `a content id has printable ASCII characters without spaces and angle brackets, such as "logo", ${MAX_ATTACHMENT_TEXT} at most`,
          ),
        ]
      : []),
  ];
}

/** The length first: a pattern over megabytes is work that nobody asked for. */
function isShortAnd(pattern: RegExp, text: string): boolean {
  return text.length <= MAX_ATTACHMENT_TEXT && pattern.test(text);
}

function invalid(field: string, message: string): Mistake {
  return { code: 'attachment-invalid', field, message };
}
