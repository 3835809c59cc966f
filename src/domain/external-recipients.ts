/** Recipients outside the tenant, as Exchange Online's tenant external recipient rate limit (TERRL) counts them. */

import type { Tenant } from './routing.ts';

/**
 * How many of the addresses are in none of the tenant's domains.
 * A subdomain is a domain of its own: it is the tenant's only when it is named.
 */
export function countExternal(addresses: readonly string[], { domains }: Pick<Tenant, 'domains'>): number {
  const own = new Set(domains);
  return addresses.filter((address) => !own.has(domainOf(address))).length;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
