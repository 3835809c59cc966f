/** Whom TLS connections of the relay trust: the authorities bundled with Node, the system's, and the operator's own. Verification is never off. */

import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/**
 * Makes the TLS context for every outgoing connection; made once, since parsing the authorities takes longer than a handshake.
 *
 * @param extra the operator's certificate authorities, PEM; they come beside the others, not in their place
 */
export function trustContext(extra: readonly string[]): SecureContext {
  const authorities = new Set([
    ...getCACertificates('bundled'),
    ...getCACertificates('system'),
    ...getCACertificates('extra'),
    ...extra,
  ]);
  // Exchange Online refuses older versions (421 4.7.66).
  return createSecureContext({ ca: [...authorities], minVersion: 'TLSv1.2' });
}
