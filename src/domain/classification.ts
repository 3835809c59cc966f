/** Recognises a failure by what the other side said. The most specific pattern of the catalogue decides; without one the failure stays unknown, since a wrong remedy is worse than none. */

import { catalogue, type FailureCode, failureCodes } from './catalogue/catalogue.ts';
import type { ReplyPattern } from './catalogue/entry.ts';
import type { SmtpReply } from './smtp-reply.ts';

/** A reply to match: the whole, or one that stands inside its text. */
interface Reading {
  readonly code: number;
  readonly enhanced: string;
  readonly text: string;
}

interface Rule {
  readonly failure: FailureCode;
  readonly pattern: ReplyPattern;
  readonly specificity: number;
}

const replyRules: readonly Rule[] = failureCodes.flatMap((failure) =>
  (catalogue[failure].recognised?.replies ?? []).map((pattern) => ({
    failure,
    pattern: { ...pattern, ...(pattern.text && { text: new RegExp(pattern.text, 'i') }) },
    specificity: specificityOf(pattern),
  })),
);

/**
 * The failure that a refusing reply stands for; `refused-by-server` when the catalogue does not know the reply.
 *
 * Exchange wraps replies in replies (`530 5.7.57 … Error: 535 5.7.139 …`), so those inside the text are read too.
 * Of two matches that are equally specific the later one wins, as it is nearer to the cause.
 */
export function classifyReply(reply: SmtpReply): FailureCode {
  let best: Rule | undefined;
  for (const reading of readingsOf(reply)) {
    const rule = mostSpecificRule(reading);
    if (rule && rule.specificity >= (best?.specificity ?? 0)) best = rule;
  }
  return best?.failure ?? 'refused-by-server';
}

/**
 * The failure for a refusal of Entra ID. Microsoft keeps the right to change the numbers,
 * so the OAuth error and the HTTP status are asked after them.
 *
 * @param refusal `aadsts` are numbers without the prefix; `error` is the OAuth 2.0 error
 */
export function classifyEntraRefusal(refusal: {
  aadsts: readonly number[];
  error: string | null;
  httpStatus: number;
}): FailureCode {
  const byNumber = refusal.aadsts.map((number) => findCode(({ aadsts }) => aadsts?.includes(number)));
  const known = byNumber.find((code) => code !== undefined);
  if (known) return known;
  const { error, httpStatus } = refusal;
  const byError = error === null ? undefined : findCode(({ oauthErrors }) => oauthErrors?.includes(error));
  if (byError) return byError;
  return httpStatus === 429 || httpStatus >= 500 ? 'entra-transient-error' : 'entra-refused';
}

/**
 * The failure for an error of DNS, TCP or TLS.
 *
 * @param error `code` of Node or OpenSSL; null when a library has hidden it, then the message decides
 */
export function classifyNetworkError(error: { code: string | null; message: string }): FailureCode {
  const { code, message } = error;
  const byCode = code === null ? undefined : findCode(({ systemErrors }) => systemErrors?.includes(code));
  if (byCode) return byCode;
  const said = collapsed(`${code ?? ''} ${message.slice(0, MOST_READ)}`);
  return findCode(({ networkText }) => networkText && new RegExp(networkText, 'i').test(said)) ?? 'network-error';
}

/** Characters of a text that are read; what tells a cause stands before, and a longer text would cost by its square. */
const MOST_READ = 2_000;

function findCode(
  recognises: (by: NonNullable<(typeof catalogue)[FailureCode]['recognised']>) => boolean | undefined,
): FailureCode | undefined {
  return failureCodes.find((code) => recognises(catalogue[code].recognised ?? {}));
}

/** The whole reply first, then each one inside its text that is of the same class: a cure for 5yz must not be told for 4yz. */
function readingsOf(reply: SmtpReply): readonly Reading[] {
  const text = withoutNoise(reply.text);
  const inside = [...text.matchAll(embedded)].map((match) => ({
    code: match[1] === undefined ? reply.code : Number(match[1]),
    enhanced: match[2] ?? '',
    text: text.slice(match.index),
  }));
  const ofThisClass = inside.filter(({ code, enhanced }) => {
    const digit = String(reply.code)[0];
    return String(code)[0] === digit && enhanced[0] === digit;
  });
  return [{ code: reply.code, enhanced: reply.enhanced ?? '', text }, ...ofThisClass];
}

// An enhanced status code, with or without a reply code before it, that is not a part of an IP address or a version.
const embedded = /(?<![\w.-])(?:([45]\d\d)[ :-]+)?([45]\.\d{1,3}\.\d{1,3})(?![\w.-]*\w)/g;

/**
 * The words of a reply alone: white space collapsed, the server's name and time at its end cut
 * (`[host]`, `[host timestamp id]`, `[Hostname=…]`), addresses taken out, which callers choose.
 */
function withoutNoise(text: string): string {
  const words = collapsed(text.slice(0, MOST_READ)).replace(/[^\s<>,;"']+@[^\s<>,;"']+/g, '');
  return words.replace(/(?:\s*\[[^\]]*\])+\s*$/, '').trim();
}

function collapsed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function mostSpecificRule(reading: Reading): Rule | undefined {
  const matching = replyRules.filter(({ pattern }) => matches(pattern, reading));
  return matching.reduce<Rule | undefined>(
    (best, rule) => (best && best.specificity >= rule.specificity ? best : rule),
    undefined,
  );
}

function matches({ code, enhanced, text }: ReplyPattern, reading: Reading): boolean {
  if (code !== undefined && code !== reading.code) return false;
  if (typeof enhanced === 'string' && enhanced !== reading.enhanced) return false;
  if (enhanced instanceof RegExp && !enhanced.test(reading.enhanced)) return false;
  return text === undefined || text.test(reading.text);
}

/** Words tell more than an enhanced status code, and that tells more than a reply code. */
function specificityOf({ code, enhanced, text }: ReplyPattern): number {
  const ofEnhanced = typeof enhanced === 'string' ? 4 : enhanced ? 2 : 0;
  return (text ? 8 : 0) + ofEnhanced + (code === undefined ? 0 : 1);
}
