/** Rules for texts of a message: what goes into a header field must neither end it nor be too long to be folded. */

import type { Mistake } from './mistake.ts';

/** RFC 5322 §2.1.1: a line has at most 998 characters and is folded at white space only; a word shares it with a name at most. */
const MAX_WORD = 900;
/** Names and subjects are for people to read. */
const MAX_TEXT = 10_000;
/** Folding keeps white space only as long as it shares a line with the word behind it. */
export const MAX_BLANKS = 60;

/** What goes into a header field as text (RFC 5322 §2.2.3). */
export function mistakesInText(field: string, value: string, asWritten: (value: string) => string = same): Mistake[] {
  if (value.length > MAX_TEXT) {
    return [refusedHeader(field, `has ${value.length} characters; ${MAX_TEXT} at most`)];
  }
  const injected = controlCharacters(field, value);
  // Any other text is encoded as a whole, in words that fit.
  if (injected.length > 0 || !/^[\t\x20-\x7e]*$/.test(value) || !hasLongWord(asWritten(value))) return injected;
  return [refusedHeader(field, `has a word of more than ${MAX_WORD} characters, which no line of a message holds`)];
}

const same = (value: string): string => value;

function hasLongWord(text: string): boolean {
  return text.length > MAX_WORD && text.split(/[ \t]+/).some(({ length }) => length > MAX_WORD);
}

/** A body may hold anything that can be encoded; half of a surrogate pair cannot, and would arrive as another character. */
export function mistakesInBody(field: string, value: string): Mistake[] {
  if (value.isWellFormed()) return [];
  const position = (/\p{Cs}/u.exec(value)?.index ?? 0) + 1;
  return [{ code: 'control-characters', field, message: `has half of a character at position ${position}; remove it` }];
}

/**
 * Whoever can put a line break into a header field can add recipients and forge content; other control characters
 * have no place in one either (RFC 5322 §2.2).
 */
export function controlCharacters(field: string, value: string): Mistake[] {
  if (/[\r\n]/.test(value)) {
    return [
      { code: 'header-injection', field, message: 'has a line break, which would start a new header field; remove it' },
    ];
  }
  return unreadableCharacters(field, value);
}

/** Control characters, and halves of surrogate pairs, which no encoding carries. */
function unreadableCharacters(field: string, value: string): Mistake[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const found = /[\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f\u2028\u2029\p{Cs}]/u.exec(value);
  if (!found) return [];
  const codePoint = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return [
    {
      code: 'control-characters',
      field,
      message: `has the character U+${codePoint} at position ${found.index + 1}, which no message can hold; remove it`,
    },
  ];
}

export function refusedHeader(field: string, message: string): Mistake {
  return { code: 'header-not-allowed', field, message };
}
