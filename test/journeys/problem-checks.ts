/** What holds for every problem: the status, stage and retryability that the catalogue gives it, and a remedy with the values of this installation put in. */

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { type CatalogueEntry, placeholders, type Values } from '../../src/domain/catalogue/entry.ts';
import { entryOf } from '../../src/domain/failure.ts';
import type { Scenario } from '../../src/sandbox/scenario.ts';
import type { RelayInProcess } from './relay-in-process.ts';
import type { Answer, AnswerBody } from './relay-process.ts';

/** The failure that a scenario ends in. */
export function failureOf({ failure, name }: Scenario): string {
  return failure ?? name;
}

const stages: Readonly<Record<Exclude<Scenario['at'], 'tls'>, string>> = {
  auth: 'auth',
  mail: 'mail-from',
  rcpt: 'rcpt-to',
  'data-command': 'data',
  content: 'data',
  'final-dot': 'data',
  connect: 'connect',
  greeting: 'connect',
  ehlo: 'connect',
  'second-ehlo': 'connect',
  starttls: 'tls',
  token: 'token',
};

/** Where the relay meets what a scenario plays. */
export function stageOf({ at, name }: Scenario): string {
  // What a server does not offer shows when it is needed.
  if (name === 'smtp-extension-missing') return 'mail-from';
  return at === 'tls' ? 'tls' : stages[at];
}

/**
 * Checks a problem.
 *
 * @param stage where it happened; by default where the catalogue says it usually does
 * @param values those known of this installation; the texts must hold them in the place of their names
 */
export function assertProblem(
  answer: Answer,
  code: string,
  { stage, values = {} }: { readonly stage?: string | undefined; readonly values?: Values } = {},
): void {
  const { body, headers, status } = answer;
  const found = failureCodes.find((known) => known === code);
  assert.ok(found, `${code} is not in the catalogue`);
  assert.equal(body.code, code, JSON.stringify(body, null, 2));
  const entry = entryOf(found);
  const retryable = isRetryable(entry, body);
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json(?:; charset=utf-8)?$/);
  assert.equal(body.type, `/failures/${code}`);
  assert.equal(body.title, entry.title);
  assert.equal(status, entry.retry === 'by-reply' && retryable ? 503 : entry.status);
  assert.equal(status, body.status);
  assert.equal(body.stage, stage ?? entry.stage);
  assert.equal(body.retryable, retryable);
  assert.equal(headers.has('retry-after'), retryable);
  assert.equal(body.request_id, headers.get('x-request-id'));
  assertRemedy(entry, body, values);
}

/** A wait that is longer than this nobody waits for, when it hits all of a mailbox or tenant; in seconds. */
const LONG = 300;

/**
 * Checks what a caller is told who lets the relay go on: that it does where that makes sense, and the same problem elsewhere.
 * What the first refusal has paused is resumed before, and nothing is left behind.
 *
 * @param problem what one was told who wanted a single attempt
 */
export async function assertGoesOn(
  relay: RelayInProcess,
  message: { readonly from: string; readonly [field: string]: unknown },
  { status, body: { code, about, retryable, retry_after } }: Answer,
): Promise<void> {
  await relay.resume(message.from);
  const answer = await relay.send(message, { prefer: 'wait=1' });
  const isOfMany = about !== 'message' && about !== 'recipient';
  if (!retryable || (isOfMany && Number(retry_after) >= LONG)) {
    assert.deepEqual([answer.status, answer.body.code], [status, code]);
    return;
  }
  const { id, last_failure } = answer.body;
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  assert.equal(answer.headers.get('location'), `/submissions/${id}`);
  assert.equal(last_failure?.code, code);
  // Another attempt may be under way already.
  let canceled = await relay.operate('POST', `/submissions/${id}/cancel`);
  while (canceled.body.code === 'submission-sending') {
    await delay(10);
    canceled = await relay.operate('POST', `/submissions/${id}/cancel`);
  }
  assert.deepEqual([canceled.status, canceled.body.status], [200, 'canceled']);
}

function isRetryable({ retry }: CatalogueEntry, { smtp }: AnswerBody): boolean {
  return retry === 'by-reply' ? Math.trunc(smtp.code / 100) === 4 : retry !== 'never';
}

function assertRemedy({ remedy }: CatalogueEntry, body: AnswerBody, values: Values): void {
  const { summary, steps, powershell } = body.remedy;
  assert.ok(summary.length > 0 && steps.length > 0);
  assert.equal(steps.length, remedy.steps.length);
  assert.equal(powershell.length, remedy.powershell.length);
  for (const [index, step] of [remedy.summary, ...remedy.steps].entries()) {
    assert.match(
      [summary, ...steps][index] ?? '',
      filledIn(step, values, (value) => value),
    );
  }
  for (const [index, line] of remedy.powershell.entries()) {
    assert.match(
      powershell[index] ?? '',
      filledIn(line, values, (value) => `'${value}'`),
    );
  }
  const shown = JSON.stringify([body.detail, body.remedy]);
  for (const [name, words] of Object.entries(placeholders)) {
    assert.ok(!shown.includes(`{${name}}`) && !shown.includes(`<${words}>`), `${name} is left open in ${shown}`);
  }
}

/** The text with the values known in the place of their names, and anything but a name in the place of the others. */
function filledIn(template: string, values: Values, write: (value: string) => string): RegExp {
  const known = new Map<string, string>(Object.entries(values));
  const pattern = template
    .split(/(\{[a-z_]+\})/)
    .map((part) => {
      const name = /^\{([a-z_]+)\}$/.exec(part)?.[1] ?? '';
      if (!Object.hasOwn(placeholders, name)) return escaped(part);
      const value = known.get(name);
      return value === undefined ? escaped(write('*')).replace('\\*', '[^{}\\s]+') : escaped(write(value));
    })
    .join('');
  return new RegExp(`^${pattern}$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&');
}
