/** A certificate and its private key, which are of use only together: that they belong together, and that it is the certificate's time. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Certificate } from '../domain/credential.ts';
import type { Report } from './configuration-error.ts';
import type { Secret } from './secret.ts';

export interface KeyPair {
  /** PEM: the certificate itself first, then those that lead to its authority. */
  readonly chain: readonly string[];
  /** PEM, PKCS #8. */
  readonly privateKey: Secret;
}

/**
 * Reports a certificate that is out of its time, and a key that is another certificate's.
 *
 * @param pair what there is of it; for what is missing somebody else reports
 * @param places where mistakes of each are
 */
export function checkPair(
  { chain, privateKey }: { readonly [Part in keyof KeyPair]: KeyPair[Part] | undefined },
  places: { readonly certificate: string; readonly key: string },
  now: Date,
  report: Report,
): void {
  const outdated = chain && outOfTime(chain, now);
  if (outdated) report(places.certificate, outdated);
  const foreign = chain && privateKey && notThePair({ chain, privateKey });
  if (foreign) report(places.key, foreign);
}

function outOfTime(chain: readonly string[], now: Date): string | undefined {
  const { validFromDate, validToDate } = leafOf(chain);
  if (validToDate <= now) return `the certificate expired at ${validToDate.toISOString()}; make a new one.`;
  if (validFromDate <= now) return undefined;
  return `the certificate is not valid before ${validFromDate.toISOString()}; look at it and at this machine's clock.`;
}

function notThePair({ chain, privateKey }: KeyPair): string | undefined {
  const key = createPrivateKey(privateKey.reveal());
  const at = chain.findIndex((pem) => new X509Certificate(pem).checkPrivateKey(key));
  if (at === 0) return undefined;
  if (at === -1) return 'the key does not belong to the certificate; give the one it was made with.';
  return `the key belongs to certificate ${at + 1} of ${chain.length} in its file, which must stand first there.`;
}

/** The pair as a credential. */
export function certificateCredential({ chain, privateKey }: KeyPair): Certificate {
  const leaf = leafOf(chain);
  return Object.freeze({
    kind: 'certificate',
    chain: Object.freeze([...chain]),
    privateKey,
    thumbprintSha256: leaf.fingerprint256.replaceAll(':', '').toLowerCase(),
    expiresAt: leaf.validToDate,
  });
}

function leafOf([leaf]: readonly string[]): X509Certificate {
  return new X509Certificate(leaf ?? '');
}
