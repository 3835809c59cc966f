/** The scenarios as a part of a page: how to get each, what is answered then, and where that was recorded; rendered from the tables, so that it cannot differ from what is played. */

import { entraErrors, wordingsOf } from './entra-errors.ts';
import { secretScenarios, tenantScenarios } from './entra-scenarios.ts';
import { mailboxScenarios } from './mailbox-scenarios.ts';
import { recipientScenarios } from './recipient-scenarios.ts';
import type { EntraScenario, Scenario, ServerScenario, SmtpScenario } from './scenario.ts';
import { submissionFaults, tokenFaults } from './server-scenarios.ts';

const BEGIN = '<!-- scenarios: "npm run docs" writes what follows -->';
const END = '<!-- end of scenarios -->';

/**
 * The page with the scenarios of now between its two marks.
 *
 * @throws Error when the page lacks one of them
 */
export function withScenarios(page: string): string {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`The page lacks ${BEGIN} or ${END}`);
  return `${page.slice(0, before + BEGIN.length)}\n\n${scenarioTables()}\n${page.slice(after)}`;
}

function scenarioTables(): string {
  return [
    section('By recipient', 'Send to `<name>@any.domain`, or to `<name>+anything@any.domain`.', recipientScenarios),
    section(
      'By mailbox',
      'The mailbox that signs in is `<name>@any.domain`; it need not be in the directory.',
      mailboxScenarios,
    ),
    section('By tenant', 'The relay asks this tenant for its token.', tenantScenarios),
    section('By client secret', 'The relay shows this client secret.', secretScenarios),
    section('By submission server', 'The sandbox is started with `--server=<name>`.', submissionFaults),
    section('By token endpoint', 'The sandbox is started with `--entra=<name>`.', tokenFaults),
  ].join('\n');
}

function section(title: string, how: string, scenarios: readonly Scenario[]): string {
  const rows = scenarios.map((scenario) =>
    [code(nameOf(scenario)), failureOf(scenario), scenario.plays, answerOf(scenario), scenario.source].map(cell),
  );
  const table = [['name', 'failure', 'what is played', 'what is answered', 'source'], Array(5).fill('---'), ...rows];
  return `### ${title}\n\n${how}\n\n${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function nameOf(scenario: Scenario): string {
  return 'by' in scenario ? scenario.by : scenario.name;
}

function failureOf({ failure, name }: Scenario): string {
  return `[${failure ?? name}](failures.md#${failure ?? name})`;
}

function answerOf(scenario: Scenario): string {
  if ('aadsts' in scenario) return code(refusalOf(scenario));
  return reactionOf(scenario);
}

function reactionOf({ trigger, reply, closes, silent }: SmtpScenario | ServerScenario): string {
  if (silent) return 'nothing; the connection stays';
  if (typeof reply === 'string') return `${code(reply)}${closes ? ', then the connection is closed' : ''}`;
  return trigger === 'server' ? '' : 'nothing; the connection is cut';
}

const NAMES = {
  tenant: '<tenant>',
  clientId: '<client id>',
  scope: '<scope>',
  resource: '<resource>',
  grantType: '<grant type>',
  parameter: '',
  reason: '',
};

function refusalOf({ aadsts, wording }: EntraScenario): string {
  const { status, error } = entraErrors[aadsts];
  const text = wordingsOf(aadsts)[wording - 1]?.text(NAMES) ?? '';
  return `${status} ${error} AADSTS${aadsts}: ${text}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
