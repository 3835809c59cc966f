/** Identifiers that sort by time (ULID): one for each request and each submission, so they must cost next to nothing. */

import { getRandomValues } from 'node:crypto';
import { ulid } from 'ulid';

/** Numbers drawn at once: the library would ask the system for a single byte sixteen times an identifier. */
const POOL = 1024;

/**
 * Makes identifiers.
 *
 * @param now the time an identifier begins with
 */
export function ulids(now: () => Date): () => string {
  const pool = new Uint32Array(POOL);
  let left = 0;
  const random = (): number => {
    if (left === 0) {
      getRandomValues(pool);
      left = POOL;
    }
    left -= 1;
    return (pool[left] ?? 0) / 2 ** 32;
  };
  return () => ulid(now().getTime(), random);
}
