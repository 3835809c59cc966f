/** A caller's text within a sentence: shortened, and harmless in a terminal or a log. */

// Control, format and separator characters, which can turn what a terminal shows into something else.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const MOST = 80;

/** The text in double quotes, on one line. */
export function quote(text: string): string {
  const short = JSON.stringify(text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);
  return short.replace(unseen, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
