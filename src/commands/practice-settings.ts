/** The settings that lead a relay to a practice Microsoft 365 instead of the real one. */

import type { Sandbox } from '../sandbox/sandbox.ts';

/** All that a relay needs but its API key. */
export function settingsFor(practice: Sandbox) {
  return {
    TENANT_ID: practice.tenantId,
    CLIENT_ID: practice.clientId,
    CLIENT_SECRET: practice.clientSecret,
    MAILBOX: practice.mailbox,
    ENTRA_AUTHORITY_HOST: practice.authorityHost,
    SMTP_HOST: practice.smtpHost,
    SMTP_PORT: String(practice.smtpPort),
    EXTRA_CA_FILE: practice.caFile,
  };
}
