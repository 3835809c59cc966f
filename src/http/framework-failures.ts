/** Translates what Fastify and Node refuse by themselves, so that no caller ever meets an error of another shape. */

import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyRequest } from 'fastify';
import { type Failure, FailureError, failure, inWords } from '../domain/failure.ts';
import { fieldErrors } from './invalid-request.ts';
import { unsupportedMediaType } from './json-body.ts';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts';
import { SendBody } from './schemas.ts';

/** JSON with its attachments in base64 is as large as the message composed of it, give or take. */
export const MAX_BODY = 36 * 1024 * 1024;

/** Translates what Fastify refuses by itself; anything unknown is a defect of ours and tells the caller nothing more. */
export function failureOf(error: FastifyError | FailureError, request: FastifyRequest): Failure {
  if (error instanceof FailureError) return error.failure;
  if (request.raw.readableAborted)
    return failure('invalid-request', { detail: 'The connection broke before the whole request had arrived.' });
  if (error.validation) {
    const errors = fieldErrors(error.validation, Object.keys(SendBody.properties));
    return failure('invalid-request', { detail: inWords(errors), errors });
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return failure('message-too-large', {
        stage: 'request',
        detail: `The request is larger than ${MAX_BODY / 1024 / 1024} MB, into which about 26 MB of files fit as base64.`,
        errors: [{ field: 'body', message: 'is too large; send fewer or smaller attachments, or a link' }],
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return unsupportedMediaType(request.headers['content-type']);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return failure('invalid-request', { detail: 'The body does not have the length that Content-Length says.' });
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
  return methods.length > 0
    ? failure('method-not-allowed', { detail: `${request.method} is not possible here; ${methods.join(', ')} is.` })
    : failure('not-found', { detail: 'There is nothing at this URL. Messages are submitted by POST /send.' });
}

/** For a URL that cannot be decoded, which no hook or handler sees. */
export function answerUndecodableUrl(response: ServerResponse, requestId: string): void {
  const problem = problemOf(failure('not-found', { detail: 'The URL of this request cannot be decoded.' }), requestId);
  response.writeHead(problem.status, { 'content-type': PROBLEM_MEDIA_TYPE, 'x-request-id': requestId });
  response.end(JSON.stringify(problem));
}

/** For what is not HTTP, or comes too slowly: Node gives no more than the socket to answer on. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(brokenRequest(error), requestId);
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
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
    case 'HPE_HEADER_OVERFLOW':
      return failure('invalid-request', { detail: 'The header of the request is too large.' });
    default:
      return failure('invalid-request', { detail: 'What arrived is not an HTTP request.' });
  }
}
