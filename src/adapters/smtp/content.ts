/** The content as it goes over the wire: every line ends with CRLF and none is a lone dot before its time (RFC 5321 §4.5.2). Its end is parted from its beginning, so that the end can be held back. */

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const CHUNK = 64 * 1024;

const MISSING_LF = Buffer.from('\n');
const MISSING_CR = Buffer.from('\r');
const MISSING_CRLF = Buffer.from('\r\n');
const STUFFED_DOT = Buffer.from('.');
const MISSING_LF_STUFFED_DOT = Buffer.from('\n.');

/** Everything before the end, in pieces of about 64 KiB; none for a content that is no larger. */
export function* beginningOf(content: Uint8Array): Generator<Uint8Array> {
  const end = heldBackFrom(content);
  for (let from = 0; from < end; from += CHUNK) yield onTheWire(content, from, Math.min(from + CHUNK, end));
}

/** The end, which is the last line at least and the whole of a small content; the final dot may follow it. */
export function endOf(content: Uint8Array): Uint8Array {
  const end = onTheWire(content, heldBackFrom(content), content.length);
  const last = content.at(-1);
  // A lone LF has become CRLF already.
  return last === LF ? end : Buffer.concat([end, last === CR ? MISSING_LF : MISSING_CRLF]);
}

/** The first line that begins within the last 64 KiB, and the last line where none does. */
function heldBackFrom(content: Uint8Array): number {
  if (content.length <= CHUNK) return 0;
  const lastLine = content.lastIndexOf(LF, content.length - 2) + 1;
  const line = content.indexOf(LF, content.length - CHUNK) + 1;
  return line === 0 ? lastLine : Math.min(line, lastLine);
}

/** Bytes `from` to `to` of the content. A lone CR or LF becomes CRLF: some servers would read a dot between two of them as the end. */
function onTheWire(content: Uint8Array, from: number, to: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let copied = from;
  let before = from === 0 ? LF : content[from - 1];
  for (let at = from; at < to; at += 1) {
    const byte = content[at];
    let missing: Uint8Array | null = null;
    if (before === CR) {
      if (byte !== LF) missing = byte === DOT ? MISSING_LF_STUFFED_DOT : MISSING_LF;
    } else if (byte === LF) missing = MISSING_CR;
    else if (byte === DOT && before === LF) missing = STUFFED_DOT;
    if (missing) {
      pieces.push(content.subarray(copied, at), missing);
      copied = at;
    }
    before = byte;
  }
  const rest = content.subarray(copied, to);
  return pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]);
}
