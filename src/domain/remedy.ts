/** Remedies with the values of this installation put in: plain in prose, as literals in PowerShell, and never read twice. */

import { catalogue, type FailureCode } from './catalogue/catalogue.ts';
import { type Placeholder, placeholders, type Remedy, type Values } from './catalogue/entry.ts';
import { literal } from './powershell.ts';

/**
 * The catalogue's remedy for a failure, filled in. What is not known stays readable: `<the mailbox that authenticates>`.
 *
 * @param failure its code and the values known of it
 */
export function remedyFor(failure: { readonly code: FailureCode; readonly values: Values }): Remedy {
  const { summary, steps, powershell, docs } = catalogue[failure.code].remedy;
  return {
    summary: fillProse(summary, failure.values),
    steps: steps.map((step) => fillProse(step, failure.values)),
    powershell: powershell.map((line) => fill(line, failure.values, literal)),
    docs,
  };
}

/** A text of the catalogue with its placeholders filled in, for people to read. */
export function fillProse(text: string, values: Values): string {
  return fill(text, values, (value) => value);
}

/** A part of a text of the catalogue: words as they are, or the name of a value to put in. */
export type Piece = { readonly text: string } | { readonly placeholder: Placeholder };

/** The parts of a text, in order, for whoever shows its placeholders as such. */
export function piecesOf(text: string): Piece[] {
  // Split at what captures a name, every second part is one.
  return text.split(BRACES).map((part, index) => {
    if (index % 2 === 0) return { text: part };
    return isPlaceholder(part) ? { placeholder: part } : { text: `{${part}}` };
  });
}

/** What stands for a value that is not known: `<the mailbox that authenticates>`. */
export function blankFor(placeholder: Placeholder): string {
  return `<${placeholders[placeholder]}>`;
}

/** Braces around anything but a placeholder are PowerShell's own. */
const BRACES = /\{([a-z_]+)\}/g;

/** One pass, so that braces inside a value are left alone. */
function fill(text: string, values: Values, write: (value: string) => string): string {
  return text.replace(BRACES, (braces, name: string) =>
    isPlaceholder(name) ? write(values[name] ?? blankFor(name)) : braces,
  );
}

function isPlaceholder(name: string): name is Placeholder {
  return Object.hasOwn(placeholders, name);
}
