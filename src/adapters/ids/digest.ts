/** A digest of texts, for a Message-ID that is the same whenever the same is asked for; what it was made of cannot be read from it. */

import { createHash } from 'node:crypto';

/** Bytes: no two of them meet by chance. */
const LENGTH = 20;

/** @returns hexadecimal digits, which may stand in a Message-ID */
export function digest(texts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify(texts))
    .digest('hex')
    .slice(0, 2 * LENGTH);
}
