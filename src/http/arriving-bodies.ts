/** Reads request bodies as they arrive, each into memory that the gate has granted; a stopping relay ends those that still arrive. */

import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { type Failure, FailureError, failure } from '../domain/failure.ts';
import type { BodyGate } from './body-gate.ts';
import { bodyTooLarge } from './body-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Bytes of the body that the gate has let in. */
    held: number;
    /** Whether the relay has its message and not yet on disk. */
    isBeingAccepted: boolean;
  }
}

export class ArrivingBodies {
  readonly #gate: BodyGate;
  readonly #limit: number;
  readonly #arriving = new Set<(why: Failure) => void>();

  /** @param limit bytes of one body */
  constructor(gate: BodyGate, limit: number) {
    this.#gate = gate;
    this.#limit = limit;
  }

  /**
   * Lets a request in by its Content-Length, before anything of its body is read. One without a length comes in free,
   * and is counted as it arrives.
   *
   * @returns null when it is in
   * @throws FailureError `message-too-large`, or what the gate says
   */
  admit(request: FastifyRequest): Promise<void> | null {
    const length = lengthOf(request);
    if (length === null || length === 0) return null;
    if (length > this.#limit) throw new FailureError(bodyTooLarge(this.#limit));
    const entering = this.#gate.enter(request, length);
    if (!entering) return null;
    const gone = () => this.#gate.leave(request);
    request.raw.socket.once('close', gone);
    return entering.finally(() => request.raw.socket.off('close', gone));
  }

  /** Makes room again: the answer is finished, or the request is gone. */
  release(request: FastifyRequest): void {
    if (request.held > 0) this.#gate.leave(request);
  }

  /** Ends all that have not arrived in full. */
  refuse(why: Failure): void {
    for (const refuse of [...this.#arriving]) refuse(why);
  }

  /**
   * The whole body.
   *
   * @throws FailureError `invalid-request` when it breaks off, `message-too-large`, or what the gate says
   */
  read(request: FastifyRequest): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const { raw } = request;
    const length = lengthOf(request);
    const body = length === null ? new GrowingBody() : new BodyOfLength(length);
    const end = (failed?: Failure) => {
      raw.off('data', onData).off('end', onEnd).off('error', onBroken).off('aborted', onBroken);
      this.#arriving.delete(end);
      // What still comes is read and dropped: a sender that is in the middle of it could not read an answer otherwise.
      raw.resume();
      if (failed) reject(new FailureError(failed));
    };
    const onData = (chunk: Buffer) => {
      if (body.size + chunk.length > this.#limit) return end(bodyTooLarge(this.#limit));
      body.add(chunk);
      if (length === null) this.#grow(request, chunk.length, end);
    };
    const onEnd = () => {
      end();
      if (length === null || body.size === length) resolve(body.whole());
      else reject(new FailureError(otherLength));
    };
    const onBroken = () => end(brokenOff);
    raw.on('data', onData).on('end', onEnd).on('error', onBroken).on('aborted', onBroken);
    this.#arriving.add(end);
    return promise;
  }

  #grow(request: FastifyRequest, bytes: number, end: (failed: Failure) => void): void {
    const { raw } = request;
    const entering = this.#gate.enter(request, bytes);
    if (!entering) return;
    raw.pause();
    entering.then(
      () => raw.resume(),
      ({ failure }: FailureError) => end(failure),
    );
  }
}

const brokenOff = failure('invalid-request', {
  detail: 'The connection broke before the whole request had arrived.',
});
const otherLength = failure('invalid-request', {
  detail: 'The body does not have the length that Content-Length says.',
});

/** Memory for the whole is taken once: chunks that are joined at the end would need it twice. */
class BodyOfLength {
  size = 0;
  readonly #length: number;
  #memory: Buffer | null = null;

  constructor(length: number) {
    this.#length = length;
  }

  add(chunk: Buffer): void {
    this.#memory ??= Buffer.allocUnsafe(this.#length);
    chunk.copy(this.#memory, this.size);
    this.size += chunk.length;
  }

  whole(): Buffer {
    return this.#memory ?? Buffer.alloc(0);
  }
}

class GrowingBody {
  size = 0;
  readonly #chunks: Buffer[] = [];

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.size += chunk.length;
  }

  whole(): Buffer {
    return Buffer.concat(this.#chunks, this.size);
  }
}

/** Bytes that the request announces; null when it does not. */
function lengthOf({ raw }: { raw: IncomingMessage }): number | null {
  const length = raw.headers['content-length'];
  return length === undefined ? null : Number(length);
}
