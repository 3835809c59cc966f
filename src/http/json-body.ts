/** Reads JSON bodies; what is not UTF-8 is refused, since guessing would turn umlauts into other letters on their way to a recipient. */

import { isAscii, isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Failure, FailureError, failure, inWords } from '../domain/failure.ts';
import type { ArrivingBodies } from './arriving-bodies.ts';
import { LARGE_CONTENT, LargeContents } from './large-contents.ts';
import { Turns } from './turns.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the turn of a large body, once its message is composed; null for all others. */
    endTurn: (() => void) | null;
    /** Of a body that is large enough to have some; null for all others. */
    contents: LargeContents | null;
  }
}

/** From so many bytes on, bodies are handled one at a time. */
const LARGE = 256 * 1024;
/** More fields, items and members than any message has, each counted by the sign before it. */
const MOST_VALUES = 50_000;
const QUOTE = 0x22;
const REVERSE_SOLIDUS = 0x5c;

/** Makes JSON the only media type that the server reads. */
export function readOnlyJson(server: FastifyInstance, bodies: ArrivingBodies): void {
  const turns = new Turns();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', async (request: FastifyRequest) => {
    refuseEncoding(request);
    const body = await bodies.read(request);
    // Many HTTP clients declare JSON where they send nothing.
    if (body.length === 0 && !request.routeOptions.schema?.body) return undefined;
    if (body.length >= LARGE) {
      request.endTurn = await turns.take();
      // Nobody would end the turn of a request that was given up meanwhile.
      if (request.raw.socket.destroyed) {
        request.endTurn();
        throw invalid('The caller has gone.');
      }
    }
    // Most of what is large is base64, and ASCII is read several times as fast.
    const encoding = isAscii(body) ? 'latin1' : 'utf8';
    if (encoding === 'utf8' && !isUtf8(body))
      throw invalid('The body is not UTF-8; JSON is (RFC 8259 §8.1). Encode it as UTF-8 before it is sent.');
    if (body.length < LARGE_CONTENT) return parsed(body.toString(encoding));
    request.contents = new LargeContents(body);
    return request.contents.parse(parsed);
  });
}

function refuseEncoding({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new FailureError(unsupported('Content-Encoding', `${encoding} is not read; send the body uncompressed`));
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw invalid(`The body is declared as ${charset}; JSON is UTF-8 (RFC 8259 §8.1).`, 'Content-Type');
  }
}

function parsed(json: string): unknown {
  if (holdsTooMuch(json)) throw invalid('The body holds more fields and items than any message has.');
  // RFC 8259 §8.1 lets a reader pass over a byte order mark, which .NET and PowerShell like to write.
  const text = json.replace(/^\uFEFF/, '');
  if (text.trim() === '') throw invalid('The body is empty; a JSON object is expected.');
  return parse(text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`The body is not well-formed JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/**
 * Whether JSON holds more values than a message has. Found out before it is parsed: millions of keys or brackets, or of
 * mistakes to be told one by one, would keep everybody else waiting for many seconds.
 */
function holdsTooMuch(json: string): boolean {
  if (json.length < MOST_VALUES) return false;
  let count = 0;
  for (let index = 0; index < json.length; index++) {
    switch (json.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(json, index);
        break;
      case 0x2c: // ,
      case 0x3a: // :
      case 0x5b: // [
      case 0x7b: // {
        if (++count > MOST_VALUES) return true;
        break;
    }
  }
  return false;
}

/** Where the string ends that begins there: at the next quote that no reverse solidus escapes (RFC 8259 §7). */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (json.charCodeAt(end - 1 - escapes) === REVERSE_SOLIDUS) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return json.length;
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
