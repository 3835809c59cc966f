/** The level between a process's own memory and Entra ID: replicas that share it ask for a token once together. It never fails by itself. */

import type { Credential } from '../../domain/credential.ts';
import type { Tenant } from '../../domain/routing.ts';
import type { AccessToken } from '../../ports.ts';

/** Whose token. */
export interface TokenOwner {
  readonly tenant: Tenant;
  readonly credential: Credential;
}

/** What a token must be for whoever asks. */
export interface Wanted {
  /** The token there is, which is no longer good enough; null when there is none. */
  readonly insteadOf: AccessToken | null;
  /** The server refused that token although it has not expired: a newer one is wanted, not one that lives longer. */
  readonly isForced: boolean;
}

export interface TokenCache {
  /**
   * The token that another replica has, is getting now, or else the one that the request gives, for others to have.
   *
   * @returns for a forced one `insteadOf` when a replacement was asked for lately, so that no other is
   * @throws FailureError of the request, be it another replica's
   */
  token(owner: TokenOwner, wanted: Wanted, request: () => Promise<AccessToken>): Promise<AccessToken>;
  /** Lets go of what others wait for. After it every token is that of the request. */
  close(): Promise<void>;
}

/** No such level: every process asks for its own. */
export const noTokenCache: TokenCache = {
  token: (_owner, _wanted, request) => request(),
  close: async () => {},
};
