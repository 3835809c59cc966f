/** The closed catalogue: every failure the relay can report, and no other. */

import { entraAppFailures } from './entra/app.ts';
import { entraClientAssertionFailures } from './entra/client-assertion.ts';
import { entraRequestFailures } from './entra/request.ts';
import { entraServiceFailures } from './entra/service.ts';
import { entraTenantFailures } from './entra/tenant.ts';
import type { CatalogueEntry } from './entry.ts';
import { limitFailures } from './exchange-online/limits.ts';
import { messageFailures } from './exchange-online/message.ts';
import { recipientFailures } from './exchange-online/recipients.ts';
import { senderFailures } from './exchange-online/sender.ts';
import { serviceFailures } from './exchange-online/service.ts';
import { sessionFailures } from './exchange-online/session.ts';
import { signInFailures } from './exchange-online/sign-in.ts';
import { networkFailures } from './network.ts';
import { proxyFailures } from './proxy.ts';
import { relayFailures } from './relay.ts';
import { requestFailures } from './request.ts';
import { tlsFailures } from './tls.ts';

const entries = {
  ...requestFailures,
  ...relayFailures,
  ...entraAppFailures,
  ...entraClientAssertionFailures,
  ...entraTenantFailures,
  ...entraRequestFailures,
  ...entraServiceFailures,
  ...networkFailures,
  ...proxyFailures,
  ...tlsFailures,
  ...signInFailures,
  ...sessionFailures,
  ...senderFailures,
  ...recipientFailures,
  ...messageFailures,
  ...limitFailures,
  ...serviceFailures,
};

/** The stable name of a failure; the last segment of a problem's `type`. */
export type FailureCode = keyof typeof entries;

export const catalogue: Readonly<Record<FailureCode, CatalogueEntry>> = entries;

/** All codes, in the order of the catalogue. */
export const failureCodes = Object.keys(entries) as readonly FailureCode[];
