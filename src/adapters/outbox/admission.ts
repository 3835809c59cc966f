/** Who may still come in: what is held and what is on its way in stays within both bounds, so that disk and memory have room for what was accepted. */

import type { Fill } from '../../ports/outbox.ts';
import { full } from './outbox-failures.ts';
import type { Totals } from './totals.ts';

const MIB = 1024 * 1024;

export interface Bounds {
  readonly maxSubmissions: number;
  readonly maxBytes: number;
}

export class Admission {
  readonly #bounds: Bounds;
  readonly #totals: () => Totals;
  /** On their way in. */
  #entering = 0;
  #enteringBytes = 0;

  constructor({ maxSubmissions, maxBytes }: Bounds, totals: () => Totals) {
    this.#bounds = { maxSubmissions, maxBytes };
    this.#totals = totals;
  }

  get fill(): Omit<Fill, 'failing'> {
    const { submissions, bytes, retained, retainedBytes } = this.#totals();
    return { submissions: submissions - retained, bytes: bytes - retainedBytes, ...this.#bounds };
  }

  /**
   * Lets one in. Retained contents of finished submissions stand in nobody's way: they go when the place is needed.
   *
   * @returns tells that it is in, or is not coming
   * @throws FailureError `outbox-full`
   */
  enter(size: number): () => void {
    const { maxSubmissions, maxBytes } = this.#bounds;
    const { submissions, bytes, retained, retainedBytes } = this.#totals();
    const held = submissions - retained + this.#entering;
    const heldBytes = bytes - retainedBytes + this.#enteringBytes;
    if (held >= maxSubmissions) {
      throw full(
        `The outbox holds ${held} submissions that are not finished; ${maxSubmissions} at most (OUTBOX_MAX_SUBMISSIONS).`,
      );
    }
    if (heldBytes + size > maxBytes) {
      throw full(
        `Contents of submissions that are not finished have ${inMebibytes(heldBytes)} MiB, and this one has ${inMebibytes(size)} MiB; ${inMebibytes(maxBytes)} MiB at most (OUTBOX_MAX_MIB).`,
      );
    }
    this.#entering += 1;
    this.#enteringBytes += size;
    return () => {
      this.#entering -= 1;
      this.#enteringBytes -= size;
    };
  }
}

function inMebibytes(bytes: number): number {
  return Number((bytes / MIB).toFixed(bytes < MIB ? 4 : 1));
}
