/** Quoted-printable (RFC 2045 §6.7): every line comes out as it was, whatever its length, and no encoded line begins with a dot. */

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const DOT = 0x2e;
const EQUALS = 0x3d;
/** Of 76, one for the equals sign of a soft line break. */
const MAX_LINE = 75;
const SOFT_BREAK = '=\r\n';
const hexDigits = Buffer.from('0123456789ABCDEF', 'latin1');

/**
 * Encodes a text as UTF-8.
 *
 * @param text its line breaks, of whatever kind, become CRLF, which is the canonical form of text (RFC 2045 §4)
 */
export function quotedPrintable(text: string): Uint8Array {
  if (!isLiteral.test(text)) return encoded(text);
  return Buffer.from(
    text
      .split(/\r\n|\r|\n/)
      .map(broken)
      .join('\r\n'),
    'latin1',
  );
}

/** What many programs write: nothing in it needs to be encoded, but for what stands at an end of a line. */
const isLiteral = /^[\t\r\n\x20-\x3c\x3e-\x7e]*$/;

/** A line of characters that stand for themselves: a dot does not where it would begin one, nor a blank where it ends one. */
function broken(line: string): string {
  const last = blanks[line.at(-1) ?? ''] ?? '';
  const end = last === '' ? line.length : line.length - 1;
  let result = '';
  let at = 0;
  for (;;) {
    // RFC 2049 §3: a line that begins with a dot depends on every server's stuffing and unstuffing it.
    const first = at < end && line.charCodeAt(at) === DOT ? '=2E' : '';
    const from = first === '' ? at : at + 1;
    const to = Math.min(from + MAX_LINE - first.length, end);
    result += first + line.slice(from, to);
    if (to === end)
      return to - from + first.length + last.length > MAX_LINE ? result + SOFT_BREAK + last : result + last;
    result += SOFT_BREAK;
    at = to;
  }
}

/** Those at the end of a line are lost on the way. */
const blanks: Readonly<Record<string, string>> = { ' ': '=20', '\t': '=09' };

function encoded(text: string): Uint8Array {
  const octets = Buffer.from(text, 'utf8');
  const result = Buffer.allocUnsafe(mostFor(octets.length));
  let length = 0;
  let column = 0;
  for (let index = 0; index < octets.length; index += 1) {
    const octet = octets[index] ?? 0;
    const next = octets[index + 1] ?? LF;
    if (octet === CR || octet === LF) {
      if (octet === CR && octets[index + 1] === LF) index += 1;
      result[length++] = CR;
      result[length++] = LF;
      column = 0;
      continue;
    }
    // Blanks at the end of a line are lost on the way.
    const isLast = next === CR || next === LF;
    const literal = octet === SPACE || octet === TAB ? !isLast : octet > SPACE && octet < 0x7f && octet !== EQUALS;
    if (column + (literal ? 1 : 3) > MAX_LINE) {
      result[length++] = EQUALS;
      result[length++] = CR;
      result[length++] = LF;
      column = 0;
    }
    // RFC 2049 §3: a line that begins with a dot depends on every server's stuffing and unstuffing it.
    if (literal && !(octet === DOT && column === 0)) {
      result[length++] = octet;
      column += 1;
    } else {
      result[length++] = EQUALS;
      result[length++] = hexDigits[octet >> 4] ?? 0;
      result[length++] = hexDigits[octet & 15] ?? 0;
      column += 3;
    }
  }
  return result.subarray(0, length);
}

/** Three characters an octet, and a soft line break after every 24 of them. */
function mostFor(octets: number): number {
  return octets * 3 + Math.ceil(octets / 24) * 3;
}
