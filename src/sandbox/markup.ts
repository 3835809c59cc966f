/** HTML in which whatever is put in is text, unless it is markup made here: nothing that a message says becomes a tag. */

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Lists are strung together; `null` and `false` leave nothing. */
export type Content = string | number | Markup | null | false | readonly Content[];

/** A template of HTML; what stands in it is escaped, for text as well as for values of attributes in quotes. */
export function markup(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(literals.map((literal, index) => literal + rendered(contents[index] ?? null)).join(''));
}

function rendered(content: Content): string {
  if (content === null || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(rendered).join('');
  return escaped(String(content));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
