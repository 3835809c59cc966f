/** Reads base64 of any size (RFC 4648 §4): strictly, since what is not base64 would arrive as a damaged file, and without looking at every letter twice. */

import { isAscii } from 'node:buffer';

/** Letters decoded at once, in fours: a string of megabytes would outlive its use. */
const BLOCK = 48 * 1024;
const PADDING = 0x3d;

/**
 * The bytes, or what is wrong with the text, as a sentence for the caller.
 *
 * @param text as it was read, or its letters in UTF-8
 */
export function readBase64(text: string | Buffer): { readonly bytes: Uint8Array } | { readonly mistake: string } {
  if (typeof text === 'string') return readText(text);
  const bytes = decodedInBlocks(text);
  return bytes ? { bytes } : readText(text.toString('utf8'));
}

function readText(text: string): { readonly bytes: Uint8Array } | { readonly mistake: string } {
  if (text.startsWith('data:')) return { mistake: 'is a data: URL; only the base64 after the comma is expected' };
  // Line breaks and blanks in it are common and harmless; looked for only where the text is not base64 without them.
  const bytes = decodedText(text) ?? (/\s/.test(text) ? decodedText(text.replace(/\s+/g, '')) : null);
  if (bytes) return { bytes };
  const foreign = /[^A-Za-z0-9+/=\s]/.exec(text);
  return foreign
    ? { mistake: `is not base64: character ${JSON.stringify(foreign[0])} at position ${foreign.index + 1}` }
    : { mistake: 'is not base64: it is cut off, or its "=" signs are not at the end' };
}

/** All blocks but the last one are whole. */
function decodedInBlocks(letters: Buffer): Uint8Array | null {
  if (!isAscii(letters)) return null;
  const padding = letters.subarray(-2).filter((letter) => letter === PADDING).length;
  const bytes = Buffer.allocUnsafeSlow(Math.max(Math.floor(letters.length / 4) * 3 - padding, 0));
  let length = 0;
  for (let from = 0; from < letters.length; from += BLOCK) {
    const block = decoded(letters.toString('latin1', from, Math.min(from + BLOCK, letters.length)));
    if (!block || length + block.length > bytes.length) return null;
    bytes.set(block, length);
    length += block.length;
  }
  return length === bytes.length ? bytes : null;
}

function decodedText(text: string): Uint8Array | null {
  return Buffer.byteLength(text) === text.length ? decoded(text) : null;
}

/**
 * Node passes over what is not base64, which shows in the length of its result. What it reads although it is no
 * base64 of this kind are the letters of base64url; letters outside ASCII, which it reads by their lower octet, are
 * not to come here.
 */
function decoded(text: string): Uint8Array | null {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const isOther = text.includes('-') || text.includes('_');
  const firstSign = text.indexOf('=');
  const isPaddedAtTheEnd = firstSign === (padding === 0 ? -1 : text.length - padding);
  if (text.length % 4 !== 0 || isOther || !isPaddedAtTheEnd) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === (text.length / 4) * 3 - padding ? bytes : null;
}
