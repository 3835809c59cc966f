/** The header Idempotency-Key, and what makes two requests the same one: that they ask for the same, however their JSON is written. */

import { hash } from 'node:crypto';
import type { SubmissionRequest } from '../domain/submission-request.ts';
import type { IdempotencyClaim } from '../ports/outbox.ts';

/** Taken as it is, in quotes (as the IETF's draft has it) or without. */
const key = /^[\x20-\x7e]{1,256}$/;

/** The key that a request brings; null for none, the mistake when it is no key. */
export function readIdempotencyKey(
  header: string | string[] | undefined,
): string | null | { readonly mistake: string } {
  if (header === undefined) return null;
  const given = String(header);
  return key.test(given)
    ? given
    : { mistake: `has ${given.length} characters; 1 to 256 printable ASCII ones are expected` };
}

/** What a key is claimed for. */
export function claimFor(key: string, request: SubmissionRequest): IdempotencyClaim {
  return { key, bodySha256: sha256(JSON.stringify(canonical(request), inOrder)) };
}

/** The request with everything out of it whose order or size says nothing. */
function canonical({ message, ...request }: SubmissionRequest) {
  return {
    ...request,
    message: {
      ...message,
      headers: message.headers.toSorted(([one], [other]) => (one < other ? -1 : 1)),
      attachments: message.attachments.map(({ content, ...attachment }) => ({
        ...attachment,
        content: sha256(content),
      })),
    },
  };
}

/** For JSON.stringify: members by name. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}
