/** The request headers of POST /send, as the OpenAPI document shows them; send-wishes.ts judges them. */

import { Type } from 'typebox';
import { LONGEST_WAIT } from './prefer.ts';

export const SendHeaders = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({
      description:
        'Up to 256 printable ASCII characters, one key for each message. The same key and the same body are answered with what became of the first request; another body is refused.',
      examples: ['invoice-4711-v1'],
    }),
  ),
  Prefer: Type.Optional(
    Type.String({
      description: `\`wait=N\` to wait for the outcome N seconds at most (0 to ${LONGEST_WAIT}, which is the default), \`respond-async\` to wait not at all (RFC 7240).`,
      examples: ['respond-async'],
    }),
  ),
});
