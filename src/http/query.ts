/** Query parameters: one that a route does not know is refused by name, since the caller relies on it. */

import { FailureError, type FieldError, failure, inWords } from '../domain/failure.ts';

/** As errors name a parameter. */
export function parameterName(name: string): string {
  return `?${name}`;
}

/** A mistake for each parameter that is not among those a route knows. */
export function unknownParameters(query: unknown, known: readonly string[] = []): FieldError[] {
  return Object.keys(Object(query))
    .filter((name) => !known.includes(name))
    .map((name) => ({
      field: parameterName(name),
      message:
        known.length > 0
          ? `is not known; known are ${known.join(', ')}`
          : 'this route knows no query parameters; send the request without it',
    }));
}

/**
 * For routes that have none.
 *
 * @throws FailureError `invalid-request`
 */
export function refuseParameters(query: unknown): void {
  const errors = unknownParameters(query);
  if (errors.length > 0) throw new FailureError(failure('invalid-request', { detail: inWords(errors), errors }));
}
