/** Certificates for app registrations, made when a test runs; a key that stands in a repository is nobody's secret. */

import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { Secret } from '../src/config/secret.ts';
import type { Certificate } from '../src/domain/credential.ts';

const DAY = 86_400_000;

export interface AppCertificate {
  /** PEM, to register on an app. */
  readonly pem: string;
  readonly privateKey: string;
  readonly credential: Certificate;
}

/** A certificate with an RSA key, as app registrations take it; its last day was yesterday when it is to be expired. */
export async function appCertificate({ expired = false } = {}): Promise<AppCertificate> {
  const notAfterDate = new Date(Date.now() + (expired ? -DAY : 365 * DAY));
  const { cert: pem, private: privateKey } = await generate([{ name: 'commonName', value: 'exo-relay' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 30 * DAY),
    notAfterDate,
  });
  const thumbprintSha256 = new X509Certificate(pem).fingerprint256.replaceAll(':', '');
  return {
    pem,
    privateKey,
    credential: {
      kind: 'certificate',
      chain: [pem],
      privateKey: new Secret(privateKey),
      thumbprintSha256,
      expiresAt: notAfterDate,
    },
  };
}
