/** `exo-relay key`: makes an API key; only its SHA-256 belongs into the configuration, the key itself to the calling application. */

import { createHash, randomBytes } from 'node:crypto';

export interface ApiKey {
  readonly key: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** A new API key of 256 random bits; the prefix lets secret scanners and people recognise it. */
export function makeApiKey(): ApiKey {
  const key = `exo_${randomBytes(32).toString('base64url')}`;
  return { key, sha256: createHash('sha256').update(key).digest('hex') };
}

/** What the command prints. */
export function keyInWords({ key, sha256 }: ApiKey): string {
  return [
    'API key, for the application that sends (shown only now):',
    `  ${key}`,
    '',
    'Its SHA-256, for the configuration of the relay:',
    `  API_KEY_SHA256=${sha256}`,
    '',
    'or, for a client in a routing file:',
    `  key_sha256: "${sha256}"`,
    '',
  ].join('\n');
}
