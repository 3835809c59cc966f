/** All scenarios, found by what triggers them, and listed for a person. A name that is no scenario's triggers nothing. */

import { secretScenarios, tenantScenarios } from './entra-scenarios.ts';
import { mailboxScenarios } from './mailbox-scenarios.ts';
import { recipientScenarios } from './recipient-scenarios.ts';
import type { EntraScenario, Scenario, ServerScenario, SmtpScenario } from './scenario.ts';
import { type SubmissionFault, submissionFaults, type TokenFault, tokenFaults } from './server-scenarios.ts';

export type { Scenario } from './scenario.ts';
export type { SubmissionFault, TokenFault } from './server-scenarios.ts';

/** Every row of every table. */
export const scenarios: readonly Scenario[] = [
  ...recipientScenarios,
  ...mailboxScenarios,
  ...tenantScenarios,
  ...secretScenarios,
  ...submissionFaults,
  ...tokenFaults,
];

/** The faults of the submission server, by name. */
export const serverFaults: readonly SubmissionFault[] = submissionFaults.map(({ name }) => name);

export function isServerFault(name: string): name is SubmissionFault {
  return serverFaults.some((fault) => fault === name);
}

/** The row of a fault of the submission server. */
export function submissionFaultNamed(name: string | undefined): ServerScenario | undefined {
  return submissionFaults.find((fault) => fault.name === name);
}

/** The faults of the token endpoint, by name. */
export const tokenEndpointFaults: readonly TokenFault[] = tokenFaults.map(({ name }) => name);

export function isTokenEndpointFault(name: string): name is TokenFault {
  return tokenEndpointFaults.some((fault) => fault === name);
}

const byRecipient = new Map<string, SmtpScenario>(recipientScenarios.map((row) => [row.name, row]));
const byMailbox = new Map(mailboxScenarios.map((row) => [row.name, row]));
const byTenant = new Map(tenantScenarios.map((row) => [row.by, row]));
const bySecret = new Map(secretScenarios.map((row) => [row.by, row]));

export function recipientScenario(address: string): SmtpScenario | undefined {
  return byRecipient.get(nameIn(address));
}

export function mailboxScenario(address: string): SmtpScenario | undefined {
  return byMailbox.get(nameIn(address));
}

export function tenantScenario(tenantId: string): EntraScenario | undefined {
  return byTenant.get(tenantId);
}

export function secretScenario(secret: string): EntraScenario | undefined {
  return bySecret.get(secret);
}

/** The local part without a `+suffix`: `send-as-denied+1@anything.example` names `send-as-denied`. */
function nameIn(address: string): string {
  return /^[^+@]*/.exec(address)?.[0].toLowerCase() ?? '';
}

/** All scenarios as aligned text for a terminal, grouped by how they are triggered, without a final line break. */
export function describeScenarios(): string {
  return [
    group('By recipient: send to <name>@any.domain, or <name>+anything@any.domain.', recipientScenarios.map(named)),
    group('By mailbox: the sending mailbox (MAILBOX) is <name>@any.domain.', mailboxScenarios.map(named)),
    group('By tenant: TENANT_ID is one of these.', tenantScenarios),
    group('By client secret: CLIENT_SECRET is one of these.', secretScenarios),
    group('By submission server: the sandbox is started with --server=<name>.', submissionFaults.map(named)),
    group('By token endpoint: the sandbox is started with --entra=<name>.', tokenFaults.map(named)),
  ].join('\n\n');
}

interface Line {
  readonly by: string;
  readonly plays: string;
}

function named(row: Scenario): Line {
  return { by: row.name, plays: row.plays };
}

function group(heading: string, lines: readonly Line[]): string {
  const width = Math.max(...lines.map(({ by }) => by.length));
  return [heading, ...lines.map(({ by, plays }) => `  ${by.padEnd(width)}  ${plays}`)].join('\n');
}
