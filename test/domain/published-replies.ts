/** Replies and errors as people published them, and what a client hands to the classification of each. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { classifyEntraRefusal, classifyNetworkError } from '../../src/domain/classification.ts';
import { parseReply, type SmtpReply } from '../../src/domain/smtp-reply.ts';

export interface Published {
  readonly kind: 'smtp' | 'entra' | 'node';
  /** The failure it stands for. */
  readonly expect: string;
  /** As it was printed, often in the frame of some client. */
  readonly reply: string;
  readonly source: string;
}

/** What is left of `unknown` in the fixture. */
const unknown = { smtp: 'refused-by-server', entra: 'entra-refused', node: 'network-error' };

const published: readonly Published[] = readFileSync(new URL('../fixtures/replies.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

/** Those of one kind. */
export function publishedOf(kind: Published['kind']): readonly Published[] {
  return published
    .filter((row) => row.kind === kind)
    .map((row) => (row.expect === 'unknown' ? { ...row, expect: unknown[kind] } : row));
}

/** The reply in what a client printed of it. Clients that print no reply code leave only the class, in the enhanced status code. */
export function replyIn(printed: string): SmtpReply {
  const framed = /(?:^|[^\d.])([45]\d\d)\W+(?:Msg: )?(?:b['"])?([45]\.\d+\.\d+\s.*)?/s.exec(printed);
  const reply = framed?.[2]
    ? parseReply(`${framed[1]} ${framed[2]}`)
    : (parseReply(printed) ?? parseReply(`${printed[0]}50 ${printed}`));
  assert.ok(reply, `no reply in ${printed}`);
  return reply;
}

/** A refusal of Entra ID whose numbers stand in its text. */
export function entraRefusalIn(printed: string): Parameters<typeof classifyEntraRefusal>[0] {
  const aadsts = [...printed.matchAll(/AADSTS(\d+)/g)].map((match) => Number(match[1]));
  return { aadsts, error: null, description: printed, httpStatus: 400 };
}

/** An error whose own code nodemailer may have hidden. */
export function networkErrorIn(printed: string): Parameters<typeof classifyNetworkError>[0] {
  const code = /code: '(\w+)'/.exec(printed)?.[1] ?? null;
  return { code: code === 'ESOCKET' ? null : code, message: printed };
}
