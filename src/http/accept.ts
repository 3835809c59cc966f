/** What of JSON and HTML a caller would rather have (RFC 9110 §12.5.1): JSON, unless it says otherwise. */

/** Whether the header Accept prefers a page for people. */
export function prefersHtml(accept: string | undefined): boolean {
  const ranges = (accept ?? '*/*').split(',').map(mediaRange);
  return weight(ranges, 'text', 'html') > weight(ranges, 'application', 'json');
}

interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  /** 0 to 1; one that cannot be read counts for nothing. */
  readonly q: number;
}

function mediaRange(text: string): MediaRange {
  const [range = '', ...parameters] = text.toLowerCase().split(';');
  const [type = '', subtype = ''] = range.trim().split('/');
  const q = parameters.map((each) => each.trim()).find((each) => each.startsWith('q='));
  const weight = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(q ?? 'q=1')?.[1];
  return { type, subtype, q: Number(weight ?? 0) };
}

/** That of the range which names the media type most exactly; 0 when none does. */
function weight(ranges: readonly MediaRange[], type: string, subtype: string): number {
  const named = (a: string, b: string) => ranges.filter((range) => range.type === a && range.subtype === b);
  const exactly = [named(type, subtype), named(type, '*'), named('*', '*')].find((found) => found.length > 0) ?? [];
  return Math.max(0, ...exactly.map(({ q }) => q));
}
