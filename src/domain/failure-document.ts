/** Renders docs/failures.md from the catalogue: one section a failure, its anchor the code, so that a problem's `type` and the page can never differ from what the relay answers. */

import { failureCodes } from './catalogue/catalogue.ts';
import type { CatalogueEntry } from './catalogue/entry.ts';
import { entryOf } from './failure.ts';
import { aboutInWords, againInWords, codesByStage, responsibleInWords } from './failure-words.ts';
import { fillProse, remedyFor } from './remedy.ts';

/** The whole page, in Markdown. */
export function failureDocument(): string {
  const parts = codesByStage();
  const contents = parts.map(({ heading, codes }) => {
    const rows = codes.map((code) => `| [\`${code}\`](#${code}) | ${entryOf(code).status} | ${entryOf(code).title} |`);
    return `### ${heading}\n\n| code | status | |\n|---|---|---|\n${rows.join('\n')}`;
  });
  const sections = parts.flatMap(({ codes }) => codes.map((code) => section(code, entryOf(code))));
  return `<!-- Rendered from src/domain/catalogue/ by "npm run docs"; edit those files, not this one. -->

# Failures

Every answer of the relay that is no success is one of these ${failureCodes.length}. Its \`code\` is stable; its \`type\` ends in it.
What stands in \`<angle brackets>\` here comes filled in with the values of your tenant in the answer itself.
A running relay shows the same at \`/failures\` and \`/failures/<code>\`, in a browser as a page, to programs as JSON.

${contents.join('\n\n')}

${sections.join('\n\n')}
`;
}

function section(code: (typeof failureCodes)[number], entry: CatalogueEntry): string {
  const { summary, steps, powershell, docs } = remedyFor({ code, values: {} });
  const facts = [
    `Status: ${entry.status}`,
    `About: ${aboutInWords[entry.about]}`,
    `Responsible: ${responsibleInWords[entry.responsible]}`,
    `Again: ${againInWords(entry.retry)}`,
  ];
  return [
    `<a id="${code}"></a>`,
    `## ${entry.title}`,
    `\`${code}\``,
    prose(fillProse(entry.cause, {})),
    list(facts.map((fact) => `- ${fact}.`)),
    `**${prose(summary)}**`,
    list(steps.map((step, index) => `${index + 1}. ${prose(step)}`)),
    ...(powershell.length > 0 ? [`\`\`\`powershell\n${powershell.join('\n')}\n\`\`\``] : []),
    `Read on: ${docs.map((page) => `<${page}>`).join(', ')}`,
  ].join('\n\n');
}

function list(lines: readonly string[]): string {
  return lines.join('\n');
}

/** Markdown must not read `<…>` as HTML, nor anything but backticks as its own; a URL stays one. */
function prose(text: string): string {
  const escaped = text.split('`').map((part, index) => (index % 2 === 1 ? part : part.replace(/[<>*_|]/g, '\\$&')));
  return escaped.join('`');
}
