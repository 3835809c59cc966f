/** Renders docs/configuration.md; the refusal it shows is a real one. */

import { clouds } from './clouds.ts';
import { readConfig } from './config.ts';
import { ConfigurationError } from './configuration-error.ts';
import { exampleLine, fileVariable, type SettingRow } from './setting.ts';
import { needOf, optionalGroups, requiredRows } from './setting-words.ts';
import { settingRows } from './settings.ts';

/** The whole page, in Markdown. */
export function configurationPage(): string {
  const secretFiles = settingRows
    .filter(([, row]) => row.form === 'secret')
    .map(([name]) => `\`${fileVariable(name)}\``);
  const optional = optionalGroups().map(({ title, rows }) => `## ${title}\n\n${rows.map(section).join('\n\n')}`);
  return `<!-- Rendered from the tables that src/config/settings.ts names, by "npm run docs"; edit those, not this page. -->

# Configuration

exo-relay is configured by environment variables. It reads them once, when it starts.
For more than one mailbox, tenant or client there is a routing file besides: see [routing.md](routing.md).
[.env.example](../.env.example) has them all: copy it to \`.env\`, fill it in, and start with

\`\`\`sh
npm start
\`\`\`

The relay reads \`.env\` in the folder it is started in; a variable of the environment itself wins over the file.

## Required

These describe the one tenant, mailbox and client of a relay without a routing file. With \`RELAY_CONFIG\` none of them is set,
nor any under "One tenant, one client": the file says it all, and the relay refuses to start rather than to pass over one.

${requiredRows().map(section).join('\n\n')}

${optional.join('\n\n')}

## What CLOUD says

| \`CLOUD\` | \`ENTRA_AUTHORITY_HOST\` | \`SMTP_HOST\` | \`TOKEN_SCOPE\` |
|---|---|---|---|
${cloudRows()}

Microsoft documents the first for SMTP AUTH. The others are what mail programs in these clouds use: override what differs with you.

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
the SHA-256 for \`API_KEY_SHA256\`, or for \`key_sha256\` in a routing file.

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
function section([name, row]: SettingRow): string {
  const meaning = row.meaning.replaceAll('<', '&lt;');
  const need = needOf(name, row).replace(/^[a-z]/, (letter) => letter.toUpperCase());
  const shown = row.default === undefined ? need : need.replace(row.default, `\`${row.default}\``);
  return `### \`${name}\`\n\n${meaning}\n\n- ${shown}\n- Example: \`${exampleLine(name, row)}\``;
}

function cloudRows(): string {
  return Object.entries(clouds)
    .map(([name, { authorityHost, smtpHost, scope }]) => `| ${name} | ${authorityHost} | ${smtpHost} | ${scope} |`)
    .join('\n');
}

function list(items: readonly string[]): string {
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} or ${items.at(-1)}` : items.join('');
}
