/** One attempt for one submission: token, connection, SMTP transaction. It never tries again by itself. */

import type { Values } from '../domain/catalogue/entry.ts';
import { type Failure, FailureError, failure, isRetryable, type RefusedRecipient } from '../domain/failure.ts';
import { type Route, tenantValues } from '../domain/routing.ts';
import type { Submission } from '../domain/submission.ts';
import type {
  AccessToken,
  AccessTokens,
  Events,
  SubmissionClient,
  SubmissionFacts,
  TransactionResult,
} from '../ports.ts';

/** What is to be submitted now, and whom for. */
export interface Delivery {
  readonly submission: Submission;
  readonly route: Route;
  /** The composed message. */
  readonly content: Uint8Array;
  /** Those of its recipients that are not settled. */
  readonly recipients: readonly string[];
  /** Told when a connection begins the transaction. */
  readonly begun: () => void;
  /** Asked before the last bytes go out; when it fails nothing is submitted. */
  readonly beforeFinalDot: () => Promise<void>;
}

export interface DeliverUse {
  readonly tokens: AccessTokens;
  readonly client: SubmissionClient;
  readonly events: Events;
}

/**
 * Submits a submission to Exchange Online.
 *
 * @returns what it took, when it took it for at least one recipient
 * @throws FailureError when it took nothing, or nobody knows; a defect of the relay is one, too
 */
export async function deliver(delivery: Delivery, use: DeliverUse): Promise<TransactionResult> {
  const started = performance.now();
  const milliseconds = () => Math.round(performance.now() - started);
  const facts = factsOf(delivery.submission);
  let mayBeSubmitted = false;
  const beforeFinalDot = async () => {
    await delivery.beforeFinalDot();
    mayBeSubmitted = true;
  };
  try {
    const result = await attempt({ ...delivery, beforeFinalDot }, use);
    use.events.submissionSubmitted({
      ...facts,
      accepted: result.accepted.length,
      rejected: result.rejected.map(({ recipient, failure }) => ({ recipient, failure: failure.code })),
      reply: result.reply?.text ?? '',
      times: result.times,
      milliseconds: milliseconds(),
    });
    return result;
  } catch (error) {
    const failed = error instanceof FailureError ? error : defect(error, delivery.submission, mayBeSubmitted);
    const { failure, cause } = failed;
    use.events.attemptFailed({ ...facts, failure, cause, milliseconds: milliseconds() });
    throw failed;
  }
}

/** A defect of the relay holds up one submission, and no line. */
function defect(cause: unknown, { messageId }: Submission, mayBeSubmitted: boolean): FailureError {
  const stage = mayBeSubmitted ? 'data' : 'request';
  const code = mayBeSubmitted ? 'submission-in-doubt' : 'internal-error';
  return new FailureError(failure(code, { stage, messageId }), { cause });
}

async function attempt(delivery: Delivery, { tokens, client }: DeliverUse): Promise<TransactionResult> {
  const { submission, route, content, recipients, begun, beforeFinalDot } = delivery;
  const { tenant } = route;
  const envelope = { ...submission.envelope, forwardPaths: recipients };
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
      begun,
      beforeFinalDot,
    });
  try {
    tokens.keepFresh(tenant);
    const result = await submitWith(() => tokens.acquire(tenant)).catch(async (error: unknown) => {
      // RFC 4954 §6: a refused AUTH has begun no transaction, so one more of it submits nothing twice.
      const newer = token && isRefusedToken(error) ? await tokens.replace(tenant, token) : null;
      if (!newer) throw error;
      return await submitWith(async () => newer);
    });
    if (result.accepted.length === 0) throw new FailureError(allRefused(result.rejected));
    return result;
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    throw new FailureError(completed(error.failure, delivery, token), { cause: error.cause });
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
function completed(failure: Failure, delivery: Delivery, token: AccessToken | null): Failure {
  const roles = token?.claims?.roles ?? null;
  const carried =
    roles && failure.stage === 'auth' ? ` The token carries ${roles.length > 0 ? roles.join(', ') : 'no role'}.` : '';
  return {
    ...failure,
    detail: failure.detail && `${failure.detail}${carried}`,
    messageId: delivery.submission.messageId,
    values: { ...knownValues(delivery, token), ...failure.values },
  };
}

/** No recipient was accepted: the failure of the first that may be accepted later, else of the first. */
function allRefused(rejected: readonly RefusedRecipient[]): Failure {
  const telling = rejected.find(({ failure }) => isRetryable(failure)) ?? rejected[0];
  if (!telling) throw new Error('The server accepted no recipient and refused none');
  return { ...telling.failure, rejected };
}

function knownValues({ submission, route, recipients }: Delivery, token: AccessToken | null): Values {
  const objectId = token?.claims?.objectId;
  const [recipient, ...others] = recipients;
  return {
    ...tenantValues(route.tenant),
    mailbox: route.mailbox,
    message_id: submission.messageId,
    from: submission.envelope.reversePath,
    // With several of them nobody knows which one a refusal of the whole message is about.
    ...(recipient !== undefined && others.length === 0 && { recipient }),
    ...(objectId && { object_id: objectId }),
  };
}

/** By what a submission is found again in the log. */
export function factsOf(submission: Submission): SubmissionFacts {
  const { requestId, id, messageId, client, tenant, mailbox, tags, metadata } = submission;
  return { requestId, id, messageId, client, tenant, mailbox, tags, metadata };
}
