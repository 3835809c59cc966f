/** Takes a message in: judged, routed and composed once. What leaves here can be submitted any number of times with the same bytes. */

import type { Client } from '../domain/client.ts';
import { envelopeOf } from '../domain/envelope.ts';
import { type Failure, FailureError, failure, inWords } from '../domain/failure.ts';
import { type Message, mistakesIn } from '../domain/message.ts';
import { refusalFor } from '../domain/mistake.ts';
import { mistakesInRequest } from '../domain/request-rules.ts';
import { type Route, type Routing, submitsAs } from '../domain/routing.ts';
import { matchesAny } from '../domain/sender-pattern.ts';
import type { Submission } from '../domain/submission.ts';
import { newSubmission } from '../domain/submission-progress.ts';
import type { SubmissionRequest } from '../domain/submission-request.ts';
import type { Schedule } from '../domain/submission-schedule.ts';
import type { IdempotencyClaim } from '../ports/outbox.ts';
import type { Clock, Events, MessageComposer } from '../ports.ts';
import { factsOf } from './deliver.ts';

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
  /** A digest of texts, of characters that may stand in a Message-ID. */
  readonly digest: (texts: readonly string[]) => string;
}

/** What is settled before a message is looked at. */
export interface Asked {
  readonly schedule: Schedule;
  readonly claim: IdempotencyClaim | null;
}

/** A message taken in, not held yet. */
export interface Accepted {
  readonly submission: Submission;
  /** The composed message. */
  readonly content: Uint8Array;
}

/**
 * Makes a submission of what a client asks for.
 *
 * @throws FailureError for a message that cannot be submitted as it is; nothing is kept then
 */
export async function accept(request: SubmissionRequest, by: Asking, asked: Asked, use: AcceptUse): Promise<Accepted> {
  const { message, returnPath } = request;
  const { client, requestId } = by;
  const route = use.routing.routeFor({ client, from: message.from.address, mailbox: request.mailbox });
  if ('code' in route) throw new FailureError(route);
  const envelope = envelopeOf(request);
  const { forwardPaths } = envelope;
  const refusal =
    (returnPath !== null ? refusedReturnPath(returnPath, client, route) : null) ??
    // Before all that is done for each of them.
    (forwardPaths.length > route.maxRecipients ? tooManyRecipients(message, forwardPaths, route) : null) ??
    refusalFor([...mistakesIn(message), ...mistakesInRequest(request)]);
  if (refusal) throw new FailureError(refusal);
  const id = use.newId();
  const domain = domainOf(message.from.address);
  const messageId = `<${asked.claim ? use.digest([client.name, asked.claim.key, asked.claim.bodySha256]) : id}@${domain}>`;
  const now = use.clock.now();
  const date = asked.schedule.scheduledAt === null ? now : new Date(asked.schedule.scheduledAt);
  const content = await use.composer.compose(message, { messageId, date });
  if (content.length > route.maxMessageBytes) throw new FailureError(tooLarge(content.length, route));
  const submission = newSubmission({
    id,
    requestId,
    client: client.name,
    tenant: route.tenant.name,
    mailbox: route.mailbox,
    from: message.from.address,
    messageId,
    envelope,
    tags: request.tags,
    metadata: request.metadata,
    priority: request.priority,
    retry: request.retry,
    size: content.length,
    acceptedAt: now.getTime(),
    scheduledAt: asked.schedule.scheduledAt,
    expiresAt: asked.schedule.expiresAt,
    idempotencyKey: asked.claim?.key ?? null,
  });
  use.events.submissionAccepted({
    ...factsOf(submission),
    size: content.length,
    recipients: forwardPaths.length,
  });
  return { submission, content };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** Exchange Online asks for SendAs on the address of MAIL FROM, too, so it is allowed where that of From would be. */
function refusedReturnPath(returnPath: string, client: Client, route: Route): Failure | null {
  const reason = !matchesAny(client.maySendAs, returnPath)
    ? `client ${client.name} may not send as ${returnPath}, and so may not have notifications sent there`
    : !submitsAs(route, returnPath)
      ? `${route.mailbox} does not submit as ${returnPath}; leave return_path out, or have the operator add it to send_as of ${route.mailbox}`
      : null;
  if (reason === null) return null;
  const errors = [{ field: 'return_path', message: reason }];
  return failure('sender-not-allowed', { detail: inWords(errors), errors, values: { from: returnPath } });
}

function tooManyRecipients(
  message: Message,
  { length: count }: readonly string[],
  { mailbox, maxRecipients }: Route,
): Failure {
  const lists = Object.entries({ to: message.to, cc: message.cc, bcc: message.bcc });
  const [longest] = lists.sort(([, one], [, other]) => other.length - one.length);
  const said = `the message has ${count} recipients in to, cc and bcc; ${maxRecipients} at most`;
  return failure('too-many-recipients', {
    stage: 'request',
    detail: `The message has ${count} recipients; ${maxRecipients} is the most that ${mailbox} addresses at once (MAILBOX_MAX_RECIPIENTS, or max_recipients of the mailbox).`,
    errors: [{ field: longest?.[0] ?? 'to', message: said }],
    values: { mailbox },
  });
}

function tooLarge(bytes: number, { mailbox, maxMessageBytes }: Route): Failure {
  const most = `${inMebibytes(maxMessageBytes)} is the most that ${mailbox} submits (MAILBOX_MAX_MESSAGE_MIB, or max_message_mib of the mailbox)`;
  return failure('message-too-large', {
    stage: 'request',
    detail: `The composed message has ${inMebibytes(bytes)}; ${most}. Base64 makes attachments a third larger.`,
    errors: [
      {
        field: 'attachments',
        message: `the composed message has ${inMebibytes(bytes)}, ${inMebibytes(maxMessageBytes)} at most; send fewer or smaller attachments, or a link`,
      },
    ],
  });
}

/** To a thousandth where a tenth is nothing. */
function inMebibytes(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return `${Number(mebibytes.toFixed(mebibytes < 1 ? 4 : 1))} MiB`;
}
