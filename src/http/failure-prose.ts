/** Texts of the catalogue as markup: what stands in backticks as code, what this installation would put in as a blank to see. */

import { blankFor, piecesOf } from '../domain/remedy.ts';
import { html, type Markup } from './markup.ts';

/** A sentence or more. */
export function prose(text: string): Markup[] {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? html`<code>${withBlanks(part)}</code>` : html`${withBlanks(part)}`));
}

/** Lines to paste, each value a literal in PowerShell's single quotes, as in a problem. */
export function lines(powershell: readonly string[]): Markup[] {
  return powershell.map((line) => html`${withBlanks(line, "'")}\n`);
}

/** Whether a text has a blank in it. */
export function hasBlanks(text: string): boolean {
  return piecesOf(text).some((piece) => 'placeholder' in piece);
}

function withBlanks(text: string, quote = ''): Markup[] {
  return piecesOf(text).map((piece) =>
    'text' in piece ? html`${piece.text}` : html`${quote}<mark>${blankFor(piece.placeholder)}</mark>${quote}`,
  );
}

/** A link to elsewhere, in words: the page's own name and its host. */
export function linkTo(address: string): Markup {
  const { hostname, pathname, hash } = new URL(address);
  return html`<a href="${address}" rel="noreferrer">${nameOf(pathname, hash)}</a> <span class="from">${hostname.replace(/^www\./, '')}</span>`;
}

/** The last part of the path in words; a number alone says nothing, so there the path is told. */
function nameOf(pathname: string, hash: string): string {
  const path = decodeURI(pathname).replace(/^\/|\/$/g, '');
  const last = (path.split('/').at(-1) ?? path).replace(/\.(?:html|md)$/, '');
  if (/^\d+$/.test(last)) return path;
  return begun(
    `${last} ${hash.slice(1)}`
      .replace(/^rfc(\d+)/, 'RFC $1')
      .replace(/[-_]+/g, ' ')
      .trim(),
  );
}

/** Words as the beginning of a sentence. */
export function begun(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
