/** Judges what an app may do with a mailbox, at sign-in and once more behind the final dot, as the directory stands at that moment. */

import { ALL_RIGHTS, type MailboxRights } from './directory.ts';
import {
  SECURITY_DEFAULTS,
  SMTP_AUTH_OFF_FOR_MAILBOX,
  SMTP_AUTH_OFF_FOR_TENANT,
  UNSUCCESSFUL,
} from './recorded-replies.ts';
import { SMTP_ROLE, type Submitter } from './token-issuer.ts';

/** What a client may do that has signed in. */
export interface Delegation {
  /** False once the right was taken away: the store shuts the mailbox to sessions that are open as well. */
  mayOpenMailbox(): boolean;
  maySendAs(address: string): boolean;
}

/**
 * Judges a sign-in with a good token. Switches come first, since they are known before any right is looked up.
 *
 * @param everywhere for a mailbox that is in every tenant, with all rights
 * @returns the delegation, or the reply of the refusal
 */
export function judgeSignIn(submitter: Submitter, address: string, everywhere: boolean): Delegation | string {
  const { principal } = submitter;
  const mailbox = address.toLowerCase();
  const rights = (): MailboxRights | undefined => (everywhere ? ALL_RIGHTS : principal.rights.get(mailbox));
  // A mailbox of another tenant is refused like a bad token.
  if (!rights()) return UNSUCCESSFUL;
  const { smtpAuth, securityDefaults } = principal.tenant.settings;
  if (securityDefaults) return SECURITY_DEFAULTS;
  // The mailbox's own setting wins over the tenant's (Set-CASMailbox).
  const own = principal.tenant.mailboxes.get(mailbox)?.smtpAuth ?? null;
  if (own === false) return SMTP_AUTH_OFF_FOR_MAILBOX;
  if (own === null && !smtpAuth) return SMTP_AUTH_OFF_FOR_TENANT;
  if (principal.settings.servicePrincipal !== 'registered') return UNSUCCESSFUL;
  const delegation = {
    // SMTP.SendAsApp in the token triggers the check of mailbox permissions; without it RBAC for Applications decides.
    mayOpenMailbox: () => rights()?.[submitter.roles.includes(SMTP_ROLE) ? 'fullAccess' : 'rbac'] === true,
    maySendAs: (other: string) =>
      other.toLowerCase() === mailbox || rights()?.sendAs.includes(other.toLowerCase()) === true,
  };
  return delegation.mayOpenMailbox() ? delegation : UNSUCCESSFUL;
}
