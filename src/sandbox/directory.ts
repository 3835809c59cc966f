/** Who is who in the practice Microsoft 365: tenants, the apps in them, and the mailboxes each app may use. */

import { randomBytes, randomUUID } from 'node:crypto';

/** A tenant with one app in it; whatever is left out is made up. Given twice with one `tenantId`, the tenant holds two apps. */
export interface TenantOptions {
  readonly tenantId?: string;
  /** A verified domain, by which the tenant can be named too; that of its first mailbox by default. */
  readonly domain?: string;
  /** The same for several tenants: a multi-tenant app, whose credentials are those of its first tenant. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** PEM: certificates registered on the app. */
  readonly certificates?: readonly string[];
  /** The mailboxes the app may use, by address; by default one, `billing@` the domain. */
  readonly mailboxes?: Readonly<Record<string, MailboxOptions>>;
}

export interface MailboxOptions {
  /** Further addresses that the app may send as with this mailbox. */
  readonly sendAs?: readonly string[];
}

/** An app in a tenant, which Entra ID calls service principal and its pages enterprise application. */
export interface ServicePrincipal {
  readonly tenantId: string;
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly certificates: readonly string[];
  readonly objectId: string;
  /** What the app may send as, its own address included, by mailbox; all in lower case. */
  readonly mailboxes: ReadonlyMap<string, readonly string[]>;
}

export interface Directory {
  readonly principals: readonly ServicePrincipal[];
}

const DOMAINS = ['contoso.example', 'fabrikam.example'];

/** Makes a directory of the tenants; at least one. */
export function createDirectory(tenants: readonly TenantOptions[]): Directory {
  const principals: ServicePrincipal[] = [];
  for (const [number, tenant] of (tenants.length > 0 ? tenants : [{}]).entries()) {
    principals.push(principalOf(tenant, DOMAINS[number] ?? `tenant-${number + 1}.example`, principals));
  }
  return { principals };
}

function principalOf(
  given: TenantOptions,
  usualDomain: string,
  earlier: readonly ServicePrincipal[],
): ServicePrincipal {
  const [firstMailbox] = Object.keys(given.mailboxes ?? {});
  const domain = given.domain ?? (firstMailbox ? domainOf(firstMailbox) : usualDomain);
  const clientId = (given.clientId ?? randomUUID()).toLowerCase();
  const sameApp = earlier.find((principal) => principal.clientId === clientId);
  const mailboxes = Object.entries(given.mailboxes ?? { [`billing@${domain}`]: {} });
  return {
    tenantId: (given.tenantId ?? randomUUID()).toLowerCase(),
    domain: domain.toLowerCase(),
    clientId,
    clientSecret: given.clientSecret ?? sameApp?.clientSecret ?? randomBytes(30).toString('base64url'),
    certificates: given.certificates ?? sameApp?.certificates ?? [],
    objectId: randomUUID(),
    mailboxes: new Map(
      mailboxes.map(([address, { sendAs = [] }]) => [
        address.toLowerCase(),
        [address, ...sendAs].map((each) => each.toLowerCase()),
      ]),
    ),
  };
}

/** The apps of a tenant, which is named by its id or its domain; none when there is no such tenant. */
export function principalsIn({ principals }: Directory, tenant: string): readonly ServicePrincipal[] {
  const name = tenant.toLowerCase();
  return principals.filter(({ tenantId, domain }) => tenantId === name || domain === name);
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
