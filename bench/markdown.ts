/** Tables of Markdown, and figures as they stand in them: the median, in brackets the least and the most. */

import type { Spread } from './measure.ts';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

export function spread({ median, least, most }: Spread, digits: number): string {
  return `${figure(median, digits)} (${figure(least, digits)}–${figure(most, digits)})`;
}

/** A ratio, `× 0.89 (0.74–1.10)`. */
export function times(ratio: Spread): string {
  return `× ${spread(ratio, 2)}`;
}

export function figure(value: number, digits = 0): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
