/** Judges a signed client assertion (RFC 7523) as Entra ID does: key, signature, time, audience, app; with five minutes' grace for clocks. */

import { createHash, X509Certificate } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import type { ServicePrincipal } from './directory.ts';
import type { AadstsNumber } from './entra-errors.ts';

/** Seconds by which the clock of a client may be wrong. */
const LEEWAY = 300;
const ALGORITHMS = ['PS256', 'RS256'];

/** Why an assertion is refused; `reason` fills in Entra's words. */
export interface AssertionRefusal {
  readonly aadsts: Extract<AadstsNumber, 700021 | 700023 | 700024 | 700027>;
  readonly reason: string;
}

/**
 * Judges an assertion.
 *
 * @param audiences what its `aud` may be: the token endpoint, by whatever name of the tenant
 * @param time of the sandbox, by which certificates expire; an assertion is as old as it is by the clock of this machine, which its maker shares
 * @returns null when it is good
 */
export async function judgeAssertion(
  assertion: string,
  { credentials: { certificates }, clientId }: ServicePrincipal,
  audiences: readonly string[],
  time: number,
): Promise<AssertionRefusal | null> {
  const parts = read(assertion);
  if (parts === null) return { aadsts: 700027, reason: 'The key was not found.' };
  const { header, claims } = parts;
  const certificate = certificates.map((pem) => new X509Certificate(pem)).find((each) => isMeant(each, header));
  if (!certificate) return signatureRefusal('The key was not found.', header);
  if (certificate.validToDate.getTime() < time)
    return signatureRefusal('The key used is expired.', header, certificate);
  try {
    await compactVerify(assertion, certificate.publicKey, { algorithms: ALGORITHMS });
  } catch {
    const reason = 'The provided signature value did not match the expected signature value.';
    return signatureRefusal(reason, header, certificate);
  }
  const now = Math.floor(Date.now() / 1000);
  const { nbf = 0, exp = 0 } = claims;
  if (nbf > now + LEEWAY || exp < now - LEEWAY) {
    const [current, from, until] = [now, nbf, exp].map((seconds) => new Date(seconds * 1000).toISOString());
    const reason = `Current time: ${current}, assertion valid from ${from}, expiry time of assertion ${until}.`;
    return { aadsts: 700024, reason };
  }
  if (!audiences.includes(String(claims.aud))) return { aadsts: 700023, reason: '' };
  const isOfApp = [claims.iss, claims.sub].every((name) => name?.toLowerCase() === clientId);
  return isOfApp ? null : { aadsts: 700021, reason: '' };
}

function read(assertion: string): { header: ProtectedHeaderParameters; claims: JWTPayload } | null {
  try {
    return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
  } catch {
    return null;
  }
}

/** By thumbprint, or by the certificate itself when the header carries it (RFC 7515 §4.1.6 and §4.1.8). */
function isMeant(certificate: X509Certificate, { x5c, ...header }: ProtectedHeaderParameters): boolean {
  const thumbprint = header['x5t#S256'];
  if (typeof thumbprint === 'string') return thumbprint === thumbprintOf(certificate);
  return Array.isArray(x5c) && x5c[0] === certificate.raw.toString('base64');
}

function thumbprintOf({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('base64url');
}

function signatureRefusal(
  reason: string,
  header: ProtectedHeaderParameters,
  found?: X509Certificate,
): AssertionRefusal {
  const thumbprint = String(header['x5t#S256'] ?? header.x5t ?? '');
  const used = `Thumbprint of key used by client: '${Buffer.from(thumbprint, 'base64url').toString('hex').toUpperCase()}'`;
  const key = found ? [`Found key 'Start=${found.validFrom}, End=${found.validTo}'`] : [];
  return { aadsts: 700027, reason: [reason, used, ...key].join(', ') };
}
