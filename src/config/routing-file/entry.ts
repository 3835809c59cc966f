/** One place of a routing file: what stands there, and the way to it, so that every mistake names line, column and path. */

import { distance } from 'fastest-levenshtein';
import { isAlias, isMap, isNode, isScalar, isSeq, type LineCounter } from 'yaml';
import type { Report } from '../configuration-error.ts';
import { isMistake, type Mistake, quote } from '../readers.ts';

/** More names than this in a sentence help nobody. */
const MOST_NAMED = 10;

const ALIAS =
  'begins with "*", which YAML takes for an alias, and aliases are not taken; put a text such as "*@contoso.com" in double quotes.';

/** The file as far as its mistakes have to know it. */
export interface RoutingText {
  readonly path: string;
  readonly lines: LineCounter;
  readonly report: Report;
  /** Places that hold something of another kind than they should: of what is missing there nothing more is said. */
  readonly misshapen: Set<string>;
}

export interface Entry {
  readonly file: RoutingText;
  /** The way from the root: `tenants.contoso.mailboxes."billing@contoso.com".send_as[1]`; empty for the root. */
  readonly path: string;
  /** The key, or the position in a list. */
  readonly key: string;
  /** Where it is to be looked for, in characters from the start of the file. */
  readonly offset: number;
  readonly node: unknown;
}

/** `relay.yaml:14:7 tenants.contoso.app` */
export function placeOf({ file, path, offset }: Entry): string {
  return `${positionOf(file, offset)}${path === '' ? '' : ` ${path}`}`;
}

/** `relay.yaml:14:7` */
export function positionOf(file: RoutingText, offset: number): string {
  const { line, col } = file.lines.linePos(offset);
  return `${file.path}:${line}:${col}`;
}

/** Reports a mistake: a sentence that begins with the place. */
export function reject(entry: Entry, message: string): undefined {
  return entry.file.misshapen.has(entry.path) ? undefined : entry.file.report(placeOf(entry), message);
}

/** Whether nothing stands there: `mailboxes:`, a name alone in braces, or a null. */
export function isEmpty({ node }: Entry): boolean {
  return node === null || (isScalar(node) && node.type === 'PLAIN' && /^(?:~|null|)$/i.test(String(node.value)));
}

/** Whether it is not there, or there is nothing in it. */
export function holdsNothing(entry: Entry | undefined): boolean {
  if (entry === undefined || isEmpty(entry)) return true;
  return (isMap(entry.node) || isSeq(entry.node)) && entry.node.items.length === 0;
}

export function isText({ node }: Entry): boolean {
  return isScalar(node);
}

/** A text, as a reader of settings makes a value of it. */
export function textAt<Value>(entry: Entry | undefined, read: (text: string) => Value | Mistake): Value | undefined {
  if (entry === undefined) return undefined;
  if (isEmpty(entry)) return reject(entry, 'is empty; write a value, or leave it out.');
  if (!isScalar(entry.node)) return notOfKind(entry, 'one value is');
  const text = String(entry.node.value).trim();
  if (text === '') return reject(entry, 'is empty; write a value, or leave it out.');
  const reading = read(text);
  return isMistake(reading) ? reject(entry, `${reading.mistake}.`) : reading;
}

/** The items of a list; an empty place is an empty list. */
export function itemsOf(entry: Entry | undefined): Entry[] {
  if (entry === undefined || isEmpty(entry)) return [];
  const { file, node, path } = entry;
  if (!isSeq(node)) {
    notOfKind(entry, 'a list such as ["one", "other"] is');
    return [];
  }
  return node.items.map((item, index) => {
    const offset = isNode(item) ? (item.range?.[0] ?? entry.offset) : entry.offset;
    return { file, path: `${path}[${index}]`, key: String(index), offset, node: item };
  });
}

/** What a map holds, in its order; an empty place is an empty map. */
export function entriesOf(entry: Entry | undefined, expected = 'lines of "name: value" are'): Entry[] {
  if (entry === undefined || isEmpty(entry)) return [];
  const { file, node, path } = entry;
  if (!isMap(node)) {
    notOfKind(entry, expected);
    return [];
  }
  const found = new Map<string, Entry>();
  for (const { key, value } of node.items) {
    const keyOffset = isNode(key) ? (key.range?.[0] ?? entry.offset) : entry.offset;
    if (!isScalar(key)) {
      reject({ ...entry, offset: keyOffset }, 'has a name that is not a text.');
      continue;
    }
    const name = String(key.value).trim();
    const step = /^[\w-]+$/.test(name) ? name : quote(name);
    const offset = isScalar(value) && value.source !== '' ? (value.range?.[0] ?? keyOffset) : keyOffset;
    const inner = { file, path: path === '' ? step : `${path}.${step}`, key: name, offset, node: value };
    const first = found.get(name);
    if (first === undefined) found.set(name, inner);
    else reject({ ...inner, offset: keyOffset }, `stands here twice; the first one is at ${placeOf(first)}.`);
  }
  return [...found.values()];
}

function notOfKind(entry: Entry, expected: string): undefined {
  // Not quoted: it may be a secret in the wrong place.
  const message = isAlias(entry.node) ? ALIAS : `is ${kindOf(entry)}; ${expected} expected.`;
  reject(entry, message);
  entry.file.misshapen.add(entry.path);
}

function kindOf(entry: Entry): string {
  if (isMap(entry.node)) return 'a group of lines';
  if (isSeq(entry.node)) return 'a list';
  return isEmpty(entry) ? 'empty' : 'a single value';
}

export type FieldsOf<Name extends string> = { readonly [Field in Name]?: Entry };

/** The known fields of a map; any other is a mistake with the name that may be meant. */
export function fieldsOf<Name extends string>(entry: Entry, names: readonly Name[]): FieldsOf<Name> {
  return knownAmong(entriesOf(entry, `${names.join(', ')} ${names.length > 1 ? 'are' : 'is'}`), entry, names);
}

/** The same, of what was read of a map already. */
export function knownAmong<Name extends string>(
  entries: readonly Entry[],
  entry: Entry,
  names: readonly Name[],
): FieldsOf<Name> {
  const found: { [Field in Name]?: Entry } = {};
  for (const inner of entries) {
    const name = names.find((known) => known === inner.key);
    if (name !== undefined) found[name] = inner;
    // A name alone in braces may be a secret that somebody wrote there.
    else if (inner.node === null)
      reject(entry, `has a name without a value, which is not known here; ${names.join(', ')} may stand here.`);
    else reject(inner, `is not known here${nearest(inner.key, names)}`);
  }
  return found;
}

/** The one field of several that was given; to give none or more is a mistake. */
export function oneOf(entry: Entry, fields: Readonly<Record<string, Entry | undefined>>): Entry | undefined {
  const names = Object.keys(fields).join(' and ');
  const [one, other] = Object.values(fields).filter((field) => field !== undefined);
  if (one === undefined) return reject(entry, `needs one of ${names}.`);
  if (other !== undefined) return reject(other, `stands beside ${one.key}; exactly one of ${names} is expected.`);
  return one;
}

/** The end of a sentence about an unknown name: the one that is spelt nearly so, or else which there are. */
export function nearest(name: string, known: readonly string[]): string {
  const byDistance = known.map((each) => ({ each, away: distance(each.toLowerCase(), name.toLowerCase()) }));
  const [near] = byDistance.sort((one, other) => one.away - other.away);
  if (near && near.away <= 2 && near.away < near.each.length) return `; did you mean "${near.each}"?`;
  const more = known.length > MOST_NAMED ? ' and more' : '';
  if (known.length <= 1) return known.length === 0 ? '; there is none.' : `; there is only ${known[0]}.`;
  return `; there are ${known.slice(0, MOST_NAMED).join(', ')}${more}.`;
}
