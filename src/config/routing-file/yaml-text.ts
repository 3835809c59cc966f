/** Parses a routing file: YAML in which every value is a text. What the parser refuses is said in words for people. */

import { type ErrorCode, LineCounter, parseDocument } from 'yaml';
import type { Report } from '../configuration-error.ts';
import { type Entry, positionOf, type RoutingText } from './entry.ts';

/** Never the parser's own words: they may quote the file, and a secret with it. */
const words: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_ALIAS: 'has an empty alias; put a text that begins with "*" in double quotes, such as "*".',
  BAD_DIRECTIVE: 'begins with "%", which YAML takes for a directive; leave the line out.',
  BAD_INDENT: 'is not indented as the lines around it are, or the bracket of a list is not closed before it.',
  BAD_SCALAR_START:
    'begins with a character that YAML keeps for itself, such as "@" or "%"; put the text in double quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'has a second ": " in one line; put the text in double quotes, or begin a new line.',
  MISSING_CHAR:
    'lacks a character before this place: a closing quote or bracket, or a blank or comma between two values.',
  MULTILINE_IMPLICIT_KEY: 'has a line without a colon; "name: value" is expected, with a blank behind the colon.',
  MULTIPLE_DOCS: 'has a second document from here on ("---"); one is expected.',
  RESOURCE_EXHAUSTION: 'is nested too deeply.',
  TAB_AS_INDENT: 'is indented by a tab; YAML takes only blanks there.',
  TAG_RESOLVE_FAILED: 'has a tag ("!"), which is not taken; put a text that begins with "!" in double quotes.',
};

const OTHERWISE = 'cannot be read as YAML; look at the quotes, brackets, colons and blanks of this line.';

/** @returns the root; undefined with the mistakes reported where the text is not YAML */
export function parseRoutingText(path: string, text: string, report: Report): Entry | undefined {
  const lines = new LineCounter();
  const file: RoutingText = { path, lines, report, misshapen: new Set() };
  // Texts only: what a number, a date or nothing is, the readers decide. Duplicates are looked for where maps are read.
  const { contents, errors, warnings } = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const seen = new Set<number>();
  for (const { code, pos } of [...errors, ...warnings]) {
    const { line } = lines.linePos(pos[0]);
    // What follows the first mistake of a line is mostly its consequence.
    if (seen.has(line)) continue;
    seen.add(line);
    report(positionOf(file, pos[0]), words[code] ?? OTHERWISE);
  }
  return seen.size > 0 ? undefined : { file, path: '', key: '', offset: 0, node: contents };
}
