/** Translates what Fastify and Node refuse by themselves, so that no caller ever meets an error of another shape. */

import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyRequest } from 'fastify';
import { type Failure, FailureError, failure, inWords } from '../domain/failure.ts';
import type { Connections } from './connections.ts';
import { fieldErrors } from './invalid-request.ts';
import { unsupportedMediaType } from './json-body.ts';
import { inPrint, PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts';
import { SendBody } from './schemas.ts';

/** Translates what Fastify refuses by itself; anything unknown is a defect of ours and tells the caller nothing more. */
export function failureOf(error: FastifyError | FailureError, request: FastifyRequest): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error.validation) {
    const errors = fieldErrors(error.validation, Object.keys(SendBody.properties));
    return failure('invalid-request', { detail: inWords(errors), errors });
  }
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return unsupportedMediaType(request.headers['content-type']);
    default:
      return failure('internal-error');
  }
}

/**
 * The failure for a route that does not exist.
 *
 * @param methods those that the same path takes
 */
export function unknownRoute(request: FastifyRequest, methods: readonly string[]): Failure {
  // A route that takes this method has found by itself that there is nothing.
  return methods.length > 0 && !methods.includes(request.method)
    ? failure('method-not-allowed', { detail: `${request.method} is not possible here, only ${methods.join(', ')}.` })
    : failure('not-found', { detail: 'There is nothing at this URL. POST /send submits a message; /docs tells more.' });
}

/** For requests that no hook or handler sees, since Node answers them by itself, and without a word. */
export function answerAbnormalRequests(server: Server, newId: () => string): void {
  server.on('checkExpectation', (request, response) =>
    answerAtOnce(response, unknownExpectation(request.headers.expect), newId()),
  );
  server.on('connect', (_request, socket) =>
    answerOnSocket(
      socket,
      failure('method-not-allowed', { detail: 'This relay is no proxy; POST /send is possible.' }),
      newId(),
    ),
  );
}

/** An answer past Fastify, and the end of the connection. */
export function answerAtOnce(response: ServerResponse, refusal: Failure, requestId: string): void {
  const problem = problemOf(refusal, requestId);
  const body = inPrint(problem);
  response.writeHead(problem.status, {
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    ...(problem.retry_after !== null && { 'retry-after': String(problem.retry_after) }),
    connection: 'close',
  });
  response.end(body);
}

export const undecodableUrl = failure('not-found', { detail: 'The URL of this request cannot be decoded.' });

/** RFC 9110 §10.1.1 knows no expectation but 100-continue. */
function unknownExpectation(expect: string | undefined): Failure {
  const message = `${JSON.stringify(expect ?? '')} is not known; leave the header out, or send 100-continue`;
  return failure('invalid-request', { detail: `Expect: ${message}.`, errors: [{ field: 'Expect', message }] });
}

/** RFC 9112 §3.2: HTTP/1.1 names the host it means. */
export const missingHost = failure('invalid-request', {
  detail: 'The request has no Host header.',
  errors: [{ field: 'Host', message: 'is missing' }],
});

/** For what is not HTTP, or comes too slowly: Node gives no more than the socket to answer on. */
export function answerBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  connections: Connections,
  requestId: string,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  // A request that has arrived whole gets its own answer; what came after it gets none.
  else if (!connections.endAfterAnswers(socket)) answerOnSocket(socket, brokenRequest(error), requestId);
}

/** An answer written by hand, and the end of the connection. */
function answerOnSocket(socket: Duplex, refusal: Failure, requestId: string): void {
  const problem = problemOf(refusal, requestId);
  const body = inPrint(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      ...(problem.retry_after === null ? [] : [`Retry-After: ${problem.retry_after}`]),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function brokenRequest(error: NodeJS.ErrnoException): Failure {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return failure('request-timeout');
    case 'HPE_INVALID_EOF_STATE':
      return failure('invalid-request', { detail: 'The connection ended before the whole request had arrived.' });
    case 'HPE_HEADER_OVERFLOW':
      return failure('invalid-request', { detail: 'The header of the request is too large.' });
    default:
      return failure('invalid-request', { detail: 'What arrived is not an HTTP request.' });
  }
}
