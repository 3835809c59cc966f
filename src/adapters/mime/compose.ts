/** Composes MIME (RFC 5322, 2045–2047, 2231) into one array of bytes; no part is ever fetched from a path or a URL. */

import type { MessageComposer } from '../../ports.ts';
import { base64Length, writeBase64 } from './base64-lines.ts';
import { messageFields } from './header-fields.ts';
import { messageBody, type Piece } from './parts.ts';

/** The composer behind the port. */
export const mimeComposer: MessageComposer = {
  async compose(message, identity) {
    return written([messageFields(message, identity), ...messageBody(message, identity.messageId)]);
  },
};

/** The size is known before the first byte is written, so that even a large message is held once. */
function written(pieces: readonly Piece[]): Uint8Array {
  const content = Buffer.allocUnsafe(pieces.reduce((sum, piece) => sum + lengthOf(piece), 0));
  let position = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') content.write(piece, position);
    else if ('base64' in piece) writeBase64(piece.base64, content, position);
    else content.set(piece, position);
    position += lengthOf(piece);
  }
  return content;
}

function lengthOf(piece: Piece): number {
  if (typeof piece === 'string') return Buffer.byteLength(piece);
  return 'base64' in piece ? base64Length(piece.base64.length) : piece.length;
}
