/** What a server shows in a TLS handshake, by the fault it was started with; without one it is as Microsoft's are. */

import type { SecureContextOptions } from 'node:tls';
import type { CertificateAuthority, CertificateKind } from './certificates.ts';
import type { HandshakeFault } from './server-scenarios.ts';

const certificates: Readonly<Record<HandshakeFault, CertificateKind>> = {
  'tls-certificate-expired': 'expired',
  'tls-certificate-not-yet-valid': 'not-yet-valid',
  'tls-certificate-unverified': 'unknown-authority',
  'tls-certificate-self-signed': 'self-signed',
  'tls-certificate-hostname-mismatch': 'other-host',
  'tls-version-too-old': 'valid',
};

/** Its certificate and its versions of TLS: Exchange Online and Entra ID take 1.2 and 1.3. */
export async function handshakeOptions(
  authority: CertificateAuthority,
  fault: string | undefined,
): Promise<SecureContextOptions> {
  const kind = Object.entries(certificates).find(([name]) => name === fault)?.[1] ?? 'valid';
  const certificate = await authority.issue(kind);
  // OpenSSL speaks the old versions only when it is told to care less.
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  return { ...certificate, ...(fault === 'tls-version-too-old' ? old : { minVersion: 'TLSv1.2' }) };
}
