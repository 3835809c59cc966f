/** The answers of every route, as the OpenAPI document declares them: each status with its media type, headers and the failures that lead to it. */

import { Type } from 'typebox';
import { type FailureCode, failureCodes } from '../domain/catalogue/catalogue.ts';
import { entryOf, failure, httpStatus } from '../domain/failure.ts';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts';

const requestId = {
  'X-Request-Id': { type: 'string', description: 'The id of the request, as in the log; a caller may send its own.' },
};
const rate = {
  'RateLimit-Limit': { type: 'integer', description: "The client's requests in one window." },
  'RateLimit-Remaining': { type: 'integer', description: 'Those left in this window.' },
  'RateLimit-Reset': { type: 'integer', description: 'Seconds until the window ends.' },
};
const retryAfter = {
  'Retry-After': { type: 'integer', description: 'Seconds after which the same request may succeed.' },
};
const vary = { Vary: { type: 'string', description: 'Accept' } };
const page = { 'text/html': { schema: { type: 'string', description: 'A page for people' } } };

const REQUEST_ID = '01J9ZC5T7Q8R2V3W4X5Y6Z7A8B';
const MESSAGE_ID = `<${REQUEST_ID}@contoso.com>`;

/** Statuses of requests that were not counted yet: nobody knew whose they are. */
const beforeCounting: ReadonlySet<number> = new Set([401, 408]);

/** Failures of paths and methods, which no route answers that takes messages. */
const ofOtherRoutes: readonly FailureCode[] = ['not-found', 'method-not-allowed'];
/** Failures that come before anybody asks who is calling. */
const ofAnyRequest: readonly FailureCode[] = ['invalid-request', 'request-timeout', 'shutting-down', 'internal-error'];

export const sendAnswers = {
  200: {
    description: 'Exchange Online has taken the message for at least one recipient.',
    headers: { ...requestId, ...rate },
    content: { 'application/json': { schema: Type.Ref('Receipt'), example: receiptExample() } },
  },
  ...problems(
    failureCodes.filter((code) => !ofOtherRoutes.includes(code)),
    rate,
  ),
};

export const liveAnswers = {
  200: statusAnswer('The process works.'),
  ...problems(['invalid-request', 'internal-error']),
};
export const readyAnswers = { 200: statusAnswer('Requests are taken.'), ...problems(ofAnyRequest) };
export const healthAnswers = {
  200: {
    description: 'How the relay is; the names only for a client with the scope `operate`.',
    headers: requestId,
    content: { 'application/json': { schema: Type.Ref('Health') } },
  },
  ...problems([...ofAnyRequest, 'unauthenticated']),
};
export const metricsAnswers = {
  200: {
    description: 'The metrics.',
    headers: requestId,
    content: { 'text/plain': { schema: { type: 'string' } } },
  },
  ...problems([...ofAnyRequest, 'unauthenticated']),
};
export const documentAnswers = {
  200: {
    description: 'This document.',
    headers: requestId,
    content: { 'application/json': { schema: Type.Object({}, { additionalProperties: true }) } },
  },
  ...problems(ofAnyRequest),
};
export const failuresAnswers = {
  200: catalogueAnswer('Every failure of the catalogue.', 'FailureList'),
  ...problems(ofAnyRequest),
};
const unknownFailure = problems(['not-found']);
export const failureAnswers = {
  200: catalogueAnswer('The failure.', 'FailureEntry'),
  ...problems(ofAnyRequest),
  404: {
    ...unknownFailure[404],
    description: '`not-found`: no failure has this code; `detail` names those that are spelt nearly so.',
    headers: { ...requestId, ...vary },
    content: { ...unknownFailure[404]?.content, ...page },
  },
};

function catalogueAnswer(description: string, schema: string) {
  return {
    description,
    headers: { ...requestId, ...vary },
    content: { 'application/json': { schema: Type.Ref(schema) }, ...page },
  };
}

function statusAnswer(description: string) {
  return {
    description,
    headers: requestId,
    content: { 'application/json': { schema: Type.Ref('Status'), example: { status: 'ok' } } },
  };
}

/** A problem for each status that these failures have, with what leads there. */
function problems(codes: readonly FailureCode[], more: object = {}) {
  const byStatus = Map.groupBy(codes.flatMap(statusesOf), ([status]) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, pairs]) => {
      const codes = pairs.map(([, code]) => code);
      return [
        status,
        {
          description: codes.map((code) => `\`${code}\`: ${entryOf(code).title}.`).join('\n'),
          headers: {
            ...requestId,
            ...(!beforeCounting.has(status) && more),
            ...(codes.some((code) => entryOf(code).retry !== 'never') && retryAfter),
            ...(status === 401 && { 'WWW-Authenticate': { type: 'string', description: 'Bearer' } }),
          },
          content: {
            [PROBLEM_MEDIA_TYPE]: {
              schema: Type.Ref('Problem'),
              example: problemExample(codes[0] ?? 'internal-error'),
            },
          },
        },
      ];
    }),
  );
}

/** A reply that the catalogue does not know decides by its class, so such an entry has two. */
function statusesOf(code: FailureCode): [status: number, code: FailureCode][] {
  const { status, retry } = entryOf(code);
  return retry === 'by-reply'
    ? [
        [status, code],
        [503, code],
      ]
    : [[status, code]];
}

function problemExample(code: FailureCode) {
  const values = {
    mailbox: 'billing@contoso.com',
    from: 'billing@contoso.com',
    recipient: 'jane@fabrikam.com',
    message_id: MESSAGE_ID,
  };
  const problem = problemOf(failure(code, { values }), REQUEST_ID);
  return { ...problem, status: httpStatus(failure(code)) };
}

function receiptExample() {
  return {
    id: REQUEST_ID,
    status: 'submitted',
    message_id: MESSAGE_ID,
    mailbox: 'billing@contoso.com',
    accepted: ['jane@fabrikam.com'],
    rejected: [],
    reply: { code: 250, enhanced: '2.0.0', text: 'OK <…> [Hostname=PAXPR07MB8204.eurprd07.prod.outlook.com]' },
    attempts: 1,
  };
}
