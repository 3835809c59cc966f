/** The answers of every route, as the OpenAPI document declares them: each status with its media type, headers and the failures that lead to it. */

import { Type } from 'typebox';
import type { FailureCode } from '../domain/catalogue/catalogue.ts';
import { entryOf, failure, httpStatus } from '../domain/failure.ts';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts';

export const requestId = {
  'X-Request-Id': { type: 'string', description: 'The id of the request, as in the log; a caller may send its own.' },
};
export const rate = {
  'RateLimit-Limit': { type: 'integer', description: "The client's requests in one window." },
  'RateLimit-Remaining': { type: 'integer', description: 'Those left in this window.' },
  'RateLimit-Reset': { type: 'integer', description: 'Seconds until the window ends.' },
};
const retryAfter = {
  'Retry-After': { type: 'integer', description: 'Seconds after which the same request may succeed.' },
};
const vary = { Vary: { type: 'string', description: 'Accept' } };
const page = { 'text/html': { schema: { type: 'string', description: 'A page for people' } } };

export const REQUEST_ID = '01J9ZC5T7Q8R2V3W4X5Y6Z7A8B';
export const MESSAGE_ID = `<${REQUEST_ID}@contoso.com>`;

/** Statuses of requests that were not counted yet: nobody knew whose they are. */
const beforeCounting: ReadonlySet<number> = new Set([401, 408]);

/** Failures that come before anybody asks who is calling. */
export const ofAnyRequest: readonly FailureCode[] = [
  'invalid-request',
  'request-timeout',
  'shutting-down',
  'internal-error',
];

/** Failures of any route that asks who is calling. */
const ofAnyClient: readonly FailureCode[] = [
  ...ofAnyRequest,
  'unauthenticated',
  'forbidden-scope',
  'rate-limited',
  // Of a body, which some HTTP clients send everywhere.
  'message-too-large',
  'unsupported-media-type',
  'relay-busy',
];

export const liveAnswers = {
  200: statusAnswer('The process works.'),
  ...problems(['invalid-request', 'internal-error']),
};
export const readyAnswers = {
  200: statusAnswer('Requests are taken.'),
  ...problems([...ofAnyRequest, 'outbox-unavailable']),
};
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

/** A success of a route that asks who is calling. */
export function answer(description: string, schema: string, example: unknown, headers: object = {}) {
  return {
    description,
    headers: { ...requestId, ...rate, ...headers },
    content: { 'application/json': { schema: Type.Ref(schema), example } },
  };
}

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

/** The problems of a route that asks who is calling: those of every such route, which need no example each time, and its own. */
export function clientProblems(own: readonly FailureCode[] = []) {
  return problems([...ofAnyClient, ...own], rate, own);
}

/**
 * A problem for each status that these failures have, with what leads there.
 *
 * @param more headers
 * @param shown which of them may be an example
 */
export function problems(codes: readonly FailureCode[], more: object = {}, shown = codes) {
  const byStatus = Map.groupBy(codes.flatMap(statusesOf), ([status]) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, pairs]) => {
      const codes = pairs.map(([, code]) => code);
      const example = codes.find((code) => shown.includes(code));
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
              ...(example && { example: problemExample(example) }),
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
