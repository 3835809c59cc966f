/** How large a request's body may be: as large as the largest message that any mailbox submits. */

import { type Failure, failure } from '../domain/failure.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * The bytes of a body: JSON with its attachments in base64 is as large as the message composed of it, give or take.
 *
 * @param maxMessageBytes of the route that takes the largest messages
 */
export function bodyLimit(maxMessageBytes: number): number {
  return maxMessageBytes + MEBIBYTE;
}

/** The failure for a body above the limit. */
export function bodyTooLarge(limit: number): Failure {
  const mebibytes = (bytes: number) => Math.floor((bytes / MEBIBYTE) * 10) / 10;
  return failure('message-too-large', {
    stage: 'request',
    detail: `The request is larger than ${mebibytes(limit)} MiB, into which about ${mebibytes((limit * 3) / 4)} MiB of files fit as base64. The limit is 1 MiB above the largest max_message_bytes of the relay's mailboxes.`,
    errors: [{ field: 'body', message: 'is too large; send fewer or smaller attachments, or a link' }],
  });
}
