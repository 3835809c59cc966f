/** HTML as templates: whatever is put into one is escaped, unless it is itself made by one. */

/** A piece of HTML; made by `html` alone, so that no text can pass for one. */
export class Markup {
  readonly #html: string;

  private constructor(html: string) {
    this.#html = html;
  }

  static of(strings: readonly string[], contents: readonly Content[]): Markup {
    return new Markup(String.raw({ raw: strings }, ...contents.map(inHtml)));
  }

  toString(): string {
    return this.#html;
  }
}

/** What a template takes: null is nothing, and of a list each in turn. */
export type Content = string | number | Markup | null | readonly Content[];

/** For text, and for values of attributes in double quotes. */
export function html(strings: TemplateStringsArray, ...contents: Content[]): Markup {
  return Markup.of(strings, contents);
}

function inHtml(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'object') return content.map(inHtml).join('');
  return String(content).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
