/** Entra ID's refusals, in the shape of its error bodies. */

import { randomUUID } from 'node:crypto';
import type { EntraError, EntraText, RequestFacts } from './entra-error.ts';
import { appErrors } from './entra-errors-of-app.ts';
import { requestErrors } from './entra-errors-of-request.ts';
import { tenantErrors } from './entra-errors-of-tenant.ts';

export type { RequestFacts } from './entra-error.ts';

export type AadstsNumber = keyof typeof appErrors | keyof typeof tenantErrors | keyof typeof requestErrors;

/** By AADSTS number. */
export const entraErrors: Readonly<Record<AadstsNumber, EntraError>> = {
  ...appErrors,
  ...tenantErrors,
  ...requestErrors,
};

/** All texts of a number, each with its source; the one that is usual now comes first. */
export function wordingsOf(aadsts: AadstsNumber): readonly { readonly text: EntraText; readonly source: string }[] {
  const { text, source, also = [] } = entraErrors[aadsts];
  return [{ text, source }, ...also];
}

/** A refusal: the number, what its text names, and which of its texts it is; 1 is the first. */
export interface EntraRefusal {
  readonly aadsts: AadstsNumber;
  readonly facts: RequestFacts;
  readonly wording?: number;
}

/**
 * The body of an error, as Entra writes it.
 *
 * @param correlationId the request's own, given as `client-request-id`; one is made up when it gave none
 */
export function errorBody({ aadsts, facts, wording = 1 }: EntraRefusal, correlationId: string | undefined) {
  const { error, text: usual } = entraErrors[aadsts];
  const text = wordingsOf(aadsts)[wording - 1]?.text ?? usual;
  const traceId = entraTraceId();
  const correlation = correlationId ?? randomUUID();
  const timestamp = entraTimestamp(new Date());
  return {
    error,
    error_description: [
      `AADSTS${aadsts}: ${text(facts)}`,
      `Trace ID: ${traceId}`,
      `Correlation ID: ${correlation}`,
      `Timestamp: ${timestamp}`,
    ].join('\r\n'),
    error_codes: [aadsts],
    timestamp,
    trace_id: traceId,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${aadsts}`,
  };
}

/** Entra's trace ids are GUIDs whose last byte is zero. */
export function entraTraceId(): string {
  return `${randomUUID().slice(0, -2)}00`;
}

/** `2023-05-06 06:03:00Z` */
function entraTimestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
