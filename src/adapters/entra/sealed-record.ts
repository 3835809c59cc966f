/** Records as they stand in Redis: AES-256-GCM, bound to the place they were made for. What cannot be opened is missing, whatever the reason. */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Of the layout here and of the records themselves. */
export const FORMAT_VERSION = 1;

export interface Seal {
  /** 32 bytes. */
  readonly key: Buffer;
  /** Whose record it is; one that was moved elsewhere does not open there. */
  readonly identity: string;
}

export type RecordKind = 'token' | 'failure';

const CIPHER = 'aes-256-gcm';
/** The lengths of NIST SP 800-38D §5.2.1.1 and §5.2.1.2. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Version, nonce, tag, and the record as encrypted JSON. */
export function seal(kind: RecordKind, record: object, { key, identity }: Seal): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo(kind, identity));
  const encrypted = Buffer.concat([cipher.update(JSON.stringify(record), 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(FORMAT_VERSION), nonce, cipher.getAuthTag(), encrypted]);
}

/** The record, or null for one of another version, key, kind or place, or that is damaged. */
export function open(kind: RecordKind, sealed: Buffer, { key, identity }: Seal): object | null {
  if (sealed[0] !== FORMAT_VERSION) return null;
  const [nonceEnd, tagEnd] = [1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES];
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(1, nonceEnd), { authTagLength: TAG_BYTES })
      .setAAD(boundTo(kind, identity))
      .setAuthTag(sealed.subarray(nonceEnd, tagEnd));
    const json = Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]).toString('utf8');
    const record: unknown = JSON.parse(json);
    return typeof record === 'object' ? record : null;
  } catch {
    return null;
  }
}

function boundTo(kind: RecordKind, identity: string): Buffer {
  return Buffer.from(JSON.stringify([FORMAT_VERSION, kind, identity]));
}
