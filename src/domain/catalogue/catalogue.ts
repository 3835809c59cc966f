/** The closed catalogue: every failure the relay can report, and no other. */

import { entraAppFailures } from './entra/app.ts';
import { entraClientAssertionFailures } from './entra/client-assertion.ts';
import { entraPermissionFailures } from './entra/permissions.ts';
import { entraRequestFailures } from './entra/request.ts';
import { entraServiceFailures } from './entra/service.ts';
import { entraTenantFailures } from './entra/tenant.ts';
import type { CatalogueEntry } from './entry.ts';
import { blockFailures } from './exchange-online/blocks.ts';
import { dialogueFailures } from './exchange-online/dialogue.ts';
import { limitFailures } from './exchange-online/limits.ts';
import { messageFailures } from './exchange-online/message.ts';
import { recipientLimitFailures } from './exchange-online/recipient-limits.ts';
import { recipientRestrictionFailures } from './exchange-online/recipient-restrictions.ts';
import { recipientFailures } from './exchange-online/recipients.ts';
import { senderFailures } from './exchange-online/sender.ts';
import { serviceFailures } from './exchange-online/service.ts';
import { sessionFailures } from './exchange-online/session.ts';
import { signInFailures } from './exchange-online/sign-in.ts';
import { networkFailures } from './network.ts';
import { outboxFailures } from './outbox.ts';
import { proxyFailures } from './proxy.ts';
import { relayFailures } from './relay.ts';
import { requestFailures } from './request.ts';
import { submissionFailures } from './submission.ts';
import { tlsFailures } from './tls.ts';

const entries = {
  ...requestFailures,
  ...relayFailures,
  ...outboxFailures,
  ...submissionFailures,
  ...entraAppFailures,
  ...entraClientAssertionFailures,
  ...entraTenantFailures,
  ...entraPermissionFailures,
  ...entraRequestFailures,
  ...entraServiceFailures,
  ...networkFailures,
  ...proxyFailures,
  ...tlsFailures,
  ...signInFailures,
  ...sessionFailures,
  ...dialogueFailures,
  ...senderFailures,
  ...recipientFailures,
  ...recipientRestrictionFailures,
  ...recipientLimitFailures,
  ...messageFailures,
  ...limitFailures,
  ...blockFailures,
  ...serviceFailures,
};

/** The stable name of a failure; the last segment of a problem's `type`. */
export type FailureCode = keyof typeof entries;

export const catalogue: Readonly<Record<FailureCode, CatalogueEntry>> = entries;

/** All codes, in the order of the catalogue. */
export const failureCodes = Object.keys(entries) as readonly FailureCode[];
