/** Message content as bytes: where it ends on the wire, and its header fields. Only CRLF is a line end; a bare LF is content (RFC 5321 §2.3.8). */

const CRLF = Buffer.from('\r\n');
const EMPTY_LINE = Buffer.from('\r\n\r\n');
const STUFFED_DOT = Buffer.from('\r\n.');

/** CRLF, dot, CRLF: the end of data (RFC 5321 §4.1.1.4). */
export const END_OF_DATA = Buffer.from('\r\n.\r\n');

/** Takes away the dot that a client puts before each line that begins with one (RFC 5321 §4.5.2). */
export function withoutStuffedDots(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  let start = data[0] === 0x2e ? 1 : 0;
  for (let at = data.indexOf(STUFFED_DOT); at >= 0; at = data.indexOf(STUFFED_DOT, at + CRLF.length)) {
    parts.push(data.subarray(start, at + CRLF.length));
    start = at + STUFFED_DOT.length;
  }
  if (parts.length === 0) return data.subarray(start);
  return Buffer.concat([...parts, data.subarray(start)]);
}

/** The header section, with the empty line behind it; the whole content when it has no body. */
export function headerSection(content: Buffer): Buffer {
  if (content.subarray(0, CRLF.length).equals(CRLF)) return content.subarray(0, CRLF.length);
  const end = content.indexOf(EMPTY_LINE);
  return end < 0 ? content : content.subarray(0, end + EMPTY_LINE.length);
}

/**
 * All values of a header field, unfolded (RFC 5322 §2.2.3).
 *
 * @param name in any case; letters and hyphens
 */
export function headerValues(content: Buffer, name: string): string[] {
  const unfolded = headerSection(content)
    .toString('utf8')
    .replace(/\r\n(?=[ \t])/g, '');
  const field = new RegExp(`^${name}[ \\t]*:(.*)$`, 'gim');
  return [...unfolded.matchAll(field)].map((match) => (match[1] ?? '').trim());
}
