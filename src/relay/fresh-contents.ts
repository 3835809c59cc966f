/** Keeps messages that have just come in memory until their first attempt, as long as there is room: the others are read from the outbox when it is their turn. */

import type { Submission } from '../domain/submission.ts';
import type { Place } from './place.ts';
import { free } from './spent-bytes.ts';

/** What a record takes besides its content, roughly. */
const RECORD_BYTES = 2_048;

export class FreshContents {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  keep(place: Place, submission: Submission, content: Uint8Array): void {
    const bytes = content.length + RECORD_BYTES;
    if (this.#bytes + bytes > this.#maxBytes) free(content);
    else {
      this.#bytes += bytes;
      place.fresh = { submission, content };
    }
  }

  /** What was kept, once; null when there was no room. */
  take(place: Place): Place['fresh'] {
    const { fresh } = place;
    if (!fresh) return null;
    place.fresh = null;
    this.#bytes -= fresh.submission.size + RECORD_BYTES;
    return fresh;
  }
}
