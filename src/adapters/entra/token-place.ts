/** Where in Redis the token of one app in one tenant stands, and the key it is sealed with; the names tell nothing but that they differ. */

import { createHash, createPrivateKey, hkdfSync } from 'node:crypto';
import type { Credential, RedactedSecret } from '../../domain/credential.ts';
import { FORMAT_VERSION, type Seal } from './sealed-record.ts';
import type { TokenOwner } from './token-cache.ts';

/** Everything the relay has in Redis begins so; another format has other names, and so nothing to do with this one. */
export const KEY_PREFIX = `exo-relay:token:v${FORMAT_VERSION}`;

export interface TokenPlace {
  readonly seal: Seal;
  /** Names of what is kept, all in one slot of a cluster. */
  readonly entry: string;
  readonly failure: string;
  readonly lease: string;
  readonly forced: string;
}

const KEY_BYTES = 32;

/**
 * The place of a token.
 *
 * Whoever has the credential could have asked for the token, so that the key is derived from it (RFC 5869): another
 * credential finds neither the place nor the key.
 *
 * @param cacheKey what the key is derived from instead, when it is given
 */
export function placeOf({ tenant, credential }: TokenOwner, cacheKey: RedactedSecret | null): TokenPlace {
  const own = secretOf(credential);
  const names = [tenant.authorityHost, tenant.tenantId, tenant.clientId, tenant.scope].map((part) =>
    part.toLowerCase(),
  );
  const identity = JSON.stringify([...names, derived(own, 'fingerprint').toString('hex')]);
  const hash = createHash('sha256').update(identity).digest('base64url');
  const name = (kind: string) => `${KEY_PREFIX}:{${hash}}:${kind}`;
  return {
    seal: { key: derived(cacheKey ? Buffer.from(cacheKey.reveal()) : own, 'encryption'), identity },
    entry: name('entry'),
    failure: name('failure'),
    lease: name('lease'),
    forced: name('forced'),
  };
}

function derived(secret: Buffer, use: 'fingerprint' | 'encryption'): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `${KEY_PREFIX}:${use}`, KEY_BYTES));
}

function secretOf(credential: Credential): Buffer {
  switch (credential.kind) {
    case 'client-secret':
      return Buffer.from(credential.secret.reveal());
    case 'certificate':
      // In DER, so that the line ends of a PEM file make no difference; a renewed certificate of the same key does.
      return Buffer.concat([
        createPrivateKey(credential.privateKey.reveal()).export({ type: 'pkcs8', format: 'der' }),
        Buffer.from(credential.thumbprintSha256.toLowerCase(), 'hex'),
      ]);
  }
}
