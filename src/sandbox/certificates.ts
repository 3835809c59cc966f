/** A certificate authority made at start, and the server certificates it signs; no private key of the authority outlives the process. */

import { randomBytes } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { generate } from 'selfsigned';

const DAY = 86_400_000;

/** What a server shows in a TLS handshake, PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate that verifies, and the ways in which one does not. */
export type CertificateKind =
  | 'valid'
  | 'expired'
  | 'not-yet-valid'
  | 'other-host'
  | 'unknown-authority'
  | 'self-signed';

export interface CertificateAuthority {
  /** The authority's own certificate, PEM: whoever trusts it trusts the sandbox. */
  readonly certificate: string;
  /** Makes a certificate for `localhost`, 127.0.0.1 and ::1, or one that is wrong in the way asked for. */
  issue(kind: CertificateKind): Promise<ServerCertificate>;
}

/** Makes a certificate authority with a key of its own. */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  // No two authorities share a name: whoever trusts two of the same name may verify with the wrong key.
  const authority = await selfSigned(`exo-relay sandbox CA ${randomBytes(4).toString('hex')}`);
  return {
    certificate: authority.cert,
    issue: async (kind) => {
      if (kind === 'self-signed') return signedBy(null, kind);
      // Of another name as well: an authority of the same name and another key would read as a bad signature.
      const signer = kind === 'unknown-authority' ? await selfSigned('A CA nobody knows') : authority;
      return signedBy(signer, kind);
    },
  };
}

/** The TLS side of an SMTP server; Exchange Online takes TLS 1.2 and 1.3. */
export function serverContext(certificate: ServerCertificate): SecureContext {
  return createSecureContext({ ...certificate, minVersion: 'TLSv1.2' });
}

async function selfSigned(commonName: string): Promise<ServerCertificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - DAY),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { cert, key };
}

/** @param authority null signs it with its own key */
async function signedBy(authority: ServerCertificate | null, kind: CertificateKind): Promise<ServerCertificate> {
  const name = kind === 'other-host' ? 'smtp.contoso.example' : 'localhost';
  const [from, until] = validityOf(kind);
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(authority && { ca: authority }),
    notBeforeDate: new Date(Date.now() + from * DAY),
    notAfterDate: new Date(Date.now() + until * DAY),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: kind === 'other-host' ? [{ type: 2, value: name }] : loopbackNames() },
    ],
  });
  return { cert, key };
}

/** In days from now. */
function validityOf(kind: CertificateKind): [from: number, until: number] {
  if (kind === 'expired') return [-30, -1];
  return kind === 'not-yet-valid' ? [1, 365] : [-1, 365];
}

function loopbackNames() {
  return [
    { type: 2 as const, value: 'localhost' },
    { type: 7 as const, ip: '127.0.0.1' },
    { type: 7 as const, ip: '::1' },
  ];
}
