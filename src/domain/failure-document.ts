/** Renders docs/failures.md from the catalogue: one section a failure, its anchor the code, so that a problem's `type` and the page can never differ from what the relay answers. */

import { failureCodes } from './catalogue/catalogue.ts';
import type { About, CatalogueEntry, Responsible, Retry, Stage } from './catalogue/entry.ts';
import { entryOf } from './failure.ts';
import { fillProse, remedyFor } from './remedy.ts';

const stages: Readonly<Record<Stage, string>> = {
  request: 'In the request',
  token: 'Getting a token from Entra ID',
  connect: 'Connecting',
  tls: 'Encrypting the connection',
  auth: 'Signing in to Exchange Online',
  'mail-from': 'Naming the sender',
  'rcpt-to': 'Naming the recipients',
  data: 'Handing over the message',
};

const responsibles: Readonly<Record<Responsible, string>> = {
  caller: 'the calling application',
  operator: 'whoever runs the relay and the tenant',
  microsoft: 'Microsoft',
};

const abouts: Readonly<Record<About, string>> = {
  message: 'this message',
  recipient: 'the recipient',
  sender: 'the sender address',
  mailbox: 'the mailbox that authenticates',
  tenant: 'the tenant',
  network: 'the network, or the service at its other end',
  relay: 'the relay',
};

/** The whole page, in Markdown. */
export function failureDocument(): string {
  const parts = Object.entries(stages).map(([stage, heading]) => {
    const codes = failureCodes.filter((code) => entryOf(code).stage === stage);
    return { heading, codes };
  });
  const contents = parts.map(({ heading, codes }) => {
    const rows = codes.map((code) => `| [\`${code}\`](#${code}) | ${entryOf(code).status} | ${entryOf(code).title} |`);
    return `### ${heading}\n\n| code | status | |\n|---|---|---|\n${rows.join('\n')}`;
  });
  const sections = parts.flatMap(({ codes }) => codes.map((code) => section(code, entryOf(code))));
  return `<!-- Rendered from src/domain/catalogue/ by "npm run docs"; edit those files, not this one. -->

# Failures

Every answer of the relay that is no success is one of these ${failureCodes.length}. Its \`code\` is stable; its \`type\` ends in it.
What stands in \`<angle brackets>\` here comes filled in with the values of your tenant in the answer itself.

${contents.join('\n\n')}

${sections.join('\n\n')}
`;
}

function section(code: (typeof failureCodes)[number], entry: CatalogueEntry): string {
  const { summary, steps, powershell, docs } = remedyFor({ code, values: {} });
  const facts = [
    `Status: ${entry.status}`,
    `About: ${abouts[entry.about]}`,
    `Responsible: ${responsibles[entry.responsible]}`,
    `Again: ${again(entry.retry)}`,
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

/** Whether, when and how often trying again helps, in words. */
function again(retry: Retry): string {
  if (retry === 'never') return 'no, not before the cause is removed';
  if (retry === 'by-reply') return 'as the reply says: a code that begins with 4 is for now, one with 5 for good';
  const times = retry.atMost === undefined ? '' : retry.atMost === 1 ? ', once' : `, ${retry.atMost} times at most`;
  return `after ${duration(retry.afterSeconds)}${times}`;
}

function duration(seconds: number): string {
  const [amount, unit] =
    seconds % 3600 === 0
      ? [seconds / 3600, 'hour']
      : seconds % 60 === 0
        ? [seconds / 60, 'minute']
        : [seconds, 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** Markdown must not read `<…>` as HTML, nor anything but backticks as its own; a URL stays one. */
function prose(text: string): string {
  const escaped = text.split('`').map((part, index) => (index % 2 === 1 ? part : part.replace(/[<>*_|]/g, '\\$&')));
  return escaped.join('`');
}
