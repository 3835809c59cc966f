/** Reads an app token's claims for words in logs and remedies; the token is Exchange's to verify, so nothing here is trusted. */

import type { TokenClaims } from '../../ports.ts';

/** The claims of a JWT (RFC 7519 §3), or null when the token is not one: Microsoft promises no format to clients. */
export function claimsOf(token: string): TokenClaims | null {
  const payload = token.split('.')[1];
  if (!payload) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) return null;
    const text = (name: string): string | null => {
      const value: unknown = Reflect.get(claims, name);
      return typeof value === 'string' ? value : null;
    };
    const roles: unknown = Reflect.get(claims, 'roles');
    return {
      audience: text('aud'),
      roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
      appId: text('appid'),
      tenantId: text('tid'),
      objectId: guidOrNull(text('oid')),
    };
  } catch {
    return null;
  }
}

/** It ends up in PowerShell lines, so anything but a GUID is not taken. */
function guidOrNull(text: string | null): string | null {
  return text !== null && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : null;
}
