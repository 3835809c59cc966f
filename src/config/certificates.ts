/** Reads the certificate authorities of a PEM file: all of its certificates, or none when one of them cannot be read. */

import { X509Certificate } from 'node:crypto';
import type { Mistake } from './readers.ts';

/**
 * Takes the certificates out of a PEM file (RFC 7468 §5); text around them is allowed there.
 *
 * @param pem the file's content
 * @returns one PEM text per certificate, at least one
 */
export function readCertificates(pem: string): readonly string[] | Mistake {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  if (certificates.length === 0) {
    return { mistake: 'holds no certificate; a PEM file with "-----BEGIN CERTIFICATE-----" is expected' };
  }
  const broken = certificates.findIndex((certificate) => !isCertificate(certificate));
  if (broken === -1) return certificates;
  return {
    mistake: `certificate ${broken + 1} of ${certificates.length} in it cannot be read; export it again as PEM (Base64)`,
  };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
