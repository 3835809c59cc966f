/** Reads Entra's error body: RFC 6749 §5.2 plus error_codes, trace_id, correlation_id and timestamp. */

import type { EntraRefusal } from '../../domain/failure.ts';

/** Characters; Entra's own explanations have less than a thousand. */
const LONGEST_DESCRIPTION = 2_000;

/** The refusal and all its AADSTS numbers, the telling one first; null when the body is no OAuth error. */
export function refusalIn(body: string): { refusal: EntraRefusal; numbers: number[] } | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const text = (name: string): string | null => {
    const value: unknown = Reflect.get(parsed, name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const error = text('error');
  if (error === null) return null;
  const whole = text('error_description') ?? '';
  const inText = /AADSTS(\d+)/.exec(whole)?.[1];
  const listed: unknown = Reflect.get(parsed, 'error_codes');
  const numbers = [
    ...(inText ? [Number(inText)] : []),
    ...(Array.isArray(listed) ? listed.filter((number) => typeof number === 'number') : []),
  ];
  const number = numbers[0];
  return {
    numbers,
    refusal: {
      error,
      code: number === undefined ? null : `AADSTS${number}`,
      traceId: text('trace_id') ?? /Trace ID: ([\w-]+)/.exec(whole)?.[1] ?? null,
      correlationId: text('correlation_id') ?? /Correlation ID: ([\w-]+)/.exec(whole)?.[1] ?? null,
      timestamp: text('timestamp'),
      description: (whole.split(/\s*Trace ID:/)[0] ?? '').trim().slice(0, LONGEST_DESCRIPTION),
    },
  };
}
