/** Reads JSON bodies; what is not UTF-8 is refused, since guessing would turn umlauts into other letters on their way to a recipient. */

import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Failure, FailureError, failure, inWords } from '../domain/failure.ts';

/** Makes JSON the only media type that the server reads. */
export function readOnlyJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      const encoding = request.headers['content-encoding'];
      if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
        throw new FailureError(unsupported('Content-Encoding', `${encoding} is not read; send the body uncompressed`));
      }
      const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
      if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
        throw invalid(`The body is declared as ${charset}; JSON is UTF-8 (RFC 8259 §8.1).`, 'Content-Type');
      }
      if (!isUtf8(body))
        throw invalid('The body is not UTF-8; JSON is (RFC 8259 §8.1). Encode it as UTF-8 before it is sent.');
      // RFC 8259 §8.1 lets a reader pass over a byte order mark, which .NET and PowerShell like to write.
      const text = body.toString('utf8').replace(/^\uFEFF/, '');
      if (text.trim() === '') throw invalid('The body is empty; a JSON object is expected.');
      try {
        return JSON.parse(text);
      } catch (error) {
        throw invalid(`The body is not well-formed JSON: ${error instanceof Error ? error.message : String(error)}.`);
      }
    },
  );
}

/** The failure for a body that is declared as something else than JSON. */
export function unsupportedMediaType(contentType: string | undefined): Failure {
  const found = contentType === undefined ? 'is missing' : `is ${JSON.stringify(contentType)}`;
  return unsupported('Content-Type', `${found}; application/json is expected`);
}

function unsupported(field: string, message: string): Failure {
  const errors = [{ field, message }];
  return failure('unsupported-media-type', { detail: inWords(errors), errors });
}

function invalid(detail: string, field = 'body'): FailureError {
  return new FailureError(failure('invalid-request', { detail, errors: [{ field, message: detail }] }));
}
