/** App-only access tokens as Entra ID issues them for SMTP: signed with a key made at start, and verified with the same. */

import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';

/** Seconds; the value of Microsoft's own samples. Entra itself varies between 60 and 90 minutes. */
export const TOKEN_LIFETIME = 3599;

/** The resource whose tokens Exchange Online takes, and the role that lets an app submit by SMTP. */
export const EXCHANGE_ONLINE = 'https://outlook.office365.com';
export const SMTP_ROLE = 'SMTP.SendAsApp';

export interface TokenIssuer {
  /** The public key, as the endpoint publishes it. */
  readonly keys: JSONWebKeySet;
  /**
   * @param audience the resource the token is for, without `/.default`
   * @param roles the application permissions granted on it; the claim is left out when there are none
   */
  issue(audience: string, roles: readonly string[]): Promise<string>;
  /** Whether Exchange Online would take the token for a submission. */
  allowsSubmission(token: string): Promise<boolean>;
}

/**
 * Makes an issuer with a new RSA key.
 *
 * @param tenantId directory id of the only tenant
 * @param clientId application id of its only app registration
 */
export async function createTokenIssuer(tenantId: string, clientId: string): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keyId = randomUUID();
  const servicePrincipal = randomUUID();
  const issuer = `https://sts.windows.net/${tenantId}/`;
  return {
    keys: { keys: [{ ...(await exportJWK(publicKey)), use: 'sig', alg: 'RS256', kid: keyId }] },
    issue: (audience, roles) =>
      new SignJWT({
        appid: clientId,
        appidacr: '1',
        idp: issuer,
        oid: servicePrincipal,
        ...(roles.length > 0 && { roles }),
        tid: tenantId,
        uti: randomUUID(),
        ver: '1.0',
      })
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: keyId })
        .setAudience(audience)
        .setIssuer(issuer)
        .setSubject(servicePrincipal)
        .setIssuedAt()
        .setNotBefore('0s')
        .setExpirationTime(`${TOKEN_LIFETIME}s`)
        .sign(privateKey),
    allowsSubmission: async (token) => {
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          issuer,
          audience: EXCHANGE_ONLINE,
          algorithms: ['RS256'],
        });
        // The tenant is in the issuer's name.
        return Array.isArray(payload.roles) && payload.roles.includes(SMTP_ROLE);
      } catch {
        return false;
      }
    },
  };
}
