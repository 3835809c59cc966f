/** A request for a message as it is, with nothing said of how it is submitted, for tests to add to. */

import type { Message } from '../../src/domain/message.ts';
import type { SubmissionRequest } from '../../src/domain/submission-request.ts';

export function plainRequest(message: Message): SubmissionRequest {
  return {
    message,
    mailbox: null,
    returnPath: null,
    dsn: null,
    tags: [],
    metadata: {},
    priority: 'normal',
    scheduledAt: null,
    expiresIn: null,
    retry: true,
  };
}
