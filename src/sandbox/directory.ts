/** Who is who in the practice Microsoft 365: tenants, the apps in them with their credentials, and the mailboxes with the rights on them. */

import { randomBytes, randomUUID } from 'node:crypto';
import type { LimitOptions } from './limits.ts';

/** A tenant with one app in it; whatever is left out is made up. Given twice with one `tenantId`, the tenant holds two apps. */
export interface TenantOptions extends Partial<TenantSettings>, Partial<AppSettings> {
  readonly tenantId?: string;
  /** A verified domain, by which the tenant can be named too; that of its first mailbox by default. */
  readonly domain?: string;
  /** The same for several tenants: a multi-tenant app, whose credentials are those of its first tenant. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Several secrets, some perhaps expired; in the place of `clientSecret`. */
  readonly clientSecrets?: readonly ClientSecret[];
  /** PEM: certificates registered on the app. */
  readonly certificates?: readonly string[];
  /** The mailboxes the app may use, by address; by default one, `billing@` the domain. */
  readonly mailboxes?: Readonly<Record<string, MailboxOptions>>;
}

/** What holds for a whole tenant. */
export interface TenantSettings {
  /** `Set-TransportConfig -SmtpClientAuthenticationDisabled`, the other way round; true when absent. */
  readonly smtpAuth: boolean;
  /** Security defaults shut SMTP AUTH, whatever else is set; false when absent. */
  readonly securityDefaults: boolean;
}

/** What an administrator has done for an app in a tenant. */
export interface AppSettings {
  /** What `New-ServicePrincipal` has told Exchange; `wrong-object-id` is that of the app registration. */
  readonly servicePrincipal: 'registered' | 'missing' | 'wrong-object-id';
  /** Whether SMTP.SendAsApp was consented to, and so stands among the token's roles; true when absent. */
  readonly smtpSendAsApp: boolean;
}

/** The rights of an app on a mailbox. */
export interface MailboxRights {
  /** `Add-MailboxPermission -AccessRights FullAccess`, which SMTP.SendAsApp needs; true when absent. */
  readonly fullAccess: boolean;
  /** Further addresses that the app may send as with this mailbox (`Add-RecipientPermission`). */
  readonly sendAs: readonly string[];
  /** Whether an assignment of RBAC for Applications covers the mailbox; counts for tokens without SMTP.SendAsApp. */
  readonly rbac: boolean;
}

/** What holds for a mailbox, whichever app uses it. */
export interface MailboxSettings {
  /** `Set-CASMailbox -SmtpClientAuthenticationDisabled`, the other way round; null leaves it to the tenant. */
  readonly smtpAuth: boolean | null;
}

export interface MailboxOptions extends Partial<MailboxRights>, Partial<MailboxSettings> {
  /** Where they differ from those of the sandbox. */
  readonly limits?: LimitOptions;
}

export interface ClientSecret {
  readonly value: string;
  /** Never when absent. */
  readonly expiresAt?: Date;
}

/** What an app registration proves itself by; the tenants of one app share it. */
export interface Credentials {
  clientSecrets: readonly ClientSecret[];
  /** PEM. */
  certificates: readonly string[];
}

export interface Tenant {
  readonly tenantId: string;
  readonly domain: string;
  settings: TenantSettings;
  /** By address in lower case. */
  readonly mailboxes: Map<string, MailboxSettings>;
}

/** An app in a tenant, which Entra ID calls service principal and its pages enterprise application. */
export interface ServicePrincipal {
  readonly tenantId: string;
  readonly domain: string;
  readonly clientId: string;
  readonly objectId: string;
  /** The first of the credentials. */
  readonly clientSecret: string;
  readonly tenant: Tenant;
  readonly credentials: Credentials;
  settings: AppSettings;
  /** By mailbox; all in lower case. */
  readonly rights: Map<string, MailboxRights>;
}

export interface Directory {
  readonly principals: readonly ServicePrincipal[];
}

export const ALL_RIGHTS: MailboxRights = { fullAccess: true, sendAs: [], rbac: false };
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
  const mailboxes = Object.entries(given.mailboxes ?? { [`billing@${domain}`]: {} });
  const clientId = (given.clientId ?? randomUUID()).toLowerCase();
  const tenantId = (given.tenantId ?? randomUUID()).toLowerCase();
  const tenant = earlier.find((principal) => principal.tenantId === tenantId)?.tenant ?? {
    tenantId,
    domain: domain.toLowerCase(),
    settings: { smtpAuth: given.smtpAuth ?? true, securityDefaults: given.securityDefaults ?? false },
    mailboxes: new Map(),
  };
  const rights = new Map<string, MailboxRights>();
  for (const [address, { smtpAuth = null, ...granted }] of mailboxes) {
    const mailbox = address.toLowerCase();
    tenant.mailboxes.set(mailbox, { smtpAuth });
    const { fullAccess, sendAs, rbac } = { ...ALL_RIGHTS, ...granted };
    rights.set(mailbox, { fullAccess, rbac, sendAs: sendAs.map((each) => each.toLowerCase()) });
  }
  const credentials = credentialsOf(given, earlier.find((principal) => principal.clientId === clientId)?.credentials);
  return {
    tenantId,
    domain: domain.toLowerCase(),
    clientId,
    objectId: randomUUID(),
    clientSecret: credentials.clientSecrets[0]?.value ?? '',
    tenant,
    credentials,
    settings: { servicePrincipal: given.servicePrincipal ?? 'registered', smtpSendAsApp: given.smtpSendAsApp ?? true },
    rights,
  };
}

function credentialsOf(given: TenantOptions, sameApp: Credentials | undefined): Credentials {
  const { clientSecret, clientSecrets = clientSecret === undefined ? undefined : [{ value: clientSecret }] } = given;
  if (sameApp && !clientSecrets && !given.certificates) return sameApp;
  return {
    clientSecrets: clientSecrets ?? sameApp?.clientSecrets ?? [{ value: randomBytes(30).toString('base64url') }],
    certificates: given.certificates ?? sameApp?.certificates ?? [],
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
