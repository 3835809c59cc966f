/** One attempt for one submission: token, connection, SMTP transaction. It never tries again by itself. */

import type { Values } from '../domain/catalogue/entry.ts';
import { entryOf, type Failure, FailureError, isRetryable, type RefusedRecipient } from '../domain/failure.ts';
import { tenantValues } from '../domain/routing.ts';
import type { SmtpReply } from '../domain/smtp-reply.ts';
import type { AccessToken, AccessTokens, Events, SubmissionClient } from '../ports.ts';
import { factsOf, type Submission } from './accept.ts';

/** What Exchange Online took, in its own words. */
export interface Receipt {
  readonly submission: Submission;
  readonly accepted: readonly string[];
  readonly rejected: readonly RefusedRecipient[];
  readonly reply: SmtpReply | null;
}

export interface DeliverUse {
  readonly tokens: AccessTokens;
  readonly client: SubmissionClient;
  readonly events: Events;
}

/**
 * Submits a submission to Exchange Online.
 *
 * @returns the receipt, when at least one recipient was accepted
 * @throws FailureError when none was
 */
export async function deliver(submission: Submission, use: DeliverUse): Promise<Receipt> {
  const started = performance.now();
  const milliseconds = () => Math.round(performance.now() - started);
  const facts = factsOf(submission);
  try {
    const receipt = await attempt(submission, use);
    use.events.submissionSubmitted({
      ...facts,
      accepted: receipt.accepted.length,
      rejected: receipt.rejected.map(({ recipient, failure }) => ({ recipient, failure: failure.code })),
      reply: receipt.reply?.text ?? '',
      milliseconds: milliseconds(),
    });
    return receipt;
  } catch (error) {
    if (error instanceof FailureError) {
      use.events.submissionFailed({
        ...facts,
        failure: error.failure,
        cause: error.cause,
        milliseconds: milliseconds(),
      });
    }
    throw error;
  }
}

async function attempt(submission: Submission, { tokens, client }: DeliverUse): Promise<Receipt> {
  const { route, envelope, content } = submission;
  let token: AccessToken | null = null;
  try {
    token = await tokens.acquire(route.tenant);
    const { accepted, rejected, reply } = await client.submit(route, token, envelope, content);
    if (accepted.length === 0) throw new FailureError(allRefused(rejected));
    return { submission, accepted, rejected, reply };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    if (token && rightsMayBeMissing(error.failure)) tokens.refused(route.tenant, token);
    throw new FailureError(completed(error.failure, submission, token), { cause: error.cause });
  }
}

/** Rights that are granted after a token was issued show in a newer token only. */
function rightsMayBeMissing({ code, smtp }: Failure): boolean {
  return smtp !== null && ['mailbox', 'sender', 'tenant'].includes(entryOf(code).about);
}

/** The failure with all that is known of the submission and its token. */
function completed(failure: Failure, submission: Submission, token: AccessToken | null): Failure {
  const roles = token?.claims?.roles ?? null;
  const carried =
    roles && failure.stage === 'auth' ? ` The token carries ${roles.length > 0 ? roles.join(', ') : 'no role'}.` : '';
  return {
    ...failure,
    detail: failure.detail && `${failure.detail}${carried}`,
    messageId: submission.messageId,
    values: { ...knownValues(submission, token), ...failure.values },
  };
}

/** No recipient was accepted: the failure of the first that may be accepted later, else of the first. */
function allRefused(rejected: readonly RefusedRecipient[]): Failure {
  const telling = rejected.find(({ failure }) => isRetryable(failure)) ?? rejected[0];
  if (!telling) throw new Error('The server accepted no recipient and refused none');
  return { ...telling.failure, rejected };
}

function knownValues({ route, envelope, messageId }: Submission, token: AccessToken | null): Values {
  const objectId = token?.claims?.objectId;
  return {
    ...tenantValues(route.tenant),
    mailbox: route.mailbox,
    message_id: messageId,
    from: envelope.reversePath,
    ...(objectId && { object_id: objectId }),
  };
}
