/** Message-IDs (RFC 5322 §3.6.4) as a caller names them, of messages that this one answers or follows. */

import { quote } from './quote.ts';

/** Why a text is no Message-ID, as a sentence for the caller. */
export interface NotAMessageId {
  readonly mistake: string;
}

// Wider than the RFC's dot-atoms, as are many that are in use, and narrow enough to end nothing: printable ASCII without blanks and brackets.
const identifier = /^[\x21-\x3b\x3d\x3f-\x7e]+@[\x21-\x3b\x3d\x3f-\x7e]+$/;
// It shares a line of 998 characters with the name of its field.
const MAX_MESSAGE_ID = 900;

/** Reads a Message-ID with or without its angle brackets; the result has them. */
export function parseMessageId(text: string): string | NotAMessageId {
  const trimmed = text.trim();
  const bare = trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1) : trimmed;
  if (bare.length > MAX_MESSAGE_ID) {
    return { mistake: `${quote(trimmed)} has more than ${MAX_MESSAGE_ID} characters, which no Message-ID may have` };
  }
  if (!identifier.test(bare)) {
    return { mistake: `${quote(trimmed)} is not a Message-ID; one such as "<4711@contoso.com>" is expected` };
  }
  return `<${bare}>`;
}
