/** The gate on body bytes in flight: what does not fit into memory waits at the door, unread, so that TCP holds it back at the sender. */

import { FailureError, failure } from '../domain/failure.ts';

/** Milliseconds a body waits before its sender is told to come back. */
const PATIENCE = 10_000;

interface Waiting {
  readonly place: BodyPlace;
  readonly bytes: number;
  admit(): void;
  refuse(error: FailureError): void;
}

export class BodyGate {
  readonly #most: number;
  readonly #patience: number;
  #inFlight = 0;
  #closed = false;
  readonly #line: Waiting[] = [];

  /**
   * @param most bytes in flight at once; a single body may be larger, and passes when it is alone
   * @param patience milliseconds
   */
  constructor(most: number, patience: number = PATIENCE) {
    this.#most = most;
    this.#patience = patience;
  }

  /** Bytes of the bodies that were let in. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many bodies wait. */
  get waiting(): number {
    return this.#line.length;
  }

  /**
   * Lets more bytes of a body in: at once when they fit and nobody waits, else in order of arrival. A body that is in
   * already goes before those at the door, since only it can make room.
   *
   * @returns null when they are in
   * @throws FailureError `relay-busy` when it takes too long, `shutting-down` when the relay stops meanwhile
   */
  enter(place: BodyPlace, bytes: number): Promise<void> | null {
    if (this.#fits(place, bytes) && (place.held > 0 || this.#line.length === 0)) {
      this.#admit(place, bytes);
      return null;
    }
    if (this.#closed) return Promise.reject(new FailureError(failure('shutting-down')));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = (error: FailureError): void => {
      clearTimeout(timer);
      this.#forget(waiting);
      reject(error);
      // Those behind it may be smaller than it was.
      if (!this.#closed) this.#advance();
    };
    const waiting: Waiting = {
      place,
      bytes,
      admit: () => {
        clearTimeout(timer);
        this.#admit(place, bytes);
        resolve();
      },
      refuse,
    };
    const timer = setTimeout(() => refuse(busy(this.#patience)), this.#patience);
    if (place.held > 0) this.#line.unshift(waiting);
    else this.#line.push(waiting);
    return promise;
  }

  /** Gives back all that a body holds; one that still waits leaves the line. Once or more often. */
  leave(place: BodyPlace): void {
    this.#inFlight -= place.held;
    place.held = 0;
    for (const waiting of this.#line.filter((each) => each.place === place)) {
      waiting.refuse(new FailureError(failure('invalid-request', { detail: 'The caller has gone.' })));
    }
    this.#advance();
  }

  /** Refuses those who wait, and from now on all who would have to. */
  close(): void {
    this.#closed = true;
    for (const waiting of [...this.#line]) waiting.refuse(new FailureError(failure('shutting-down')));
  }

  #advance(): void {
    for (let next = this.#line[0]; next && this.#fits(next.place, next.bytes); next = this.#line[0]) {
      this.#line.shift();
      next.admit();
    }
  }

  #fits(place: BodyPlace, bytes: number): boolean {
    return this.#inFlight + bytes <= this.#most || this.#inFlight === place.held;
  }

  #admit(place: BodyPlace, bytes: number): void {
    place.held += bytes;
    this.#inFlight += bytes;
  }

  #forget(waiting: Waiting): void {
    const index = this.#line.indexOf(waiting);
    if (index >= 0) this.#line.splice(index, 1);
  }
}

/** What one request's body holds of the gate. */
export interface BodyPlace {
  /** Bytes; the gate's to write. */
  held: number;
}

function busy(patience: number): FailureError {
  return new FailureError(
    failure('relay-busy', {
      detail: `Other requests took all the memory there is for bodies; this one waited for ${patience / 1000} s, and was not read.`,
    }),
  );
}
