/** A secret of the configuration: it leaves this object only by `reveal()` and prints as `[redacted]` everywhere else. */

import { inspect } from 'node:util';
import type { RedactedSecret } from '../domain/credential.ts';

const REDACTED = '[redacted]';

export class Secret implements RedactedSecret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself, for the one call that needs it; never for a log line or an error. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
