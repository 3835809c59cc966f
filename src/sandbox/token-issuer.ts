/** App-only access tokens as Entra ID issues them for SMTP: signed with a key made at start, and verified with the same. */

import { randomUUID } from 'node:crypto';
import { decodeJwt, exportJWK, generateKeyPair, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import { SandboxClock } from './clock.ts';
import type { Directory, ServicePrincipal } from './directory.ts';

/** Seconds; the value of Microsoft's own samples. Entra itself varies between 60 and 90 minutes. */
export const TOKEN_LIFETIME = 3599;

/** The resource whose tokens Exchange Online takes, and the role that lets an app submit by SMTP. */
export const EXCHANGE_ONLINE = 'https://outlook.office365.com';
export const SMTP_ROLE = 'SMTP.SendAsApp';

/** What a token is issued for. */
export interface Grant {
  /** The resource, without `/.default`. */
  readonly audience: string;
  /** The application permissions granted on it; the claim is left out when there are none. */
  readonly roles: readonly string[];
  /** Seconds. */
  readonly lifetime: number;
}

/** Who shows a token, and with which application permissions. */
export interface Submitter {
  readonly principal: ServicePrincipal;
  readonly roles: readonly string[];
}

export interface TokenIssuer {
  /** The public key, as the endpoint publishes it. */
  readonly keys: JSONWebKeySet;
  issue(principal: ServicePrincipal, grant: Grant): Promise<string>;
  /** Whose token this is, when Exchange Online would take it for a submission. */
  submitter(token: string): Promise<Submitter | null>;
  /** Has Exchange Online refuse one token, or all that were issued so far, as it does after a change of rights. */
  revoke(token?: string): void;
}

/** Makes an issuer with a new RSA key, for all tenants of a directory. */
export async function createTokenIssuer(
  { principals }: Directory,
  clock: SandboxClock = new SandboxClock(),
): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keyId = randomUUID();
  /** The tokens that are good, by their `uti`. */
  const issued = new Map<string, ServicePrincipal>();
  return {
    keys: { keys: [{ ...(await exportJWK(publicKey)), use: 'sig', alg: 'RS256', kid: keyId }] },
    issue: (principal, { audience, roles, lifetime }) => {
      const issuer = issuerOf(principal);
      const uti = randomUUID();
      issued.set(uti, principal);
      const now = Math.floor(clock.now() / 1000);
      return new SignJWT({
        appid: principal.clientId,
        appidacr: '1',
        idp: issuer,
        oid: principal.objectId,
        ...(roles.length > 0 && { roles }),
        tid: principal.tenantId,
        uti,
        ver: '1.0',
      })
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: keyId })
        .setAudience(audience)
        .setIssuer(issuer)
        .setSubject(principal.objectId)
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + lifetime)
        .sign(privateKey);
    },
    submitter: async (token) => {
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          issuer: principals.map(issuerOf),
          audience: EXCHANGE_ONLINE,
          algorithms: ['RS256'],
          // A clock that was set back must not make a token of the future.
          currentDate: new Date(Math.max(clock.now(), (decodeJwt(token).iat ?? 0) * 1000)),
        });
        const principal = issued.get(String(payload.uti));
        const { roles } = payload;
        return principal ? { principal, roles: Array.isArray(roles) ? roles.map(String) : [] } : null;
      } catch {
        return null;
      }
    },
    revoke: (token) => {
      if (token === undefined) issued.clear();
      else issued.delete(String(decodeJwt(token).uti));
    },
  };
}

function issuerOf({ tenantId }: ServicePrincipal): string {
  return `https://sts.windows.net/${tenantId}/`;
}
