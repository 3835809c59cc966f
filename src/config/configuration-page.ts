/** Renders docs/configuration.md; the refusal it shows is a real one. */

import { readConfig } from './config.ts';
import { ConfigurationError } from './configuration-error.ts';
import { defaultOf, optionalRows, requiredRows } from './setting-words.ts';
import { exampleLine, fileVariable, type Setting, settingRows } from './settings.ts';

/** The whole page, in Markdown. */
export function configurationPage(): string {
  const secretFiles = settingRows
    .filter(([, row]) => row.form === 'secret')
    .map(([name]) => `\`${fileVariable(name)}\``);
  const required = requiredRows().map((row) => section(row, ''));
  const optional = optionalRows().map((row) => section(row, defaultFact(row[1])));
  return `<!-- Rendered from src/config/settings.ts by "npm run docs"; edit that file, not this one. -->

# Configuration

exo-relay is configured by environment variables. It reads them once, when it starts.
[.env.example](../.env.example) has them all: copy it to \`.env\`, fill it in, and start with

\`\`\`sh
npm start
\`\`\`

The relay reads \`.env\` in the folder it is started in; a variable of the environment itself wins over the file.

## Required

Each of these must be set, but of \`API_KEY\` and \`API_KEY_SHA256\` exactly one.

${required.join('\n\n')}

## Optional

${optional.join('\n\n')}

## How values are read

- A variable that is empty counts as not set.
- White space around a value is dropped, and so is the line break at the end of a file.
- In \`.env\` a value with \`#\`, \`$\` or a blank in it stands in single quotes.
- Variables that are not named on this page are left alone.

## Secrets from files

Each secret can stand in a file instead: set ${list(secretFiles)} to the path of that file.
This is how Docker and Kubernetes hand secrets to a container. The file holds the secret and nothing else, in UTF-8.
To set both a secret and its file is a mistake.

The relay never prints a secret: where one would appear, it prints \`[redacted]\`.
Of an API key it keeps only the SHA-256.

## Making an API key

\`npm run key\` makes a random one and prints it with its SHA-256: the key is for the application that sends,
the SHA-256 for \`API_KEY_SHA256\`.

## When something is wrong

With a mistake in its configuration the relay does not start. It names all mistakes at once, each with its place, and exits with code 78.

\`\`\`text
${exampleOfRefusal()}
\`\`\`
`;
}

/** What the relay prints for three mistakes that are often made. */
function exampleOfRefusal(): string {
  try {
    readConfig({
      TENANTID: '8d6a2f0e-7c41-4b58-9a53-0f2e1c7d4b96',
      CLIENT_ID: '3f1e9c57-2a80-4d6b-b1f4-6c0d8e5a7923',
      CLIENT_SECRET_FILE: '/run/secrets/no-such-file',
      MAILBOX: 'billing@contoso.com',
      API_KEY_SHA256: '0123456789abcdef'.repeat(4),
      SMTP_PORT: 'abc',
    });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('the example of a refused configuration was accepted');
}

/** One setting, under a heading that can be linked to. */
function section([name, row]: readonly [string, Setting], fact: string): string {
  const meaning = row.meaning.replaceAll('<', '&lt;');
  return `### \`${name}\`\n\n${meaning}\n\n${fact}- Example: \`${exampleLine(name, row)}\``;
}

function defaultFact(row: Setting): string {
  return `- Default: ${row.default === undefined ? defaultOf(row) : `\`${row.default}\``}\n`;
}

function list(items: readonly string[]): string {
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} or ${items.at(-1)}` : items.join('');
}
