/** The shapes of submissions in answers, and of the filters that find them. */

import { Type } from 'typebox';
import { failureCodes } from '../domain/catalogue/catalogue.ts';
import { priorities, submissionStatuses } from '../domain/submission.ts';
import { count, exactly, listOf, orNull, time } from './schema-parts.ts';
import { MOST_LISTED, USUALLY_LISTED } from './submission-filter.ts';

const id = Type.String({ description: 'A ULID: sortable by the time of acceptance' });
const messageId = Type.String({ description: 'With angle brackets' });
const failureOrNull = orNull(Type.Ref('Failure'));
const replyOrNull = orNull(Type.Ref('Reply'));
const nextAttemptAt = orNull(time('When it is due; null once nothing more happens by itself'));
const scheduledAt = orNull(time('When the caller wants it submitted; null for at once'));
const expiresAt = time('When it is given up');

const PendingSubmission = Type.Object(
  {
    id,
    status: Type.Enum(['queued', 'sending', 'deferred']),
    message_id: messageId,
    mailbox: Type.String({ description: 'The mailbox that submits' }),
    accepted: Type.Array(Type.String(), { description: 'Recipients that Exchange Online has taken already' }),
    rejected: Type.Array(Type.Ref('RejectedRecipient'), { description: 'Recipients refused for good' }),
    next_attempt_at: nextAttemptAt,
    last_failure: failureOrNull,
    scheduled_at: scheduledAt,
    expires_at: expiresAt,
    attempts: Type.Integer({ minimum: 0 }),
  },
  { $id: 'PendingSubmission', description: 'The relay holds the message durably and goes on by itself', ...exactly },
);

const recipientStates = ['pending', 'accepted', 'rejected', 'in-doubt'];

const RecipientState = Type.Object(
  {
    address: Type.String(),
    state: Type.Enum(recipientStates),
    failure: failureOrNull,
  },
  {
    $id: 'RecipientState',
    description: 'One recipient, and with what it was refused: for now (pending) or for good (rejected)',
    ...exactly,
  },
);

const RecipientSummary = Type.Object(
  {
    address: Type.String(),
    state: Type.Enum(recipientStates),
    code: orNull(
      Type.Enum([...failureCodes], { description: 'With what it was refused; the submission itself tells more' }),
    ),
  },
  { $id: 'RecipientSummary', ...exactly },
);

const Attempt = Type.Object(
  {
    started_at: time('When it began'),
    ended_at: time('When it ended'),
    outcome: Type.Enum(['submitted', 'deferred', 'failed', 'in-doubt']),
    stage: orNull(Type.String({ description: 'Where it failed, as in `failure`' })),
    reply: replyOrNull,
    failure: failureOrNull,
    server: orNull(Type.String({ description: "The server's own name for the transaction, for a case at Microsoft" })),
  },
  { $id: 'Attempt', description: 'One SMTP transaction, or how far it came', ...exactly },
);

const summary = {
  id,
  status: Type.Enum([...submissionStatuses], {
    description: '`submitted`: Exchange Online took it with 250; whether it delivers, nobody can know here',
  }),
  client: Type.String({ description: 'Whose it is' }),
  tenant: Type.String(),
  mailbox: Type.String(),
  from: Type.String({ description: 'The address in from' }),
  message_id: messageId,
  recipients: Type.Array(Type.Ref('RecipientSummary')),
  attempt_count: Type.Integer({ minimum: 0, description: 'Those included that are not listed any more' }),
  priority: Type.Enum([...priorities]),
  retry: Type.Boolean(),
  tags: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, exactly)),
  metadata: Type.Record(Type.String(), Type.String()),
  size: Type.Integer({ minimum: 0, description: 'Bytes of the composed message' }),
  accepted_at: time('When the relay took it'),
  scheduled_at: scheduledAt,
  expires_at: expiresAt,
  next_attempt_at: nextAttemptAt,
  finished_at: orNull(time('When it became submitted, failed, canceled or in-doubt')),
  last_failure: failureOrNull,
  reply: replyOrNull,
};

const SubmissionSummary = Type.Object(summary, { $id: 'SubmissionSummary', ...exactly });

const Submission = Type.Object(
  {
    ...summary,
    recipients: Type.Array(Type.Ref('RecipientState')),
    attempts: Type.Array(Type.Ref('Attempt'), { description: 'The first and the latest ones, in order' }),
  },
  { $id: 'Submission', ...exactly },
);

const SubmissionList = listOf('SubmissionSummary', 'SubmissionList', {
  next: orNull(Type.String({ description: '`after` of the next page; null on the last one' })),
});

const RefusedRetry = Type.Object({ id, failure: Type.Ref('Failure') }, { $id: 'RefusedRetry', ...exactly });

const RetriedSubmissions = Type.Object(
  {
    retried: count,
    refused: Type.Array(Type.Ref('RefusedRetry'), { description: 'Those that could not be; the first hundred' }),
    next: orNull(Type.String({ description: 'Where to go on, as `after` of the next request; null at the end' })),
  },
  { $id: 'RetriedSubmissions', ...exactly },
);

export const submissionSchemas = [
  PendingSubmission,
  RecipientState,
  RecipientSummary,
  Attempt,
  SubmissionSummary,
  Submission,
  SubmissionList,
  RefusedRetry,
  RetriedSubmissions,
];

const status = Type.Enum([...submissionStatuses]);

/** In a query and in a body alike. */
const filters = {
  mailbox: Type.Optional(Type.String({ description: 'Address of the mailbox' })),
  client: Type.Optional(Type.String({ description: 'Name of the client; with the scope `operate`' })),
  tag: Type.Optional(Type.String({ description: '`name`, or `name:value`', examples: ['document:4711'] })),
  accepted_from: Type.Optional(
    Type.String({ description: 'Accepted at this time or later (ISO 8601 with an offset or Z)' }),
  ),
  accepted_before: Type.Optional(Type.String({ description: 'Accepted before this time' })),
  recipient: Type.Optional(Type.String({ description: 'Address of a recipient' })),
};

/** The query of GET /submissions. */
export const ListQuery = Type.Object(
  {
    status: Type.Optional(Type.Array(status, { description: 'One or several, also joined by commas' })),
    ...filters,
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MOST_LISTED, description: `How many; ${USUALLY_LISTED} when not given` }),
    ),
    after: Type.Optional(Type.String({ description: '`next` of the page before' })),
  },
  exactly,
);

/** The body of POST /submissions/retry. */
export const FilterBody = Type.Object(
  {
    status: Type.Optional(Type.Union([status, Type.Array(status)])),
    ...filters,
    after: Type.Optional(Type.String({ description: '`next` of the answer before' })),
  },
  {
    description: 'Everything that is given must hold',
    examples: [{ status: 'failed', mailbox: 'billing@contoso.com' }],
    ...exactly,
  },
);
