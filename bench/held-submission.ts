/** Submissions as the relay holds them, without a relay: to fill an outbox, and to know how large one is. */

import { ulid } from 'ulid';
import { mimeComposer } from '../src/adapters/mime/compose.ts';
import { envelopeOf } from '../src/domain/envelope.ts';
import { newSubmission } from '../src/domain/submission-progress.ts';
import { readSubmissionRequest } from '../src/http/read-message.ts';
import type { NewSubmission } from '../src/ports/outbox.ts';
import { mail, mailWithFile } from './message.ts';
import { CLIENT, TENANT } from './routing.ts';

const DAY = 24 * 60 * 60 * 1_000;

/**
 * A message that is to be submitted in a day.
 *
 * @param attached bytes of a file; 0 for none
 */
export async function heldSubmission(mailbox: string, number: number, attached = 0): Promise<NewSubmission> {
  const request = readSubmissionRequest(attached > 0 ? mailWithFile(mailbox, number, attached) : mail(mailbox, number));
  const { message, tags, metadata, priority, retry } = request;
  const now = Date.now();
  const id = ulid(now);
  const messageId = `<${id}@${mailbox.slice(mailbox.indexOf('@') + 1)}>`;
  const scheduledAt = now + DAY;
  const content = await mimeComposer.compose(message, { messageId, date: new Date(scheduledAt) });
  const submission = newSubmission({
    id,
    requestId: ulid(now),
    client: CLIENT,
    tenant: TENANT,
    mailbox,
    from: message.from.address,
    messageId,
    envelope: envelopeOf(request),
    tags,
    metadata,
    priority,
    retry,
    size: content.length,
    acceptedAt: now,
    scheduledAt,
    expiresAt: scheduledAt + DAY,
    idempotencyKey: null,
  });
  return { submission, content, claim: null };
}
