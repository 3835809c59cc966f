/** What a JSON schema found wrong, in words that name the field and what it may be. */

import type { FastifySchemaValidationError } from 'fastify/types/schema.js';

export interface FieldError {
  /** `limits.minute`; the name of the part of the request when it is wrong as a whole. */
  readonly field: string;
  readonly message: string;
}

/** One error for each field. */
export function fieldErrors(errors: readonly FastifySchemaValidationError[], part: string): FieldError[] {
  const byField = new Map<string, string>();
  for (const error of errors) {
    const [name, message] = inWords(error);
    const field = [...error.instancePath.split('/').slice(1), ...(name ? [name] : [])].join('.') || part;
    const before = byField.get(field);
    byField.set(field, before === undefined || before === message ? message : `${before}, or ${message}`);
  }
  return [...byField].map(([field, message]) => ({ field, message }));
}

function inWords({ keyword, params, message = 'is wrong' }: FastifySchemaValidationError): [string, string] {
  switch (keyword) {
    case 'additionalProperties':
      return [String(params.additionalProperty), 'is not a field of this request'];
    case 'required':
      return [String(params.missingProperty), 'is missing'];
    case 'enum':
      return [
        '',
        `must be one of ${[params.allowedValues]
          .flat()
          .map((each) => JSON.stringify(each))
          .join(', ')}`,
      ];
    default:
      return ['', message];
  }
}
