/** Takes a message in: judged, routed and composed once. What leaves here can be submitted any number of times with the same bytes. */

import { type Envelope, envelopeOf } from '../domain/envelope.ts';
import { FailureError, failure, inWords } from '../domain/failure.ts';
import { type Message, mistakesIn } from '../domain/message.ts';
import { type Route, routeFor } from '../domain/routing.ts';
import type { Clock, Events, MessageComposer } from '../ports.ts';

/** RFC 6409: our record of one accepted message. */
export interface Submission {
  readonly id: string;
  readonly requestId: string;
  /** With angle brackets, as in the header. */
  readonly messageId: string;
  readonly route: Route;
  readonly envelope: Envelope;
  /** The composed message. */
  readonly content: Uint8Array;
}

/** Exchange Online's default limit for a mailbox (`MaxSendSize`), in bytes of the composed message. */
export const MAX_MESSAGE_BYTES = 35 * 1024 * 1024;

export interface AcceptUse {
  readonly routes: readonly Route[];
  readonly composer: MessageComposer;
  readonly clock: Clock;
  readonly events: Events;
  /** A new identifier, sortable by time. */
  readonly newId: () => string;
}

/**
 * Makes a submission of a message.
 *
 * @param requestId of the request that brought it
 * @throws FailureError for a message that cannot be submitted as it is; nothing is kept then
 */
export async function accept(message: Message, requestId: string, use: AcceptUse): Promise<Submission> {
  const route = routeFor(message.from.address, use.routes);
  if ('code' in route) throw new FailureError(route);
  const mistakes = mistakesIn(message);
  const [first] = mistakes;
  if (first) {
    const errors = mistakes.map(({ field, message }) => ({ field, message }));
    throw new FailureError(failure(first.code, { detail: inWords(errors), errors }));
  }
  const id = use.newId();
  const messageId = `<${id}@${domainOf(message.from.address)}>`;
  const content = await use.composer.compose(message, { messageId, date: use.clock.now() });
  if (content.length > MAX_MESSAGE_BYTES) throw new FailureError(tooLarge(content.length));
  const submission = { id, requestId, messageId, route, envelope: envelopeOf(message), content };
  use.events.submissionAccepted({
    ...factsOf(submission),
    size: content.length,
    recipients: submission.envelope.forwardPaths.length,
  });
  return submission;
}

/** By what a submission is found again in the log. */
export function factsOf({ requestId, id, messageId, route }: Submission) {
  return { requestId, id, messageId, tenant: route.tenant.name, mailbox: route.mailbox };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function tooLarge(bytes: number) {
  const megabytes = (bytes / 1024 / 1024).toFixed(1);
  return failure('message-too-large', {
    stage: 'request',
    detail: `The composed message has ${megabytes} MB; ${MAX_MESSAGE_BYTES / 1024 / 1024} MB is the most. Base64 makes attachments a third larger.`,
    errors: [
      { field: 'attachments', message: 'the message is too large; send fewer or smaller attachments, or a link' },
    ],
  });
}
