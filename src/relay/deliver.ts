/** One attempt for one submission: token, connection, SMTP transaction. It never tries again by itself. */

import type { Values } from '../domain/catalogue/entry.ts';
import { type Failure, FailureError, isRetryable, type RefusedRecipient } from '../domain/failure.ts';
import { tenantValues } from '../domain/routing.ts';
import type { SmtpReply } from '../domain/smtp-reply.ts';
import type { AccessToken, AccessTokens, Events, SubmissionClient, TransactionTimes } from '../ports.ts';
import { factsOf, type Submission } from './accept.ts';

/** What Exchange Online took, in its own words. */
export interface Receipt {
  readonly submission: Submission;
  readonly accepted: readonly string[];
  readonly rejected: readonly RefusedRecipient[];
  readonly reply: SmtpReply | null;
  /** Absent when no data was sent. */
  readonly times?: TransactionTimes | undefined;
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
      times: receipt.times,
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
  const { tenant } = route;
  let token: AccessToken | null = null;
  const submitWith = (acquire: () => Promise<AccessToken>) =>
    client.submit({
      route,
      envelope,
      content,
      token: async () => {
        token = await acquire();
        return token;
      },
      beforeFinalDot: async () => {},
    });
  try {
    tokens.keepFresh(tenant);
    const result = await submitWith(() => tokens.acquire(tenant)).catch(async (error: unknown) => {
      // RFC 4954 §6: a refused AUTH has begun no transaction, so one more of it submits nothing twice.
      const newer = token && isRefusedToken(error) ? await tokens.replace(tenant, token) : null;
      if (!newer) throw error;
      return await submitWith(async () => newer);
    });
    const { accepted, rejected, reply, times } = result;
    if (accepted.length === 0) throw new FailureError(allRefused(rejected));
    return { submission, accepted, rejected, reply, times };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    throw new FailureError(completed(error.failure, submission, token), { cause: error.cause });
  }
}

/** RFC 4954 §6: authentication credentials invalid. */
const CREDENTIALS_INVALID = 535;

function isRefusedToken(error: unknown): boolean {
  if (!(error instanceof FailureError)) return false;
  const { stage, smtp } = error.failure;
  return stage === 'auth' && smtp?.reply.code === CREDENTIALS_INVALID;
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
  const [recipient, ...others] = envelope.forwardPaths;
  return {
    ...tenantValues(route.tenant),
    mailbox: route.mailbox,
    message_id: messageId,
    from: envelope.reversePath,
    // With several of them nobody knows which one a refusal of the whole message is about.
    ...(recipient !== undefined && others.length === 0 && { recipient }),
    ...(objectId && { object_id: objectId }),
  };
}
