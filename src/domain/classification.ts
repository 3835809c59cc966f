/** Recognises a failure by what the other side said. The most specific pattern of the catalogue decides; without one the failure stays unknown, since a wrong remedy is worse than none. */

import { catalogue, type FailureCode, failureCodes } from './catalogue/catalogue.ts';
import type { Recognition, ReplyPattern } from './catalogue/entry.ts';
import { inOneSpelling, type Reading, readingsOf } from './reply-words.ts';
import type { SmtpReply } from './smtp-reply.ts';

interface Rule {
  readonly failure: FailureCode;
  readonly pattern: ReplyPattern;
  readonly specificity: number;
}

const replyRules: readonly Rule[] = failureCodes.flatMap((failure) =>
  (catalogue[failure].recognised?.replies ?? []).map((pattern) => ({
    failure,
    pattern: {
      ...pattern,
      ...(pattern.text && { text: inAnyCase(pattern.text) }),
      ...(pattern.except && { except: inAnyCase(pattern.except) }),
    },
    specificity: specificityOf(pattern),
  })),
);

const entraTexts = textsOf(({ entraText }) => entraText);
const networkTexts = textsOf(({ networkText }) => networkText);

/**
 * The failure that a refusing reply stands for; `refused-by-server` when the catalogue does not know the reply.
 *
 * Exchange wraps replies in replies (`530 5.7.57 … Error: 535 5.7.139 …`), so those inside the text are read too.
 * One that is quoted with its own code is nearer to the cause and wins over what stands around it;
 * of other matches that are equally specific the later one wins.
 */
export function classifyReply(reply: SmtpReply): FailureCode {
  let best: Rule | undefined;
  for (const reading of readingsOf(reply)) {
    const rule = mostSpecificRule(reading);
    if (rule && (reading.isQuoted || rule.specificity >= (best?.specificity ?? 0))) best = rule;
  }
  return best?.failure ?? 'refused-by-server';
}

/**
 * The failure for a refusal of Entra ID. Microsoft keeps the right to change the numbers, so the OAuth error is asked
 * after them, then the description, and last the HTTP status.
 *
 * @param refusal `aadsts` are numbers without the prefix; `error` is the OAuth 2.0 error
 */
export function classifyEntraRefusal(refusal: {
  aadsts: readonly number[];
  error: string | null;
  description?: string | null;
  httpStatus: number;
}): FailureCode {
  const { error, description, httpStatus } = refusal;
  const inText = [...inOneSpelling(description ?? '').matchAll(/AADSTS(\d{4,9})(?!\d)/g)].map((match) =>
    Number(match[1]),
  );
  for (const number of [...refusal.aadsts, ...inText]) {
    const known = findCode(({ aadsts }) => aadsts?.includes(number));
    if (known) return known;
  }
  const byError = error === null ? undefined : findCode(({ oauthErrors }) => oauthErrors?.includes(error));
  if (byError) return byError;
  const byText = description ? saidIn(entraTexts, description) : undefined;
  if (byText) return byText;
  return httpStatus === 429 || httpStatus >= 500 ? 'entra-transient-error' : 'entra-refused';
}

/**
 * The failure for an error of DNS, TCP or TLS.
 *
 * @param error `code` of Node or OpenSSL; null when a library has hidden it, then `errno`, `syscall` and the message decide
 */
export function classifyNetworkError(error: {
  code: string | null;
  message: string;
  errno?: string | number | null;
  syscall?: string | null;
}): FailureCode {
  const { code, errno, syscall, message } = error;
  const names = [code, errno].filter((name) => typeof name === 'string');
  const byName = names
    .map((name) => findCode(({ systemErrors }) => systemErrors?.includes(name)))
    .find((known) => known !== undefined);
  const bySaid = saidIn(networkTexts, message) ?? saidIn(networkTexts, [...names, syscall].filter(Boolean).join(' '));
  // A cut connection says least of all: Node reports a broken TLS handshake as ECONNRESET, and only its words tell.
  if (byName === 'connection-reset' && bySaid) return bySaid;
  return byName ?? bySaid ?? 'network-error';
}

function findCode(recognises: (by: Recognition) => boolean | undefined): FailureCode | undefined {
  return failureCodes.find((code) => recognises(catalogue[code].recognised ?? {}));
}

function textsOf(pick: (by: Recognition) => RegExp | undefined): readonly (readonly [FailureCode, RegExp])[] {
  return failureCodes.flatMap((code) => {
    const text = pick(catalogue[code].recognised ?? {});
    return text ? [[code, inAnyCase(text)] as const] : [];
  });
}

function saidIn(texts: readonly (readonly [FailureCode, RegExp])[], text: string): FailureCode | undefined {
  const said = inOneSpelling(text);
  return texts.find(([, pattern]) => pattern.test(said))?.[0];
}

function inAnyCase(pattern: RegExp): RegExp {
  return new RegExp(pattern, 'i');
}

function mostSpecificRule(reading: Reading): Rule | undefined {
  const matching = replyRules.filter(({ pattern }) => matches(pattern, reading));
  return matching.reduce<Rule | undefined>(
    (best, rule) => (best && best.specificity >= rule.specificity ? best : rule),
    undefined,
  );
}

function matches({ code, enhanced, text, except, class: ofClass }: ReplyPattern, reading: Reading): boolean {
  const classDigit = Math.trunc(reading.code / 100);
  if (code !== undefined && code !== reading.code) return false;
  if (typeof ofClass === 'number' && ofClass !== classDigit) return false;
  if (typeof enhanced === 'string' && enhanced !== reading.enhanced) return false;
  if (enhanced instanceof RegExp && !enhanced.test(reading.enhanced)) return false;
  // Without a code the enhanced status code stands for the class, and must be of the reply's (RFC 3463 §2).
  if (enhanced !== undefined && code === undefined && Number(reading.enhanced[0]) !== classDigit) return false;
  if (except?.test(reading.text)) return false;
  return text === undefined || text.test(reading.text);
}

/** Words tell more than an enhanced status code, and that tells more than a reply code. */
function specificityOf({ code, enhanced, text }: ReplyPattern): number {
  const ofEnhanced = typeof enhanced === 'string' ? 4 : enhanced ? 2 : 0;
  return (text ? 8 : 0) + ofEnhanced + (code === undefined ? 0 : 1);
}
