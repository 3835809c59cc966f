/** How the token endpoint behaves at the moment, which a test changes while it runs. */

import type { TokenFault } from './scenarios.ts';
import { TOKEN_LIFETIME } from './token-issuer.ts';

/** A certificate is shown before anything is asked, so those faults come with the start only. */
export type PassingFault = Exclude<TokenFault, `tls-${string}`>;

export interface EntraBehaviour {
  /** Milliseconds before each answer. */
  readonly delay?: number;
  readonly fault?: PassingFault;
  /** What a fault that answers says in Retry-After: seconds, a date, or null to leave the header out. */
  readonly retryAfter?: number | string | null;
  /** Seconds for which a token that is issued now is valid. */
  readonly tokenLifetime?: number;
  /** Only towards this tenant, by the name it is asked with; towards the others everything is as usual. */
  readonly tenant?: string;
}

/** What the sandbox lets a test do to Entra ID. */
export interface EntraControl {
  /** How it behaves now. */
  readonly behaviour: EntraBehaviour;
  /** Changes the behaviour from now on; without an argument everything is as usual again. */
  behave(behaviour?: EntraBehaviour): void;
  /** From now on the submission server refuses this token, or all issued so far, with 535. */
  revoke(token?: string): void;
}

/** Seconds; what Entra asks of a client it has no room for. */
const RETRY_AFTER = 10;

/** What holds for one request. */
export type Conduct = Required<Pick<EntraBehaviour, 'delay' | 'retryAfter' | 'tokenLifetime'>> & {
  readonly fault: PassingFault | undefined;
};

/** The behaviour with which an endpoint starts that has a fault. */
export function behaviourWith(fault: TokenFault | undefined): EntraBehaviour {
  return fault === undefined || !isPassing(fault) ? {} : { fault };
}

function isPassing(fault: TokenFault): fault is PassingFault {
  return !fault.startsWith('tls-');
}

/** The behaviour towards a tenant. */
export function conductTowards(tenant: string, behaviour: EntraBehaviour): Conduct {
  const applies = behaviour.tenant === undefined || behaviour.tenant.toLowerCase() === tenant.toLowerCase();
  const { delay = 0, fault, retryAfter = RETRY_AFTER, tokenLifetime = TOKEN_LIFETIME } = applies ? behaviour : {};
  return { delay, fault, retryAfter, tokenLifetime };
}
