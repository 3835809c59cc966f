/** Values for PowerShell lines that an administrator will paste: whatever a value holds, it stays one argument and runs nothing. */

// PowerShell takes the typographic quotes U+2018 to U+201B for ' as well (about_Quoting_Rules).
const singleQuotes = /['\u2018-\u201b]/g;

// Control characters, line and paragraph separators, and format characters: bidi controls and zero-width ones.
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A single-quoted literal, in which PowerShell expands nothing.
 * A character that cannot be seen, or that ends a line, becomes U+FFFD: dropped without a trace, it could turn the name into another's.
 */
export function literal(value: string): string {
  return `'${value.replace(unseen, '\ufffd').replace(singleQuotes, '$&$&')}'`;
}
