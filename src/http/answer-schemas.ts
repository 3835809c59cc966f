/** The shapes of the answers, as JSON Schema with a name each: what the OpenAPI document promises of them, member by member. */

import { Type } from 'typebox';
import { failureCodes } from '../domain/catalogue/catalogue.ts';
import { lineSchemas } from './line-schemas.ts';
import { count, exactly, listOf, orNull } from './schema-parts.ts';
import { submissionSchemas } from './submission-schemas.ts';

const reply = {
  code: Type.Integer({ minimum: 200, maximum: 599, description: 'Reply code (RFC 5321 §4.2)' }),
  enhanced: orNull(Type.String({ description: 'Enhanced status code (RFC 3463)' })),
  text: Type.String(),
};

const Reply = Type.Object(reply, { $id: 'Reply', description: "The server's reply after the final dot", ...exactly });

const SmtpRefusal = Type.Object(
  { command: Type.String({ description: 'The command that was refused' }), ...reply },
  { $id: 'SmtpRefusal', ...exactly },
);

const EntraRefusal = Type.Object(
  {
    error: Type.String({ description: 'OAuth 2.0 error' }),
    code: orNull(Type.String({ description: 'AADSTS…' })),
    description: Type.String(),
    trace_id: orNull(Type.String()),
    correlation_id: orNull(Type.String()),
    timestamp: orNull(Type.String()),
  },
  { $id: 'EntraRefusal', description: 'What Entra ID said when it refused a token', ...exactly },
);

const Remedy = Type.Object(
  {
    summary: Type.String({ description: 'What to do, in one sentence' }),
    steps: Type.Array(Type.String()),
    powershell: Type.Array(Type.String(), { description: 'Ready to paste, with the values of this installation' }),
    docs: Type.Array(Type.String({ format: 'uri' })),
  },
  { $id: 'Remedy', ...exactly },
);

/** What is the same whenever a failure occurs. */
const ofFailure = {
  type: Type.String({ format: 'uri-reference', description: 'Names the failure, and leads to its page on this relay' }),
  title: Type.String({ description: 'Short, the same for every occurrence' }),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  code: Type.Enum([...failureCodes], { description: 'The stable name of the failure' }),
  stage: Type.Enum(['request', 'token', 'connect', 'tls', 'auth', 'mail-from', 'rcpt-to', 'data'], {
    description: 'Where on the way of the message it failed',
  }),
  about: Type.Enum(['message', 'recipient', 'sender', 'mailbox', 'tenant', 'network', 'relay'], {
    description: 'What the failure is a fact about',
  }),
  responsible: Type.Enum(['caller', 'operator', 'microsoft'], { description: 'Who can cure it' }),
  retryable: Type.Boolean({ description: 'Whether the same request may succeed later' }),
  remedy: Type.Ref('Remedy'),
};

/** What a problem and a refused recipient have in common. */
const explanation = {
  ...ofFailure,
  detail: Type.String({ description: 'What happened this time' }),
  retry_after: orNull(Type.Integer({ minimum: 0, description: 'Seconds' })),
  smtp: orNull(Type.Ref('SmtpRefusal')),
  entra: orNull(Type.Ref('EntraRefusal')),
};

const FailureExplanation = Type.Object(explanation, { $id: 'Failure', ...exactly });

const FailureEntry = Type.Object(
  {
    ...ofFailure,
    cause: Type.String({
      description: 'What has happened and why; what depends on the installation in angle brackets',
    }),
    retry: Type.Object(
      {
        when: Type.Enum(['never', 'later', 'by-reply'], {
          description: 'by-reply: `retryable` of the problem says it, since the reply of the server decides',
        }),
        after_seconds: orNull(Type.Integer({ minimum: 0 })),
        at_most: orNull(Type.Integer({ minimum: 1, description: 'Times' })),
      },
      { description: 'When and how often to try the same again', ...exactly },
    ),
    sources: Type.Array(Type.String(), { description: 'What this rests on: pages, documents' }),
  },
  { $id: 'FailureEntry', description: 'What the catalogue says of a failure', ...exactly },
);

const FailureList = listOf('FailureEntry', 'FailureList');

const RejectedRecipient = Type.Object(
  { recipient: Type.String(), failure: Type.Ref('Failure') },
  { $id: 'RejectedRecipient', ...exactly },
);

const FieldError = Type.Object(
  {
    field: Type.String({ description: 'As the caller wrote it: to[1].address, headers.X-Order, Idempotency-Key' }),
    message: Type.String(),
  },
  { $id: 'FieldError', ...exactly },
);

const Problem = Type.Object(
  {
    ...explanation,
    instance: Type.String({ description: 'Path of the submission, or id of the request where none was accepted' }),
    request_id: Type.String(),
    message_id: orNull(Type.String({ description: 'Of the message, as soon as it was composed' })),
    errors: Type.Array(Type.Ref('FieldError')),
    rejected: Type.Array(Type.Ref('RejectedRecipient'), { description: 'When every recipient was refused' }),
  },
  { $id: 'Problem', description: 'Problem details (RFC 9457), the same members for every failure', ...exactly },
);

const Receipt = Type.Object(
  {
    id: Type.String(),
    status: Type.Enum(['submitted']),
    message_id: Type.String({ description: 'With angle brackets' }),
    mailbox: Type.String({ description: 'The mailbox that submitted' }),
    accepted: Type.Array(Type.String(), { description: 'Recipients that Exchange Online took' }),
    rejected: Type.Array(Type.Ref('RejectedRecipient')),
    reply: orNull(Type.Ref('Reply')),
    attempts: Type.Integer({ minimum: 1 }),
  },
  { $id: 'Receipt', ...exactly },
);

const Status = Type.Object({ status: Type.Enum(['ok']) }, { $id: 'Status', ...exactly });

const Counts = Type.Object({ ok: count, failing: count }, { $id: 'Counts', ...exactly });

const FailingParty = Type.Object(
  {
    name: Type.String(),
    code: Type.Enum([...failureCodes]),
    title: Type.String(),
    since: Type.String({ format: 'date-time' }),
  },
  { $id: 'FailingParty', description: 'A tenant or a mailbox that fails, and with what', ...exactly },
);

const Health = Type.Object(
  {
    status: Type.Enum(['ok', 'degraded']),
    version: Type.String(),
    uptime: Type.Integer({ minimum: 0, description: 'Seconds' }),
    tenants: Type.Ref('Counts'),
    mailboxes: Type.Ref('Counts'),
    token_cache: Type.Object(
      {
        kind: Type.Enum(['memory', 'redis']),
        status: Type.Enum(['ok', 'away']),
        since: Type.String({ format: 'date-time' }),
      },
      {
        description: 'While a Redis is away each replica asks for tokens of its own, and sends all the same',
        ...exactly,
      },
    ),
    outbox: Type.Object(
      {
        status: Type.Enum(['ok', 'full', 'failing'], { description: 'failing: it cannot be written' }),
        submissions: count,
        bytes: Type.Integer({ minimum: 0, description: 'Of contents' }),
        max_submissions: count,
        max_bytes: count,
      },
      { description: 'How full the relay is', ...exactly },
    ),
    connections: Type.Object({ open: count, busy: count, waiting: count }, exactly),
    failing: Type.Optional(
      Type.Object(
        { tenants: Type.Array(Type.Ref('FailingParty')), mailboxes: Type.Array(Type.Ref('FailingParty')) },
        { description: 'For clients with the scope operate only', ...exactly },
      ),
    ),
  },
  { $id: 'Health', ...exactly },
);

/** Each stands under components of the OpenAPI document by its name. */
export const answerSchemas = [
  Reply,
  SmtpRefusal,
  EntraRefusal,
  Remedy,
  FailureExplanation,
  FailureEntry,
  FailureList,
  RejectedRecipient,
  FieldError,
  Problem,
  Receipt,
  Status,
  Counts,
  FailingParty,
  Health,
  ...submissionSchemas,
  ...lineSchemas,
];
