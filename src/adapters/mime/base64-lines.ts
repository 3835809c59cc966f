/** Base64 in lines of 76 characters (RFC 2045 §6.8), written straight to where it belongs. */

const OCTETS_OF_LINE = 57;
const LINE = 76;
const CR = 0x0d;
const LF = 0x0a;
/** So much at once stays in the processor's cache. */
const BLOCK = OCTETS_OF_LINE * 512;

/** Characters of the lines for so many octets, the line breaks between them included. */
export function base64Length(octets: number): number {
  return Math.ceil(octets / 3) * 4 + 2 * Math.max(0, Math.ceil(octets / OCTETS_OF_LINE) - 1);
}

/**
 * Writes the lines; the last one has no line break.
 *
 * @param to has room for `base64Length` characters from `position` on
 */
export function writeBase64(content: Buffer, to: Buffer, position: number): void {
  let end = position;
  for (let from = 0; from < content.length; from += BLOCK) {
    const letters = content.toString('base64', from, from + BLOCK);
    const lines = Math.ceil(letters.length / LINE);
    const breaks = 2 * (from + BLOCK < content.length ? lines : lines - 1);
    // Node encodes faster than any loop, so a block is written where its last line ends, and its lines then move forward.
    let start = end + breaks;
    to.write(letters, start, 'latin1');
    for (let line = 0; line < lines; line += 1) {
      to.copyWithin(end, start, start + LINE);
      start += LINE;
      end += LINE;
      if (line * 2 < breaks) {
        to[end++] = CR;
        to[end++] = LF;
      }
    }
  }
}
