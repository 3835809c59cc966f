/** MIME fields of an attached file (RFC 2183, 2231, 2392): its name arrives in any script, in Outlook too. */

import { buildHeaderValue, detectMimeType, parseHeaderValue } from 'nodemailer/lib/mime-funcs';
import type { Attachment } from '../../domain/message.ts';
import { folded, quoted, unstructured } from './header-fields.ts';

// RFC 2045 §5.1 token, short enough for a line.
const plainName = /^[A-Za-z0-9_.-]{1,50}$/;

/** The fields, each with its CRLF. */
export function fileFields({ filename, contentType, contentId, disposition }: Attachment): string {
  const isPlain = plainName.test(filename) && !filename.startsWith('-');
  // The name stands here as well for readers that know no RFC 2231: Outlook for many years was one.
  const name = isPlain ? filename : quoted(unstructured(filename));
  const type = folded(`Content-Type: ${typeOf(filename, contentType)}; name=${name}`);
  const id = contentId === null ? '' : `Content-ID: <${contentId}>\r\n`;
  const shown = isPlain
    ? `${disposition}; filename=${filename}`
    : buildHeaderValue({ value: disposition, params: { filename } });
  return `${type}Content-Transfer-Encoding: base64\r\n${id}${folded(`Content-Disposition: ${shown}`)}`;
}

function typeOf(filename: string, contentType: string | null): string {
  const type = contentType ?? detectMimeType(filename);
  // RFC 2046 §5: parts of these types cannot be encoded, so their bytes would not stay as they are.
  if (/^(?:message|multipart)\//i.test(type)) return 'application/octet-stream';
  return /;\s*name\*?/i.test(type) ? withoutName(type) : type;
}

/** A second name beside the file's would leave it to the reader which one it shows. */
function withoutName(type: string): string {
  const { value, params } = parseHeaderValue(type);
  const others = Object.entries(params).filter(([name]) => !/^name(?:\*|$)/i.test(name));
  return buildHeaderValue({ value, params: Object.fromEntries(others) });
}
