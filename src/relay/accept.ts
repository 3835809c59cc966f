/** Takes a message in: judged, routed and composed once. What leaves here can be submitted any number of times with the same bytes. */

import type { Client } from '../domain/client.ts';
import { type Envelope, envelopeOf } from '../domain/envelope.ts';
import { FailureError, failure, inWords } from '../domain/failure.ts';
import { mistakesIn } from '../domain/message.ts';
import type { Route, Routing } from '../domain/routing.ts';
import type { SubmissionRequest, Tag } from '../domain/submission-request.ts';
import type { Clock, Events, MessageComposer, SubmissionFacts } from '../ports.ts';

/** RFC 6409: our record of one accepted message. */
export interface Submission {
  readonly id: string;
  readonly requestId: string;
  /** Name of the client it is for. */
  readonly client: string;
  readonly tags: readonly Tag[];
  readonly metadata: Readonly<Record<string, string>>;
  /** With angle brackets, as in the header. */
  readonly messageId: string;
  readonly route: Route;
  readonly envelope: Envelope;
  /** The composed message. */
  readonly content: Uint8Array;
}

/** Who asks, and under which id the request stands in the log. */
export interface Asking {
  readonly client: Client;
  readonly requestId: string;
}

export interface AcceptUse {
  readonly routing: Routing;
  readonly composer: MessageComposer;
  readonly clock: Clock;
  readonly events: Events;
  /** A new identifier, sortable by time. */
  readonly newId: () => string;
}

/**
 * Makes a submission of what a client asks for.
 *
 * @throws FailureError for a message that cannot be submitted as it is; nothing is kept then
 */
export async function accept(request: SubmissionRequest, by: Asking, use: AcceptUse): Promise<Submission> {
  const { message } = request;
  const { client, requestId } = by;
  const route = use.routing.routeFor({ client, from: message.from.address, mailbox: request.mailbox });
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
  if (content.length > route.maxMessageBytes) throw new FailureError(tooLarge(content.length, route));
  const { tags, metadata } = request;
  const envelope = envelopeOf(request);
  const submission = { id, requestId, client: client.name, tags, metadata, messageId, route, envelope, content };
  use.events.submissionAccepted({
    ...factsOf(submission),
    size: content.length,
    recipients: envelope.forwardPaths.length,
  });
  return submission;
}

/** By what a submission is found again in the log. */
export function factsOf({ requestId, id, messageId, client, route, tags, metadata }: Submission): SubmissionFacts {
  return { requestId, id, messageId, client, tenant: route.tenant.name, mailbox: route.mailbox, tags, metadata };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function tooLarge(bytes: number, { mailbox, maxMessageBytes }: Route) {
  const megabytes = (bytes / 1024 / 1024).toFixed(1);
  return failure('message-too-large', {
    stage: 'request',
    detail: `The composed message has ${megabytes} MiB; ${maxMessageBytes / 1024 / 1024} MiB is the most that ${mailbox} submits. Base64 makes attachments a third larger.`,
    errors: [
      { field: 'attachments', message: 'the message is too large; send fewer or smaller attachments, or a link' },
    ],
  });
}
