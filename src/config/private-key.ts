/** Reads private keys in PEM (RFC 7468 §10, PKCS #1, SEC 1); no message shows anything of one. */

import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Mistake } from './readers.ts';
import { isMistake } from './readers.ts';
import { Secret } from './secret.ts';

/**
 * Takes the private key out of a PEM file, which may hold a certificate besides.
 *
 * @param pem the file's content
 * @returns the key as PKCS #8 in PEM
 */
export function readPrivateKey(pem: string): Secret | Mistake {
  const key = privateKeyIn(pem);
  return isMistake(key) ? key : new Secret(String(key.export({ type: 'pkcs8', format: 'pem' })));
}

/** A key that signs as Entra ID asks for it: PS256 and RS256 are what it takes, and both are RSA. */
export function readRsaPrivateKey(pem: string): Secret | Mistake {
  const key = privateKeyIn(pem);
  if (isMistake(key)) return key;
  if (key.asymmetricKeyType === 'rsa') return readPrivateKey(pem);
  return {
    mistake: `the key is of the kind "${key.asymmetricKeyType}"; Entra ID takes only signatures by RSA (PS256, RS256), so a certificate with an RSA key is needed`,
  };
}

function privateKeyIn(pem: string): KeyObject | Mistake {
  const found = pem.match(/-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?-----END \1-----/gs) ?? [];
  const [key] = found;
  if (key === undefined) {
    return { mistake: 'holds no private key; a PEM file with "-----BEGIN PRIVATE KEY-----" is expected' };
  }
  if (found.length > 1) return { mistake: `holds ${found.length} private keys; one is expected` };
  if (/BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(key)) {
    return {
      mistake:
        'the key is encrypted; store it without a passphrase ("openssl pkey -in key.pem -out plain.pem") in a file that only the relay may read',
    };
  }
  try {
    return createPrivateKey(key);
  } catch {
    return { mistake: 'the private key in it cannot be read; export it again as PEM (PKCS #8)' };
  }
}
