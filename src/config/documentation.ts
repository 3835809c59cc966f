/** The documentation of the settings, rendered from their table, so that it cannot differ from what is read. */

import { configurationPage } from './configuration-page.ts';
import { exampleLine, type SettingRow, variablesOf } from './setting.ts';
import { defaultOf, isAlternative, needOf, optionalGroups, requiredRows } from './setting-words.ts';
import { settingRows } from './settings.ts';

const WIDTH = 100;

/** The files that hold rendered documentation: their content by their path in the project. */
export function documents(): Readonly<Record<string, string>> {
  return { '.env.example': environmentExample(), 'docs/configuration.md': configurationPage() };
}

/** The settings for `--help`: lines of at most 100 characters, with a line break at the end. */
export function settingsHelp(): string {
  const entries = settingRows.map(([name, row]) => {
    return `  ${variablesOf(name, row).join(' or ')} (${needOf(name, row)})\n${wrap(row.meaning, '      ')}\n`;
  });
  return `Settings (environment variables):\n${entries.join('')}`;
}

/** `.env.example`: a copy in which nothing is filled in yet does not start, and says what is missing. */
export function environmentExample(): string {
  const required = requiredRows().map(([name, row]) => {
    const line = isAlternative(name, row) ? `# ${name}=` : `${name}=`;
    return `${wrap(row.meaning, '# ')}\n# For example: ${exampleLine(name, row)}\n${line}\n`;
  });
  return [
    '# Settings of exo-relay. Copy this file to ".env" and fill it in; docs/configuration.md says more.\n',
    '# ---- Required; with a routing file (RELAY_CONFIG) none of these is set ----\n',
    ...required,
    '# ---- Optional: the lines show the defaults, or an example where there is no fixed one ----\n',
    ...optionalGroups().flatMap(({ title, rows }) => [`# -- ${title} --\n`, ...rows.map(optionalExample)]),
  ].join('\n');
}

function optionalExample([name, row]: SettingRow): string {
  const meaning = row.default === undefined ? `${row.meaning} Default: ${defaultOf(row)}.` : row.meaning;
  // The example of a secret is the path of its file, which is another variable.
  if (row.form === 'secret') return `${wrap(meaning, '# ')}\n# For example: ${exampleLine(name, row)}\n# ${name}=\n`;
  return `${wrap(meaning, '# ')}\n# ${name}=${row.default ?? row.example}\n`;
}

/** Breaks a text between words; a word that is longer than the line stays whole. */
function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = indent.trimEnd();
  for (const word of text.split(' ')) {
    const begun = line.length > indent.length;
    if (begun && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else {
      line = begun ? `${line} ${word}` : indent + word;
    }
  }
  return [...lines, line].join('\n');
}
