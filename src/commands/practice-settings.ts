/** The settings that lead a relay to a practice Microsoft 365 instead of the real one, and that keep what it accepts apart from real mail. */

import { mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** What a relay may do where nothing is limited: more than any practice can. */
const NO_BUDGET = { MAILBOX_MESSAGES_PER_MINUTE: '1000000', MAILBOX_RECIPIENTS_PER_DAY: '100000000' };

/**
 * All that one relay needs but its API key. Its outbox goes away together with the practice.
 * Where the practice limits nothing the relay has no reason to pace; else the defaults are the limits of both.
 */
export function settingsFor(practice: Sandbox) {
  const { messagesPerMinute, recipientsPerDay } = practice.limits().limits;
  return {
    TENANT_ID: practice.tenantId,
    CLIENT_ID: practice.clientId,
    CLIENT_SECRET: practice.clientSecret,
    MAILBOX: practice.mailbox,
    ENTRA_AUTHORITY_HOST: practice.authorityHost,
    SMTP_HOST: practice.smtpHost,
    SMTP_PORT: String(practice.smtpPort),
    EXTRA_CA_FILE: practice.caFile,
    DATA_DIR: mkdtempSync(join(dirname(practice.caFile), 'outbox-')),
    ...(messagesPerMinute === null && recipientsPerDay === null && NO_BUDGET),
  };
}
