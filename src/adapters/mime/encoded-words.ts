/** Encoded words (RFC 2047): any text within a header field, as words of ASCII that hold whole characters. */

/** Characters of a word between its marks: short enough to share a line of 76 with the name of its field. */
const MAX_ENCODED = 44;
const OCTETS_IN_B = (MAX_ENCODED / 4) * 3;

/** What each octet is in the encoding Q; RFC 2047 §5 (3) leaves these characters as they are even within a display name. */
const inQ: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  if (/[A-Za-z0-9!*+/-]/.test(character)) return character;
  return character === ' ' ? '_' : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
});
const widthInQ = Uint8Array.from(inQ, ({ length }) => length);

/** The text as encoded words with a space between them, which readers drop; in the encoding that is the shorter one for it. */
export function encodedWords(text: string): string {
  const octets = Buffer.from(text, 'utf8');
  let lengthInQ = 0;
  for (const octet of octets) lengthInQ += widthInQ[octet] ?? 0;
  const word = lengthInQ <= (octets.length / 3) * 4 ? wordInQ : wordInB;
  const words: string[] = [];
  for (let from = 0; from < octets.length; ) {
    const to = word === wordInQ ? endInQ(octets, from) : endInB(octets, from);
    words.push(word(octets, from, to));
    from = to;
  }
  return words.join(' ');
}

function wordInQ(octets: Buffer, from: number, to: number): string {
  let encoded = '';
  for (let at = from; at < to; at += 1) encoded += inQ[octets[at] ?? 0];
  return `=?UTF-8?Q?${encoded}?=`;
}

function wordInB(octets: Buffer, from: number, to: number): string {
  return `=?UTF-8?B?${octets.toString('base64', from, to)}?=`;
}

/** RFC 2047 §5: a character is not split between two words. */
function endInQ(octets: Buffer, from: number): number {
  let width = 0;
  for (let at = from; at < octets.length; ) {
    const next = at + sizeOfCharacter(octets[at] ?? 0);
    for (let each = at; each < next; each += 1) width += widthInQ[octets[each] ?? 0] ?? 0;
    if (width > MAX_ENCODED) return at;
    at = next;
  }
  return octets.length;
}

function endInB(octets: Buffer, from: number): number {
  let end = Math.min(from + OCTETS_IN_B, octets.length);
  // RFC 3629 §3: 10xxxxxx continues a character.
  while (end < octets.length && ((octets[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}

/** RFC 3629 §3: the first octet of a character tells how many it has. */
function sizeOfCharacter(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
